"""Routes for one piece of content: read, save, delete."""

from __future__ import annotations

from flask import Response, g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from admin.conditions import expectation
from admin.deps import Deps
from admin.drafts import KIND, draft_of
from admin.errors import WrongMediaType
from admin.releasing.overlay import Load
from admin.saving import Saved, lost, save
from admin.schemas import RevisionQuerySchema, SavedSchema, SaveQuerySchema
from admin.usage import leave
from admin.usage_schemas import OverrideSchema
from admin.visible import Visible
from modules import KINDS, Conflict, MadeBy, UnknownContent, check_key

BODY = {"required": True, "content": {m: {} for kind in KINDS.values() for m in kind.media.values()}}


def add_content_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for every kind of `KINDS`."""

    @blueprint.route("/<kind>/<key>", parameters=[KIND])
    class Content(MethodView):
        @blueprint.arguments(RevisionQuerySchema, location="query")
        @blueprint.response(200, description="The exact bytes that were saved; the ETag is their digest")
        def get(self, query: dict[str, str], kind: str, key: str) -> BaseResponse:
            """One piece of content"""
            return _read(deps, kind, key, **query)

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
            _delete(deps, kind, key, query["override"])


def _read(deps: Deps, kind: str, key: str, revision: str | None = None, release: str | None = None) -> BaseResponse:
    check_key(kind, key)
    load: Load = deps.store.content
    if release is not None:
        state = deps.publishing.state(release)
        digest, load = state.digest(kind, key), state.load
    else:
        digest = revision or draft_of(deps, kind, key).digest
    if revision and revision not in {r.digest for r in deps.store.history(kind, key)}:
        raise UnknownContent(kind, f"{key} at {revision}", ())
    content = Visible(g.principal).content(kind, key, load([digest])[digest])
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
    return save(deps, kind, key, request.get_data(cache=False), made_by)


def _delete(deps: Deps, kind: str, key: str, override: str) -> None:
    expect = expectation(request, kind, key, draft_of(deps, kind, key))
    try:
        leave(deps, "deleted", [(kind, key)], override, expect)
    except Conflict as error:
        raise lost(error, expect) from None
