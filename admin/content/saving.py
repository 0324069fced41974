"""Saving by way of the API: who may, what is wrong with it, and what becomes of two editors at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from flask import g
from werkzeug.datastructures import ETags

from admin.content.checks import check_draft
from admin.content.conflicts import conflict
from admin.content.drafts import bytes_of
from admin.deps import Deps
from admin.errors import ContentRefused, ModulesMoved, StaleEdit
from admin.requests.conditions import Condition
from admin.sight.visible import READ, Visible
from admin.sight.writing import WRITE, admitted
from admin.types.changes import Watch, watch
from modules import ANY, Conflict, Draft, MadeBy, Revision, digest_of
from rules import Finding

MOST_TRIES = 3

Saved: TypeAlias = tuple[dict[str, Any], int, dict[str, str]]
"""What is answered to a save: the revision with its warnings, the status, and headers."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What may be saved if it is right: the bytes, with what is hidden from who sends them, and the draft before."""

    draft: Draft | None
    content: bytes
    expect: str | None


def save(deps: Deps, kind: str, key: str, content: bytes, condition: Condition, made_by: MadeBy = MadeBy.SAVE) -> Saved:
    """Save what whoever asks sends, if they may and it is right. Raises what the API tells them otherwise."""
    draft = deps.store.get(kind, key)
    try:
        one = ready(deps, kind, key, content, condition, draft)
        revision, warnings = _settled(deps, kind, key, one, condition, made_by)
    except StaleEdit as stale:
        return stale_answer(deps, content, condition, draft, stale)
    return answer(revision, warnings, draft)


def ready(deps: Deps, kind: str, key: str, content: bytes, condition: Condition, draft: Draft | None) -> Ready:
    """What is to be checked and saved. Raises `StaleEdit` and `NotAllowed`."""
    expect = condition.expectation(kind, key, draft)
    if expect == ANY and g.principal.limited(WRITE, kind):
        expect = draft.digest if draft else None  # what was admitted was held against exactly this draft
    looked_at = g.principal.limited(WRITE, kind) or g.principal.limited(READ, kind)
    before = bytes_of(deps, draft) if looked_at else None
    return Ready(draft, admitted(g.principal, kind, key, before, content) or b"", expect)


def stale_answer(deps: Deps, content: bytes, condition: Condition, draft: Draft | None, stale: StaleEdit) -> Saved:
    """The answer to who sends again what is there already; raises what all others are told."""
    if condition.match is not None and draft is not None and digest_of(content) == draft.digest:
        return answer(deps.store.revision(stale.kind, stale.key, draft.version), [], draft)
    raise conflict(deps, condition.match or ETags(), stale, content) from None


def _settled(
    deps: Deps, kind: str, key: str, one: Ready, condition: Condition, made_by: MadeBy
) -> tuple[Revision, list[Finding]]:
    """Check and save; anew where what it was checked against, a type or its modules, is no longer there."""
    for left in range(MOST_TRIES - 1, -1, -1):
        seen = watch(deps, kind, key, one.content)
        warnings = _checked(deps, kind, key, one.content)
        try:
            return _put(deps, kind, key, one.content, one.expect, made_by, seen), warnings
        except (Conflict, ModulesMoved) as error:
            if not left or (isinstance(error, Conflict) and (error.kind, error.key) == (kind, key)):
                raise condition.lost(error, one.expect) if isinstance(error, Conflict) else error from None
    raise AssertionError("the loop returns or raises")


def _put(deps: Deps, kind: str, key: str, content: bytes, expect: str | None, made_by: MadeBy, seen: Watch) -> Revision:
    saved = deps.store.change(
        {(kind, key): content}, (), author=g.author, now=deps.clock(), expect={**seen.expect, (kind, key): expect},
        made_by=made_by, more=seen.more,
    )  # fmt: skip
    return saved[0]


def _checked(deps: Deps, kind: str, key: str, content: bytes) -> list[Finding]:
    visible = Visible(g.principal)
    try:
        return visible.findings_in(kind, key, content, check_draft(deps, kind, key, content))
    except ContentRefused as error:
        raise ContentRefused(kind, key, visible.findings_in(kind, key, content, error.findings)) from None


def answer(revision: Revision, warnings: list[Finding], draft: Draft | None) -> Saved:
    """What is told of a save over this draft."""
    saved = {field.name: getattr(revision, field.name) for field in fields(revision)}
    return {**saved, "warnings": warnings}, 200 if draft else 201, {"ETag": f'"{revision.digest}"'}
