"""Routes to publish one piece of content, or some of its locales, and to take it away again."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_smorest import Blueprint

from admin.content.drafts import KIND
from admin.content.usage import OVERRIDE, shown
from admin.deps import Deps
from admin.releasing.resolving import gone, users_of
from admin.releasing.schemas import DirectSchema, ReleaseSchema, WithdrawSchema
from admin.releasing.telling import admitter, tagged
from admin.releasing.wishes import Wishes
from layouts import WHOLE, Place
from modules import InUse

Answer = tuple[dict[str, Any], int, dict[str, str]]


def add_direct_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the two routes for every kind of `KINDS`."""

    @blueprint.route("/<kind>/<key>/publish", methods=["POST"], parameters=[KIND])
    @blueprint.arguments(DirectSchema, required=False)
    @blueprint.response(201, ReleaseSchema)
    def publish(body: dict[str, Any], kind: str, key: str) -> Answer:
        """Publish one piece of content, or some of its locales, and nothing else"""
        return publish_one(deps, {"kind": kind, "key": key, **body})

    @blueprint.route("/<kind>/<key>/unpublish", methods=["POST"], parameters=[KIND])
    @blueprint.arguments(WithdrawSchema, required=False)
    @blueprint.response(201, ReleaseSchema)
    def unpublish(body: dict[str, Any], kind: str, key: str) -> Answer:
        """Take one piece of content, or some of its locales, away from what is served"""
        return unpublish_one(deps, {"kind": kind, "key": key, **body})


def unpublish_one(deps: Deps, wish: dict[str, Any]) -> Answer:
    """Take something away from what is served if whoever asks may, and nothing that is served names it."""
    withdrawn = {**wish, "action": "unpublish"}
    _withdraw(deps, withdrawn)
    return publish_one(deps, withdrawn)


def _withdraw(deps: Deps, wish: dict[str, Any]) -> None:
    """Raise `InUse` where something that is served names what would go, unless there is a reason to let it go."""
    if wish["override"]:
        g.principal.require(OVERRIDE, wish["kind"])
        return
    served = deps.publishing.served()[1]
    overlay, _ = deps.publishing.over(Wishes(deps.store, served).places([wish]), g.author)
    manifest = overlay.manifest(served)
    uses = [use for name in gone(overlay) for use in users_of(deps.store, name, manifest)]
    if uses:
        raise shown(deps, InUse(gone(overlay), uses))


def publish_one(deps: Deps, wish: dict[str, Any]) -> Answer:
    """Publish this and nothing else if whoever asks may."""
    places = Wishes(deps.store, deps.publishing.served()[1]).places([wish])
    release = deps.publishing.publish_now(
        places,
        _name(places),
        g.author,
        admit=admitter(deps),
        note=wish["note"],
        override=wish.get("override") or "",
    )
    return tagged(release, 201)


def _name(places: dict[Place, str | None]) -> str:
    """What a release of one piece is called."""
    (kind, key, _), digest = next(iter(places.items()))
    locales = ", ".join(locale for *_, locale in places if locale != WHOLE)
    words = f"{'Unpublish' if digest is None else 'Publish'} {kind}/{key}"
    return f"{words} ({locales})"[:200] if locales else words
