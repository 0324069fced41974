"""Routes that find somebody, and tell what is known of them as far as whoever asks may see it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, TypeAlias

from flask import g
from flask_smorest import Blueprint

from accounts import Principal
from admin.deps import Deps
from admin.people.profile_schemas import FoundPersonSchema, SeenPersonSchema, SomebodySchema
from profiles import NECESSARY, Profile, SeenFact, current, facts_seen
from rules import Attribute, Instant

Body: TypeAlias = dict[str, Any]

READ: Final = "profile.read"
SENSITIVE: Final = "profile.sensitive"


def add_profile_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""

    @blueprint.route("/people/find", methods=["POST"])
    @blueprint.arguments(SomebodySchema)
    @blueprint.response(200, FoundPersonSchema)
    def find(body: Body) -> Body:
        """The profile of somebody, by what a call would name them"""
        return {"profile_id": deps.people.find(_alias(body))}

    @blueprint.route("/people/<profile_id>")
    @blueprint.response(200, SeenPersonSchema)
    def person(profile_id: str) -> Body:
        """What is known of a person now, as far as you may see it"""
        now = deps.clock()
        found = current(deps.people.by_id(profile_id), deps.segments(), deps.vocabulary(), now)
        return told(deps, found, g.principal, now)


def may_see(principal: Principal, attribute: Attribute) -> bool:
    """Whether they may see such a fact of people: its purpose, and whether it is sensitive, decide."""
    if attribute.sensitive and not principal.may_purpose(SENSITIVE, attribute.purpose):
        return False
    return principal.may_purpose(READ, attribute.purpose)


def told(deps: Deps, profile: Profile, principal: Principal, now: Instant) -> Body:
    """A person as whoever asks may see them."""
    seen = [one for one in facts_seen(profile, deps.vocabulary(), now) if may_see(principal, one.attribute)]
    return {
        "profile_id": profile.id,
        "version": profile.version,
        "aliases": list(profile.aliases) if principal.may_purpose(READ, NECESSARY) else [],
        "facts": [_fact(one) for one in seen],
        "consent": profile.consent,
        "segments": profile.segments,
    }


def _fact(one: SeenFact) -> Body:
    registered = asdict(one.attribute)
    shown = {name: registered[name] for name in ("title", "type", "purpose", "source", "sensitive")}
    told = {"path": one.path, "class": one.attribute.fact_class, **shown, "state": one.known, "value": one.value}
    return {**told, "reason": one.reason, "at": one.at, "until": one.until}


def _alias(body: Body) -> str:
    if "alias" in body:
        return str(body["alias"])
    return f"user:{body['user_id']}" if "user_id" in body else f"anon:{body['anonymous_id']}"
