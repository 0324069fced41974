"""Routes about people who are probably one: what waits for somebody, and what they say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypeAlias

from flask import g
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.people.match_schemas import MatchDecisionSchema, MatchPageSchema, MatchQuerySchema, MatchSchema
from admin.schemas import ROW

Body: TypeAlias = dict[str, Any]


def add_match_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""
    matches = deps.matches

    @blueprint.route("/people/matches")
    @blueprint.arguments(MatchQuerySchema, location="query")
    @blueprint.response(200, MatchPageSchema)
    def listed(query: Body) -> Body:
        """Pairs of people who may be one, the newest first, a page at a time"""
        after = query["after"]
        before = place_of(after, int)[0] if after else None
        found, more = matches.find(query["state"], before=before, limit=query["limit"])
        return {"items": [asdict(one) for one in found], "next": None if more is None else cursor_of(more)}

    @blueprint.route(f"/people/matches/<{ROW}:seq>")
    @blueprint.response(200, MatchSchema)
    def one(seq: int) -> Body:
        """One pair: how likely it is one person, and by what"""
        return asdict(matches.get(seq))

    @blueprint.route(f"/people/matches/<{ROW}:seq>/accept", methods=["POST"])
    @blueprint.arguments(MatchDecisionSchema)
    @blueprint.response(200, MatchSchema)
    def accept(body: Body, seq: int) -> Body:
        """They are one person: merge them; that can be split again"""
        return asdict(matches.accept(seq, reason=body["reason"], author=g.author, now=deps.clock()))

    @blueprint.route(f"/people/matches/<{ROW}:seq>/refuse", methods=["POST"])
    @blueprint.arguments(MatchDecisionSchema)
    @blueprint.response(200, MatchSchema)
    def refuse(body: Body, seq: int) -> Body:
        """They are two people, and stay two however alike they become"""
        return asdict(matches.refuse(seq, reason=body["reason"], author=g.author, now=deps.clock()))
