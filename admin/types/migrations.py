"""Routes that change a type and the modules of it: tried, begun, looked at, undone."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, g, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import NotAllowed
from admin.content.checks import check_draft
from admin.deps import Deps
from admin.errors import ContentRefused
from admin.schemas import ROW
from admin.sight.visible import READ, write_json
from admin.sight.writing import WRITE, admitted
from admin.types.changes import migrations_of
from admin.types.migration_schemas import MigrateSchema, MigrationSchema, MigrationsSchema, RevertSchema, SurveySchema
from admin.types.routes import draft_bytes
from modules import Edited, Migration, check_key

NUMBER: Final = {"in": "path", "name": "migration", "required": True, "schema": {"type": "integer"}}


def add_migration_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for the migrations of a type."""

    @blueprint.route("/types/<key>/migrations")
    class MigrationsOf(MethodView):
        @blueprint.response(200, MigrationsSchema)
        def get(self, key: str) -> dict[str, Any]:
            """The migrations of a type, the newest first"""
            _may_see(READ)
            draft_bytes(deps, key)
            return {"items": migrations_of(deps).history(key)}

        @blueprint.arguments(MigrateSchema)
        @blueprint.response(202, MigrationSchema)
        @blueprint.alt_response(200, schema=SurveySchema, description="what it would do, of a dry run")
        def post(self, body: dict[str, Any], key: str) -> Migration | Response:
            """Change a type and the modules of it, or tell what that would do"""
            _may_see(WRITE)
            return _migrate(deps, key, body["type"], body["mapping"], body["dry_run"])

    @blueprint.route(f"/types/<key>/migrations/<{ROW}:migration>", parameters=[NUMBER])
    class OneMigration(MethodView):
        @blueprint.response(200, MigrationSchema)
        def get(self, key: str, migration: int) -> Migration:
            """How far a migration has come, and why not further"""
            _may_see(READ)
            check_key("types", key)
            return migrations_of(deps).get(key, migration)

    @blueprint.route(f"/types/<key>/migrations/<{ROW}:migration>/revert", methods=["POST"], parameters=[NUMBER])
    @blueprint.arguments(RevertSchema, required=False)
    @blueprint.response(202, MigrationSchema)
    def revert(body: dict[str, Any], key: str, migration: int) -> Migration:
        """Undo a migration: the type and its modules become what they were"""
        _may_see(WRITE)
        check_key("types", key)
        admitted(g.principal, "types", key, draft_bytes(deps, key), None)
        edited = Edited(body["edited"])
        return migrations_of(deps).revert(key, migration, edited, author=g.author, now=deps.clock())


def _migrate(deps: Deps, key: str, made: dict[str, Any], mapping: dict[str, Any], dry: bool) -> Migration | Response:
    content = write_json(made)
    admitted(g.principal, "types", key, draft_bytes(deps, key), content)
    try:
        check_draft(deps, "types", key, content, alone=True)
    except ContentRefused as error:
        raise ContentRefused("types", key, [one.below("/type") for one in error.findings]) from None
    migrations = migrations_of(deps)
    if not dry:
        return migrations.start(key, content, mapping, author=g.author, now=deps.clock())
    told = migrations.survey(migrations.plan(key, content, mapping)).told()
    return jsonify(SurveySchema().dump({**told, "ok": not told["findings"]}))


def _may_see(action: str) -> None:
    """Only who may do so to every module: each may be in the examples, and is changed."""
    for needed in dict.fromkeys((READ, action)):
        g.principal.require(needed, "modules")
        if g.principal.limited(needed, "modules"):
            raise NotAllowed(needed, "modules of every type, locale and field")
