"""Routes for releases as a whole: check the drafts, make and list releases, roll back."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import NotAllowed
from admin.deps import Deps
from admin.releasing.direct import add_direct_routes
from admin.releasing.life import add_life_routes
from admin.releasing.schemas import (
    ALL_DRAFTS,
    NewReleaseSchema,
    ReleasePagingSchema,
    ReleaseSchema,
    ReleasesSchema,
    RollbackSchema,
    ValidationSchema,
)
from admin.releasing.telling import admitter, check_rights, judged, tagged, told
from admin.releasing.wishes import Wishes, places_of
from admin.sight.writing import PUBLISH
from layouts import Place, Release


def add_release_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for the drafts as a whole, for releases, and to publish one piece of content."""

    @blueprint.route("/validate", methods=["POST"])
    @blueprint.response(200, ValidationSchema)
    def validate() -> dict[str, Any]:
        """What is wrong with the drafts as a release, and what publishing them would change"""
        return judged(deps, *deps.publishing.drafts())

    @blueprint.route("/releases")
    class Releases(MethodView):
        @blueprint.arguments(ReleasePagingSchema, location="query")
        @blueprint.response(200, ReleasesSchema)
        def get(self, paging: dict[str, Any]) -> dict[str, Any]:
            """Releases, newest first, a page at a time"""
            return _page(deps, **paging)

        @blueprint.arguments(NewReleaseSchema)
        @blueprint.response(201, ReleaseSchema)
        def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
            """Make a release that waits to be published, or publish it at once"""
            return tagged(_make(deps, **body), 201)

    @blueprint.route("/releases/rollback", methods=["POST"])
    @blueprint.arguments(RollbackSchema, required=False)
    @blueprint.response(200, ReleaseSchema)
    def roll_back(body: dict[str, str | None]) -> dict[str, Any]:
        """Serve an older release again"""
        if g.principal.limited(PUBLISH):
            raise NotAllowed(PUBLISH, "everything: going back takes back what others published, too")
        return told(deps.publishing.roll_back(body["to"], g.author))

    add_life_routes(blueprint, deps)
    add_direct_routes(blueprint, deps)


def _page(deps: Deps, limit: int, **some: Any) -> dict[str, Any]:
    served = deps.releases.published()
    items = deps.releases.history(limit=limit + 1, **some)
    return {
        "published": served.id if served else None,
        "items": [told(one) for one in items[:limit]],
        "next": items[limit - 1].id if len(items) > limit else None,
    }


def _make(deps: Deps, name: str, description: str, changes: Any, publish: bool) -> Release:
    publishing = deps.publishing
    if publish:
        g.principal.require(PUBLISH)
        if changes in (None, ALL_DRAFTS) and not description:
            return publishing.publish_drafts(name, g.author, admit=admitter(deps))
    places = _places(deps, changes)
    release = deps.waiting.create(name, description=description, author=g.author, now=deps.clock())
    if places:
        release = deps.waiting.put(release.id, places, by=g.author, now=deps.clock())
    if not publish:
        return release
    return publishing.publish_open(release.id, g.author, admit=admitter(deps))


def _places(deps: Deps, changes: Any) -> dict[Place, str | None]:
    """What is wished, as far as whoever asks may put it into a release."""
    overlay, served = deps.publishing.drafts()
    if changes != ALL_DRAFTS:
        places = Wishes(deps.store, served).places(changes or ())
        overlay, _ = deps.publishing.over(places, g.author)
    check_rights(deps, "release.write", overlay)
    return places_of(overlay) if changes == ALL_DRAFTS else places
