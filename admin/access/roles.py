"""Routes of roles: what there is, and what is made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import ROLES, BadGrant, Grant, Role, parse_grants, write_grants
from admin.access.desk import Desk, check_covers
from admin.access.schemas import RoleChangeSchema, RoleSchema, RolesSchema
from admin.content.drafts import CONDITIONS, IF_MATCH
from admin.requests.conditions import edit_of, editable, unchanged, written
from modules import KINDS


def add_role_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add the routes for roles. Nobody makes one that may more than they may."""

    @blueprint.route("/roles")
    class RoleList(MethodView):
        @blueprint.response(200, RolesSchema)
        def get(self) -> dict[str, Any]:
            """Every role, the built-in ones first"""
            return {"items": [_told(role) for role in desk.roles.all()]}

    @blueprint.route("/roles/<name>")
    class OneRole(MethodView):
        @blueprint.response(200, RoleSchema)
        def get(self, name: str) -> dict[str, Any]:
            """One role"""
            found = desk.roles.get(name)
            editable(_edit(found))
            return _told(found)

        @blueprint.doc(parameters=CONDITIONS)
        @blueprint.arguments(RoleChangeSchema)
        @blueprint.response(200, RoleSchema)
        def put(self, body: dict[str, Any], name: str) -> tuple[dict[str, Any], int, dict[str, str]]:
            """Make a role, or change what it gives; whoever has it is bound by that at once"""
            grants = parse_grants(body["grants"])
            _check_kinds(grants)
            check_covers(grants, f"the role {name!r}")
            by: dict[str, Any] = {"by": g.author, "now": desk.clock(), "admit": _unchanged(name)}
            role = desk.roles.put(name, body["summary"], grants, **by)
            desk.keys_changed()
            return _told(role), 200, written(_edit(role))

        @blueprint.doc(parameters=IF_MATCH)
        @blueprint.response(204)
        def delete(self, name: str) -> None:
            """Take a role away that nobody has"""
            desk.roles.delete(name, by=g.author, now=desk.clock(), admit=_unchanged(name))


def _edit(role: Role) -> str:
    return edit_of({"summary": role.summary, "grants": write_grants(role.grants)})


def _unchanged(name: str) -> Callable[[Role | None], None]:
    return unchanged(request, "roles", name, _edit)


def _check_kinds(grants: tuple[Grant, ...]) -> None:
    for number, grant in enumerate(grants):
        for kind in sorted(grant.kinds or ()):
            if kind not in KINDS:
                message = f"there is no kind of content {kind!r}"
                raise BadGrant(f"/grants/{number}/kinds", message, f"known: {', '.join(KINDS)}")


def _told(role: Role) -> dict[str, Any]:
    built_in = role.name in ROLES
    return {"name": role.name, "summary": role.summary, "built_in": built_in, "grants": write_grants(role.grants)}
