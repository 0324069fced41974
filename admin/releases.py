"""Routes for releases: check the drafts, publish, roll back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import NotAllowed
from admin.deps import Deps
from admin.schemas import PublishSchema, ReleaseSchema, ReleasesSchema, RollbackSchema, ValidationSchema
from admin.visible import Visible
from admin.writing import PUBLISH, check_publish
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
            _check_publish(deps, deps.store.manifest())
            return deps.publish(body["name"], g.author)

    @blueprint.route("/releases/rollback", methods=["POST"])
    @blueprint.arguments(RollbackSchema, required=False)
    @blueprint.response(200, ReleaseSchema)
    def roll_back(body: dict[str, str | None]) -> Release:
        """Serve an older release again"""
        if g.principal.limited(PUBLISH):
            raise NotAllowed(PUBLISH, "everything: going back takes back what others published, too")
        return deps.roll_back(body["to"], g.author)


def _judged(deps: Deps) -> dict[str, Any]:
    manifest = deps.store.manifest()
    bodies = deps.store.content(set(manifest.values()))
    contents = {name: bodies[digest] for name, digest in manifest.items()}
    judged = deps.validate(contents)
    findings = Visible(g.principal).findings(contents, [one for one in judged if one.severity != "note"])
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


def _check_publish(deps: Deps, manifest: Mapping[tuple[str, str], str]) -> None:
    """Raise `NotAllowed` if serving this instead of what is served changes what whoever asks may not publish."""
    if not g.principal.limited(PUBLISH):
        return
    served = deps.releases.published()
    published: Mapping[tuple[str, str], str] = deps.releases.manifest(served.id) if served else {}
    change = diff(published, manifest)
    names = [*change.added, *change.removed, *change.changed]
    bodies = deps.store.content({m[name] for name in names for m in (published, manifest) if name in m})
    sides = ([bodies.get(m.get(name, "")) for m in (published, manifest)] for name in names)
    check_publish(g.principal, ((*name, before, after) for name, (before, after) in zip(names, sides, strict=True)))


def _names(names: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{kind}/{key}" for kind, key in names]
