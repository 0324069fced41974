"""Routes of API keys: issue, rotate, revoke."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import Issued, Scope
from admin.access.desk import Desk, check_covers
from admin.access.schemas import KeySchema, KeysSchema, NewKeySchema, NewSecretSchema, RotateSchema


def add_key_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add the routes for keys. Nobody issues one, or takes over one, that may more than they may."""

    @blueprint.route("/keys")
    class KeyList(MethodView):
        @blueprint.response(200, KeysSchema)
        def get(self) -> dict[str, Any]:
            """Every key, by name; never a secret"""
            return {"items": desk.keys.all()}

        @blueprint.arguments(NewKeySchema)
        @blueprint.response(201, NewSecretSchema)
        def post(self, body: dict[str, Any]) -> dict[str, Any]:
            """Issue a key. The answer holds its secret, shown this once"""
            scopes = [Scope(scope) for scope in body["scopes"]]
            roles = body["roles"] or (["editor"] if Scope.MANAGE in scopes else [])
            check_covers(desk.roles.check(roles), "the roles of the key")
            ends_at = _moment(body.get("ends_at"))
            secret = desk.keys.issue(body["name"], scopes, roles=roles, ends_at=ends_at, by=g.author, now=desk.clock())
            return {"key": desk.keys.get(body["name"]), "secret": secret}

    @blueprint.route("/keys/<name>")
    class OneKey(MethodView):
        @blueprint.response(200, KeySchema)
        def get(self, name: str) -> Issued:
            """One key: its scopes and roles, and when each of its secrets was used last"""
            return desk.keys.get(name)

        @blueprint.response(204)
        def delete(self, name: str) -> None:
            """End a key: here at once, in every other process within five seconds"""
            desk.keys.get(name)
            desk.keys.revoke(name, by=g.author, now=desk.clock())
            desk.keys_changed()

    @blueprint.route("/keys/<name>/rotate", methods=["POST"])
    @blueprint.arguments(RotateSchema, required=False)
    @blueprint.response(201, NewSecretSchema)
    def rotate(body: dict[str, Any], name: str) -> dict[str, Any]:
        """A second secret beside the first, shown this once; the first ends at `old_ends_at`, or on call"""
        check_covers(desk.roles.check(desk.keys.get(name).roles), f"the key {name!r}")
        old = _moment(body.get("old_ends_at"))
        secret = desk.keys.rotate(name, old_ends_at=old, by=g.author, now=desk.clock())
        desk.keys_changed()
        return {"key": desk.keys.get(name), "secret": secret}

    @blueprint.route("/keys/<name>/old", methods=["DELETE"])
    @blueprint.response(204)
    def end_old(name: str) -> None:
        """End every secret of a key but the newest"""
        desk.keys.end_old(name, by=g.author, now=desk.clock())
        desk.keys_changed()


def _moment(given: datetime | None) -> float | None:
    return given.timestamp() if given else None
