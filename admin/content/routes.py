"""Routes for one piece of content: read, save, delete."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from admin.content.drafts import KIND, draft_of
from admin.content.listing import shown_row
from admin.content.listing_schemas import HeldSchema, ListedSchema, ReadPieceSchema, ReadQuerySchema
from admin.content.saving import Saved, save
from admin.content.usage import leave
from admin.content.usage_schemas import OverrideSchema
from admin.deps import Deps
from admin.errors import WrongMediaType
from admin.reading.answering import Reading, state_of, wish_of
from admin.reading.asked import Wish
from admin.reading.including import object_in
from admin.releasing.reading import State
from admin.requests.conditions import Condition, condition_of
from admin.schemas import SavedSchema, SaveQuerySchema
from admin.sight.visible import Visible, type_of
from modules import KINDS, Conflict, MadeBy, UnknownContent, check_key

READ = {
    "anyOf": [ReadPieceSchema, {"type": "object", "description": "without `fields` and `include`: content as it is"}]
}
BODY = {"required": True, "content": {m: {} for kind in KINDS.values() for m in kind.media.values()}}


def add_content_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for every kind of `KINDS`."""

    @blueprint.route("/<kind>/<key>", parameters=[KIND])
    class Content(MethodView):
        @blueprint.arguments(ReadQuerySchema, location="query")
        @blueprint.response(200, READ, description="The exact bytes that were saved; the ETag is their digest")
        def get(self, query: dict[str, Any], kind: str, key: str) -> BaseResponse:
            """One piece of content"""
            wish = wish_of(query)
            return _in_parts(deps, wish, kind, key, **query) if wish else _read(deps, kind, key, **query)

        @blueprint.doc(requestBody=BODY)
        @blueprint.arguments(SaveQuerySchema, location="query")
        @blueprint.response(200, SavedSchema)
        def put(self, query: dict[str, str], kind: str, key: str) -> Saved:
            """Save content; it is checked, and refused whole with every finding, or saved with warnings"""
            return _save(deps, kind, key, MadeBy(query["made_by"]))

        @blueprint.arguments(OverrideSchema, location="query")
        @blueprint.response(204)
        def delete(self, query: dict[str, str], kind: str, key: str) -> None:
            """Take a draft away unless it is used or published; revisions and releases keep what they hold"""
            delete(deps, kind, key, condition_of(request), query["override"])


def _found(deps: Deps, kind: str, key: str, revision: str | None, release: str | None) -> tuple[State, str]:
    """The state that is read, and the digest of the piece of content in it."""
    check_key(kind, key)
    state = state_of(deps, release)
    if release is not None:
        return state, state.digest(kind, key)
    digest = revision or draft_of(deps, kind, key).digest
    if revision and revision not in {r.digest for r in deps.store.history(kind, key)}:
        raise UnknownContent(kind, f"{key} at {revision}", ())
    return state, digest


def _in_parts(
    deps: Deps, wish: Wish, kind: str, key: str, revision: str | None = None, release: str | None = None
) -> BaseResponse:
    state, digest = _found(deps, kind, key, revision, release)
    visible, is_draft = Visible(g.principal), release is None and revision is None
    content = state.load([digest])[digest] if KINDS[kind].is_json else b""
    if not visible.sees(kind, key, content):
        visible.content(kind, key, content)  # which says what is kept from them
    reading = Reading(deps, state, visible, wish, ListedSchema() if is_draft else HeldSchema(), [kind])
    of_type = type_of(kind, key, object_in(content))
    reading.check([of_type] if of_type else None)
    if is_draft:
        row: Any = shown_row(visible, deps.store.listed(kind, [key])[0])
        return reading.item(row, row["digest"])
    return reading.item({"kind": kind, "key": key, "digest": digest}, digest)


def _read(deps: Deps, kind: str, key: str, revision: str | None = None, release: str | None = None) -> BaseResponse:
    state, digest = _found(deps, kind, key, revision, release)
    content = Visible(g.principal).content(kind, key, state.load([digest])[digest])
    response = Response(content, content_type=KINDS[kind].media_type(key))
    response.set_etag(digest)
    response.headers["Cache-Control"] = "private, no-cache"
    # A picture opened by itself is a document of this origin: nothing in it may run.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response.make_conditional(request)


def _save(deps: Deps, kind: str, key: str, made_by: MadeBy) -> Saved:
    check_key(kind, key)
    wanted = KINDS[kind].media_type(key)
    if request.mimetype != wanted:
        raise WrongMediaType(kind, key, wanted, request.mimetype)
    return save(deps, kind, key, request.get_data(cache=False), condition_of(request), made_by)


def delete(deps: Deps, kind: str, key: str, condition: Condition, override: str) -> None:
    """Take a draft away if whoever asks may, and nobody uses it."""
    expect = condition.expectation(kind, key, draft_of(deps, kind, key))
    try:
        leave(deps, "deleted", [(kind, key)], override, expect)
    except Conflict as error:
        raise condition.lost(error, expect) from None
