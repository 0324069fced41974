"""Routes that find somebody, and tell what is known of them as far as whoever asks may see it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, TypeAlias

from flask import g
from flask_smorest import Blueprint

from accounts import Principal
from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.people.eyes import READ, Eyes, attribute_at, consents, may_see
from admin.people.profile_schemas import (
    FoundPersonSchema,
    HistoryQuerySchema,
    MomentQuerySchema,
    SeenPersonSchema,
    SomebodySchema,
    TimelineQuerySchema,
    TimelineSchema,
    TurnsSchema,
)
from admin.refusals import UnknownFact
from profiles import Profile, SeenFact, Turn, current, facts_seen
from rules import NECESSARY, Instant

Body: TypeAlias = dict[str, Any]


def add_profile_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""

    @blueprint.route("/people/find", methods=["POST"])
    @blueprint.arguments(SomebodySchema)
    @blueprint.response(200, FoundPersonSchema)
    def find(body: Body) -> Body:
        """The profile of somebody, by what a call would name them"""
        return {"profile_id": deps.people.find(alias_of(body))}

    @blueprint.route("/people/<profile_id>")
    @blueprint.arguments(MomentQuerySchema, location="query")
    @blueprint.response(200, SeenPersonSchema)
    def person(query: Body, profile_id: str) -> Body:
        """What is known of a person now, or was at a moment, as far as you may see it"""
        now, at = deps.clock(), query["at"]
        if at is not None and at < now:
            restricted = deps.people.by_id(profile_id).restricted
            past = deps.past.profile(profile_id, deps.vocabulary(), at)
            # What may not be used now may not be used by looking at it as it was.
            return told(deps, replace(past, restricted=past.restricted or restricted), g.principal, at)
        found = current(deps.people.by_id(profile_id), deps.segments(), deps.vocabulary(), now)
        return told(deps, found, g.principal, now)

    @blueprint.route("/people/<profile_id>/history")
    @blueprint.arguments(HistoryQuerySchema, location="query")
    @blueprint.response(200, TurnsSchema)
    def history(query: Body, profile_id: str) -> Body:
        """How one fact of a person came to be what it is: its values, newest first, each with its event"""
        path, profile, vocabulary = query["path"], deps.people.by_id(profile_id), deps.vocabulary()
        attribute = attribute_at(vocabulary, path)
        if attribute is None or not may_see(g.principal, attribute):
            raise UnknownFact(path)
        if not consents(profile, attribute.purpose, deps.vocabulary()):
            return {"items": [], "withheld": attribute.purpose}
        turns = deps.past.turns(profile_id, path, vocabulary, query["limit"])
        named = g.principal.may_purpose(READ, NECESSARY)
        return {"items": [_turn(one, named) for one in turns], "withheld": None}

    @blueprint.route("/people/<profile_id>/events")
    @blueprint.arguments(TimelineQuerySchema, location="query")
    @blueprint.response(200, TimelineSchema)
    def events(query: Body, profile_id: str) -> Body:
        """What a person did, newest first, a page at a time, as far as you may see it"""
        profile, limit, after = deps.people.by_id(profile_id), query["limit"], query["after"]
        before = tuple(place_of(after, (int, float), int)) if after else None
        found = deps.past.timeline(profile_id, before=before, limit=limit + 1, name=query["name"])
        last = found[limit - 1] if len(found) > limit else None
        eyes = Eyes(profile, deps.vocabulary(), g.principal)
        more = last and cursor_of(last.event.at, last.seq)
        return {"items": [eyes.event(one) for one in found[:limit]], "next": more}


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


def _turn(one: Turn, named: bool) -> Body:
    event = one.event
    told = {name: getattr(event, name) for name in ("at", "received_at", "source", "message_id", "kind", "name")}
    return {"value": one.value, **told, "by": event.aliases[0] if named else None}


def alias_of(body: Body) -> str:
    """The name by which a request names somebody."""
    if "alias" in body:
        return str(body["alias"])
    return f"user:{body['user_id']}" if "user_id" in body else f"anon:{body['anonymous_id']}"
