"""The route of the search by effect: which modules could somebody of a segment see in a slot?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import g
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.errors import NotShownIn, WrongLogic
from admin.explaining.seeing_schemas import CouldSeeSchema, SeenSchema
from admin.sight.visible import READ
from engine import Catalogue, Could, Sight, could_see, known_of
from rules import Rule, check, parse

TOLD: Final = ("layouts", "modules", "rules", "segments", "policies", "experiments")
"""Kinds of whose content the answer tells the names and what they ask."""


def add_seeing_route(blueprint: Blueprint, deps: Deps) -> None:
    """Add the route."""

    @blueprint.route("/could-see", methods=["POST"])
    @blueprint.arguments(CouldSeeSchema)
    @blueprint.response(200, SeenSchema)
    def could_see_one(body: dict[str, Any]) -> dict[str, Any]:
        """Which modules somebody could see in a slot of whom a segment or any logic says yes, and what keeps the
        others from them"""
        for kind in TOLD:
            g.principal.require(READ, kind)
        catalogue, now = deps.catalogue(body)
        _check_channel(catalogue, body)
        (start,) = place_of(body["after"], str) if body["after"] else ("",)
        types = {key for key in catalogue.types if g.principal.may_type(READ, "modules", key)}
        seen = could_see(
            catalogue, body["layout"], body["slot"], _sure(catalogue, body), now,
            locale=body.get("locale"), of=lambda module: module.type.key in types,
            only=[Could(one) for one in body["could"]], after=start, limit=body["limit"],
        )  # fmt: skip
        return {
            "release": catalogue.release,
            "items": [_told(sight) for sight in seen.sights],
            "stands_in": [_told(sight) for sight in seen.stands_in],
            "next": None if seen.next is None else cursor_of(seen.next),
            "looked_at": seen.looked_at,
        }


def _check_channel(catalogue: Catalogue, body: Mapping[str, Any]) -> None:
    shown = catalogue.plan(body["layout"]).layout.channels
    if shown and "channel" in body and body["channel"] not in shown:
        raise NotShownIn(body["layout"], body["channel"], shown)


def _sure(catalogue: Catalogue, body: Mapping[str, Any]) -> list[Rule]:
    """What is sure of them. Raises `UnknownSegment`, and `WrongLogic` with every finding."""
    visit = {name: body[name] for name in ("channel", "locale") if name in body}
    if "segment" in body:
        return known_of(catalogue, segment=body["segment"], facts={"context": visit})
    wrong = [one for one in check(body["logic"], catalogue.vocabulary) if one.severity == "error"]
    if wrong:
        raise WrongLogic([one.below("/logic") for one in wrong])
    return [parse(body["logic"]), *known_of(catalogue, facts={"context": visit})]


def _told(sight: Sight) -> dict[str, Any]:
    candidate = sight.candidate
    return {
        "module": candidate.key,
        "type": candidate.type.key,
        "tier": candidate.tier,
        "pinned": sight.pinned,
        "could": sight.could,
        "gate": sight.gate,
        "name": sight.detail,
        "proof": sight.proof,
        "asks": [one._asdict() for one in sight.asks],
    }
