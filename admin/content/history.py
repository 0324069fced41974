"""Routes for the past of one piece of content: revisions, differences, restoring, merging."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask.views import MethodView
from flask_smorest import Blueprint

from admin.content.conflicts import settle
from admin.content.drafts import KIND, draft_of
from admin.content.history_schemas import DiffQuerySchema, DiffSchema, MergeAskSchema, MergedSchema, RestoreSchema
from admin.content.saving import Saved, save
from admin.deps import Deps
from admin.errors import NoMerge
from admin.requests.conditions import condition_of
from admin.schemas import HistorySchema, SavedSchema
from admin.sight.visible import Visible, write_json
from modules import KINDS, Absent, Change, MadeBy, Revision, UnknownContent, changes, check_key, read_json


def add_history_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for every kind of `KINDS`."""

    @blueprint.route("/<kind>/<key>/history", parameters=[KIND])
    class History(MethodView):
        @blueprint.response(200, HistorySchema)
        def get(self, kind: str, key: str) -> dict[str, Any]:
            """Every revision of a key, newest first"""
            check_key(kind, key)
            items = deps.store.history(kind, key)
            if not items:
                raise UnknownContent(kind, key, deps.store.known(kind))
            _body(deps, items[0])
            return {"items": items}

    @blueprint.route("/<kind>/<key>/diff", parameters=[KIND])
    class Diff(MethodView):
        @blueprint.arguments(DiffQuerySchema, location="query")
        @blueprint.response(200, DiffSchema)
        def get(self, query: dict[str, str], kind: str, key: str) -> dict[str, Any]:
            """What differs between two revisions, field by field"""
            check_key(kind, key)
            older, newer = (_revision(deps, kind, key, query[side]) for side in ("from_", "to"))
            told = [told_change(one) for one in changes(_body(deps, older), _body(deps, newer))]
            return {"from_": older, "to": newer, "changes": told}

    @blueprint.route("/<kind>/<key>/restore", methods=["POST"], parameters=[KIND])
    @blueprint.arguments(RestoreSchema)
    @blueprint.response(200, SavedSchema)
    def restore(body: dict[str, int], kind: str, key: str) -> Saved:
        """Save an older revision anew, as a revision of its own"""
        check_key(kind, key)
        old = deps.store.revision(kind, key, body["version"])
        seen = Visible(g.principal).content(kind, key, deps.store.content([old.digest])[old.digest])
        return save(deps, kind, key, seen, condition_of(request), MadeBy.RESTORE)

    @blueprint.route("/<kind>/<key>/merge", methods=["POST"], parameters=[KIND])
    @blueprint.arguments(MergeAskSchema)
    @blueprint.response(200, MergedSchema)
    def merge(body: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
        """What an edit of an older version and the draft come to together; nothing is saved"""
        draft = draft_of(deps, kind, key)
        if not KINDS[kind].is_json:
            raise NoMerge(kind, key)
        base, theirs = (deps.store.revision(kind, key, one) for one in (body["base"], draft.version))
        return settle(deps, base, theirs, write_json(body["body"]))


def _revision(deps: Deps, kind: str, key: str, named: str) -> Revision:
    if named == "draft":
        return deps.store.revision(kind, key, draft_of(deps, kind, key).version)
    if named == "published":
        return deps.store.served(kind, key)
    return deps.store.revision(kind, key, int(named))


def _body(deps: Deps, revision: Revision) -> Any:
    """The body of a revision as whoever asks sees it; of what is not JSON, its digest stands for it."""
    kind, key = revision.kind, revision.key
    content = deps.store.content([revision.digest])[revision.digest]
    seen = Visible(g.principal).content(kind, key, content)
    return read_json(seen) if KINDS[kind].is_json else revision.digest


def told_change(change: Change) -> dict[str, Any]:
    """A change as the API shows it: a side that is not there is left out."""
    sides = {name: getattr(change, name) for name in ("before", "after")}
    there = {name: value for name, value in sides.items() if not isinstance(value, Absent)}
    return {"pointer": change.pointer, "kind": change.kind, **there}
