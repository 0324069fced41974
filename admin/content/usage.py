"""Routes that ask where content is used, and those that put it away unless it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import Principal
from admin.content.cursors import cursor_of, place_of
from admin.content.drafts import KIND, bytes_of, draft_of
from admin.content.usage_schemas import (
    LeaveSchema,
    NamesSchema,
    OverrideSchema,
    ReferencesSchema,
    UsageQuerySchema,
    UsageSchema,
)
from admin.deps import Deps
from admin.sight.visible import Visible
from admin.sight.writing import WRITE, admitted
from modules import ANY, NAMED_STATES, InUse, Name, Use, Within, check_key

OVERRIDE = "content.override"


def add_usage_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for usage, the archive, and putting away many at once."""

    @blueprint.route("/<kind>/<key>/usage", parameters=[KIND])
    class Usage(MethodView):
        @blueprint.arguments(UsageQuerySchema, location="query")
        @blueprint.response(200, UsageSchema)
        def get(self, query: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
            """Where this content is used"""
            return _usage(deps, kind, key, **query)

    @blueprint.route("/<kind>/<key>/references", parameters=[KIND])
    class References(MethodView):
        @blueprint.response(200, ReferencesSchema)
        def get(self, kind: str, key: str) -> dict[str, Any]:
            """What the draft names"""
            return _references(deps, kind, key)

    @blueprint.route("/<kind>/<key>/archive", methods=["POST"], parameters=[KIND])
    @blueprint.arguments(OverrideSchema, required=False)
    @blueprint.response(204)
    def archive(body: dict[str, str], kind: str, key: str) -> None:
        """Put a draft away without deleting it"""
        leave(deps, "archived", [(kind, key)], body.get("override", ""))

    @blueprint.route("/<kind>/<key>/unarchive", methods=["POST"], parameters=[KIND])
    @blueprint.response(204)
    def unarchive(kind: str, key: str) -> None:
        """Take a draft out of the archive"""
        leave(deps, "unarchived", [(kind, key)])

    @blueprint.route("/delete", methods=["POST"])
    @blueprint.arguments(LeaveSchema)
    @blueprint.response(204)
    def delete_many(body: dict[str, Any]) -> None:
        """Delete several drafts at once, all or none; those that use one another may go together"""
        leave(deps, "deleted", _names(body), body["override"])

    @blueprint.route("/archive", methods=["POST"])
    @blueprint.arguments(LeaveSchema)
    @blueprint.response(204)
    def archive_many(body: dict[str, Any]) -> None:
        """Archive several drafts at once, all or none"""
        leave(deps, "archived", _names(body), body["override"])

    @blueprint.route("/unarchive", methods=["POST"])
    @blueprint.arguments(NamesSchema)
    @blueprint.response(204)
    def unarchive_many(body: dict[str, Any]) -> None:
        """Take several drafts out of the archive"""
        leave(deps, "unarchived", _names(body))


def leave(deps: Deps, past: str, names: Sequence[Name], override: str = "", expect: str | None = ANY) -> None:
    """Have these `deleted`, `archived` or `unarchived` if whoever asks may; they hear of users that they may see."""
    for kind, key in names:
        may_leave(deps, g.principal, kind, key, override)
    by: dict[str, Any] = {"author": g.author, "now": deps.clock()}
    try:
        if past == "unarchived":
            deps.store.unarchive(names, **by)
        elif past == "archived":
            deps.store.archive(names, **by, override=override)
        elif len(names) == 1:
            deps.store.delete(*names[0], **by, override=override, expect=expect)
        else:
            deps.store.delete_all(names, **by, override=override)
    except InUse as error:
        raise shown(deps, error) from None


def may_leave(deps: Deps, principal: Principal, kind: str, key: str, override: str) -> None:
    """Raise `NotAllowed` unless they may put this away: it is a change of all that it holds."""
    check_key(kind, key)
    principal.require(WRITE, kind)
    if override:
        principal.require(OVERRIDE, kind)
    if principal.limited(WRITE, kind):
        admitted(principal, kind, key, bytes_of(deps, draft_of(deps, kind, key)), None)


def _usage(deps: Deps, kind: str, key: str, within: str, limit: int, after: str) -> dict[str, Any]:
    draft_of(deps, kind, key)
    state: Within = within if within in NAMED_STATES else deps.publishing.manifest(within)
    start = Use(*place_of(after, str, str, str), "") if after else None  # type: ignore[call-arg]
    found = deps.store.users(kind, key, within=state, after=start, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    more = cursor_of(last.kind, last.key, last.pointer) if last else None
    return {"items": _seen(deps, found[:limit]), "next": more}


def _references(deps: Deps, kind: str, key: str) -> dict[str, Any]:
    draft = draft_of(deps, kind, key)
    content = bytes_of(deps, draft) or b""
    visible = Visible(g.principal)
    visible.content(kind, key, content)
    found = deps.store.references({(kind, key): draft.digest})[(kind, key)]
    return {"items": [one for one in found if visible.hears(kind, key, content, one.pointer)]}


def _seen(deps: Deps, uses: Sequence[Use]) -> list[Use]:
    """Those in places that whoever asks may see: a page may be shorter for it."""
    visible = Visible(g.principal)
    if all(visible.whole(kind) for kind in {use.kind for use in uses}):
        return list(uses)
    bodies = deps.store.content({use.digest for use in uses})
    return [use for use in uses if visible.hears(use.kind, use.key, bodies[use.digest], use.pointer)]


def shown(deps: Deps, error: InUse) -> InUse:
    """The same, with those users only that whoever asks may see."""
    seen = _seen(deps, error.uses)
    return error if len(seen) == len(error.uses) else InUse(error.names, seen, error.count)


def _names(body: dict[str, Any]) -> list[Name]:
    pairs = (name.partition("/") for name in body["names"])
    return list(dict.fromkeys((kind, key) for kind, _, key in pairs))
