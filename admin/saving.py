"""Saving by way of the API: who may, what is wrong with it, and what becomes of two editors at once."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeAlias

from flask import g, request

from admin.checks import check_draft
from admin.conditions import expectation
from admin.conflicts import conflict
from admin.deps import Deps
from admin.drafts import bytes_of
from admin.errors import ContentRefused, ModulesMoved, StaleEdit
from admin.type_changes import Watch, watch
from admin.visible import Visible
from admin.writing import WRITE, admitted
from modules import ANY, Conflict, Draft, MadeBy, Revision, digest_of
from rules import Finding

MOST_TRIES = 3

Saved: TypeAlias = tuple[dict[str, Any], int, dict[str, str]]
"""What is answered to a save: the revision with its warnings, the status, and headers."""


def save(deps: Deps, kind: str, key: str, content: bytes, made_by: MadeBy = MadeBy.SAVE) -> Saved:
    """Save what whoever asks sends, if they may and it is right. Raises what the API tells them otherwise."""
    draft = deps.store.get(kind, key)
    try:
        expect = expectation(request, kind, key, draft)
        if expect == ANY and g.principal.limited(WRITE, kind):
            expect = draft.digest if draft else None  # what was admitted was held against exactly this draft
        whole = admitted(g.principal, kind, key, bytes_of(deps, draft), content) or b""
        revision, warnings = _settled(deps, kind, key, whole, expect, made_by)
    except StaleEdit as stale:
        if "If-Match" in request.headers and draft is not None and digest_of(content) == draft.digest:
            # Sent twice: what they want is there already.
            return _answer(deps.store.revision(kind, key, draft.version), [], draft)
        raise conflict(deps, request.if_match, stale, content) from None
    return _answer(revision, warnings, draft)


def _settled(
    deps: Deps, kind: str, key: str, content: bytes, expect: str | None, made_by: MadeBy
) -> tuple[Revision, list[Finding]]:
    """Check and save; anew where what it was checked against, a type or its modules, is no longer there."""
    for left in range(MOST_TRIES - 1, -1, -1):
        seen = watch(deps, kind, key, content)
        warnings = _checked(deps, kind, key, content)
        try:
            return _put(deps, kind, key, content, expect, made_by, seen), warnings
        except (Conflict, ModulesMoved) as error:
            if not left or (isinstance(error, Conflict) and (error.kind, error.key) == (kind, key)):
                raise lost(error, expect) if isinstance(error, Conflict) else error from None
    raise AssertionError("the loop returns or raises")


def _put(deps: Deps, kind: str, key: str, content: bytes, expect: str | None, made_by: MadeBy, seen: Watch) -> Revision:
    saved = deps.store.change(
        {(kind, key): content}, (), author=g.author, now=deps.clock(), expect={**seen.expect, (kind, key): expect},
        made_by=made_by, more=seen.more,
    )  # fmt: skip
    return saved[0]


def lost(error: Conflict, expect: str | None) -> Exception:
    """A lost race is a failed condition to who set one, a conflict to who did not."""
    conditional = expect != ANY and ("If-Match" in request.headers or "If-None-Match" in request.headers)
    return StaleEdit(error.kind, error.key, error.found) if conditional else error


def _checked(deps: Deps, kind: str, key: str, content: bytes) -> list[Finding]:
    visible = Visible(g.principal)
    try:
        return visible.findings_in(kind, key, content, check_draft(deps, kind, key, content))
    except ContentRefused as error:
        raise ContentRefused(kind, key, visible.findings_in(kind, key, content, error.findings)) from None


def _answer(revision: Revision, warnings: list[Finding], draft: Draft | None) -> Saved:
    saved = {field.name: getattr(revision, field.name) for field in fields(revision)}
    return {**saved, "warnings": warnings}, 200 if draft else 201, {"ETag": f'"{revision.digest}"'}
