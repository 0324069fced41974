"""Routes about who is who: what joined a person's names, joining by hand, and taking it back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypeAlias

from flask import g
from flask_smorest import Blueprint

from admin.deps import Deps
from admin.people.identity_schemas import LinksSchema, MergeSchema, ProfileIdsSchema, RejoinSchema, SplitSchema
from profiles import Link

Body: TypeAlias = dict[str, Any]


def add_identity_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""
    identities = deps.identities

    @blueprint.route("/people/<profile_id>/links")
    @blueprint.response(200, LinksSchema)
    def links(profile_id: str) -> Body:
        """What joined a person's names, or was to: each can be cut with `split`"""
        return {"items": [_told(link) for link in identities.links(profile_id)]}

    @blueprint.route("/people/merge", methods=["POST"])
    @blueprint.arguments(MergeSchema)
    @blueprint.response(200, ProfileIdsSchema)
    def merge(body: Body) -> Body:
        """Make two people one, whatever speaks against it"""
        joined = identities.merge(**body, author=g.author, now=deps.clock())
        return {"profile_ids": joined}

    @blueprint.route("/people/<profile_id>/split", methods=["POST"])
    @blueprint.arguments(SplitSchema)
    @blueprint.response(200, ProfileIdsSchema)
    def split(body: Body, profile_id: str) -> Body:
        """Cut links: everybody concerned is who they had been without them, and stays so"""
        people = identities.split(profile_id, body["links"], reason=body["reason"], author=g.author, now=deps.clock())
        return {"profile_ids": people}

    @blueprint.route("/people/<profile_id>/rejoin", methods=["POST"])
    @blueprint.arguments(RejoinSchema)
    @blueprint.response(200, ProfileIdsSchema)
    def rejoin(body: Body, profile_id: str) -> Body:
        """Let links hold again that were cut"""
        people = identities.lift(profile_id, body["links"], author=g.author, now=deps.clock())
        return {"profile_ids": people}


def _told(link: Link) -> Body:
    return {name: value for name, value in asdict(link).items() if name != "marks"}
