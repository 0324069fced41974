"""Routes for releases: check the drafts, publish, roll back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from admin.deps import Deps
from admin.schemas import PublishSchema, ReleaseSchema, ReleasesSchema, RollbackSchema, ValidationSchema
from layouts import Release, diff


def add_release_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for the drafts as a whole and for releases."""

    @blueprint.route("/validate", methods=["POST"])
    @blueprint.response(200, ValidationSchema)
    def validate() -> dict[str, Any]:
        """What is wrong with the drafts as a release, and what publishing them would change"""
        return _judged(deps)

    @blueprint.route("/releases")
    class Releases(MethodView):
        @blueprint.response(200, ReleasesSchema)
        def get(self) -> dict[str, Any]:
            """Every release, newest first"""
            served = deps.releases.published()
            return {"published": served.id if served else None, "items": deps.releases.history()}

        @blueprint.arguments(PublishSchema)
        @blueprint.response(201, ReleaseSchema)
        def post(self, body: dict[str, str]) -> Release:
            """Make the drafts a release and serve it"""
            return deps.publish(body["name"], g.author)

    @blueprint.route("/releases/rollback", methods=["POST"])
    @blueprint.arguments(RollbackSchema, required=False)
    @blueprint.response(200, ReleaseSchema)
    def roll_back(body: dict[str, str | None]) -> Release:
        """Serve an older release again"""
        return deps.roll_back(body["to"], g.author)


def _judged(deps: Deps) -> dict[str, Any]:
    manifest = deps.store.manifest()
    bodies = deps.store.content(set(manifest.values()))
    judged = deps.validate({name: bodies[digest] for name, digest in manifest.items()})
    findings = [finding for finding in judged if finding.severity != "note"]
    served = deps.releases.published()
    published: Mapping[tuple[str, str], str] = deps.releases.manifest(served.id) if served else {}
    change = diff(published, manifest)
    return {
        "ok": not any(f.severity == "error" for f in findings),
        "findings": findings,
        "difference": {
            "added": _names(change.added),
            "removed": _names(change.removed),
            "changed": _names(change.changed),
        },
    }


def _names(names: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{kind}/{key}" for kind, key in names]
