"""Routes for content: list, read, save, delete, history."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeAlias

from flask import Response, g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from admin.checks import check_draft
from admin.conditions import expectation
from admin.deps import Deps
from admin.drafts import KIND, bytes_of, draft_of
from admin.errors import ContentRefused, StaleEdit, WrongMediaType
from admin.schemas import DraftsSchema, HistorySchema, PagingSchema, RevisionQuerySchema, SavedSchema
from admin.usage import leave
from admin.usage_schemas import OverrideSchema
from admin.visible import Visible
from admin.writing import WRITE, admitted
from modules import ANY, KINDS, Conflict, Draft, UnknownContent, check_key
from rules import Finding

Listing: TypeAlias = dict[str, Any]

BODY = {"required": True, "content": {m: {} for kind in KINDS.values() for m in kind.media.values()}}
CONDITIONS = [
    {"in": "header", "name": name, "required": False, "schema": {"type": "string"}, "description": words}
    for name, words in (
        ("If-Match", "save only if the content still has this ETag"),
        ("If-None-Match", "`*`: save only if nothing is there"),
    )
]


def add_content_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for every kind of `KINDS`."""

    @blueprint.route("/<kind>", parameters=[KIND])
    class Kind(MethodView):
        @blueprint.arguments(PagingSchema, location="query")
        @blueprint.response(200, DraftsSchema)
        def get(self, paging: dict[str, Any], kind: str) -> Listing:
            """The drafts of a kind, a page at a time"""
            return _page(deps, kind, **paging)

    @blueprint.route("/<kind>/<key>", parameters=[KIND])
    class Content(MethodView):
        @blueprint.arguments(RevisionQuerySchema, location="query")
        @blueprint.response(200, description="The exact bytes that were saved; the ETag is their digest")
        def get(self, query: dict[str, str], kind: str, key: str) -> BaseResponse:
            """One piece of content"""
            return _read(deps, kind, key, query.get("revision"))

        @blueprint.doc(requestBody=BODY, parameters=CONDITIONS)
        @blueprint.response(200, SavedSchema)
        def put(self, kind: str, key: str) -> tuple[Listing, int, dict[str, str]]:
            """Save content; it is checked, and refused whole with every finding, or saved with warnings"""
            return _save(deps, kind, key)

        @blueprint.doc(parameters=CONDITIONS)
        @blueprint.arguments(OverrideSchema, location="query")
        @blueprint.response(204)
        def delete(self, query: dict[str, str], kind: str, key: str) -> None:
            """Take a draft away unless it is used or published; revisions and releases keep what they hold"""
            _delete(deps, kind, key, query["override"])

    @blueprint.route("/<kind>/<key>/history", parameters=[KIND])
    class History(MethodView):
        @blueprint.response(200, HistorySchema)
        def get(self, kind: str, key: str) -> Listing:
            """Every revision of a key, newest first"""
            check_key(kind, key)
            items = deps.store.history(kind, key)
            if not items:
                raise UnknownContent(kind, key, deps.store.known(kind))
            Visible(g.principal).content(kind, key, deps.store.content([items[0].digest])[items[0].digest])
            return {"items": items}


def _page(deps: Deps, kind: str, limit: int, after: str) -> Listing:
    if kind not in KINDS:
        raise UnknownContent(kind, None, KINDS)
    items = deps.store.list(kind, after=after, limit=limit + 1)
    return {"items": _seen(deps, items[:limit]), "next": items[limit - 1].key if len(items) > limit else None}


def _seen(deps: Deps, drafts: list[Draft]) -> list[Draft]:
    """Those of which whoever asks may see anything: a page may be shorter for it."""
    visible = Visible(g.principal)
    if all(visible.whole(kind) for kind in {draft.kind for draft in drafts}):
        return drafts
    bodies = deps.store.content({draft.digest for draft in drafts})
    return [draft for draft in drafts if visible.sees(draft.kind, draft.key, bodies[draft.digest])]


def _read(deps: Deps, kind: str, key: str, revision: str | None) -> BaseResponse:
    check_key(kind, key)
    digest = revision or draft_of(deps, kind, key).digest
    if revision and revision not in {r.digest for r in deps.store.history(kind, key)}:
        raise UnknownContent(kind, f"{key} at {revision}", ())
    content = Visible(g.principal).content(kind, key, deps.store.content([digest])[digest])
    response = Response(content, content_type=KINDS[kind].media_type(key))
    response.set_etag(digest)
    response.headers["Cache-Control"] = "private, no-cache"
    # A picture opened by itself is a document of this origin: nothing in it may run.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response.make_conditional(request)


def _save(deps: Deps, kind: str, key: str) -> tuple[Listing, int, dict[str, str]]:
    check_key(kind, key)
    wanted = KINDS[kind].media_type(key)
    if request.mimetype != wanted:
        raise WrongMediaType(kind, key, wanted, request.mimetype)
    draft = deps.store.get(kind, key)
    expect = expectation(request, kind, key, draft)
    content = admitted(g.principal, kind, key, bytes_of(deps, draft), request.get_data(cache=False)) or b""
    if expect == ANY and g.principal.limited(WRITE, kind):
        expect = draft.digest if draft else None  # what was admitted was held against exactly this draft
    warnings = _checked(deps, kind, key, content)
    try:
        revision = deps.store.put(kind, key, content, author=g.author, now=deps.clock(), expect=expect)
    except Conflict as error:
        raise _stale(error, expect) from None
    saved = {field.name: getattr(revision, field.name) for field in fields(revision)}
    return {**saved, "warnings": warnings}, 200 if draft else 201, {"ETag": f'"{revision.digest}"'}


def _checked(deps: Deps, kind: str, key: str, content: bytes) -> list[Finding]:
    visible = Visible(g.principal)
    try:
        return visible.findings_in(kind, key, content, check_draft(deps, kind, key, content))
    except ContentRefused as error:
        raise ContentRefused(kind, key, visible.findings_in(kind, key, content, error.findings)) from None


def _delete(deps: Deps, kind: str, key: str, override: str) -> None:
    expect = expectation(request, kind, key, draft_of(deps, kind, key))
    try:
        leave(deps, "deleted", [(kind, key)], override, expect)
    except Conflict as error:
        raise _stale(error, expect) from None


def _stale(error: Conflict, expect: str | None) -> Exception:
    """A lost race is a failed condition to who set one, a conflict to who did not."""
    return error if expect == ANY else StaleEdit(error.kind, error.key, error.found)
