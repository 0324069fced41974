"""Routes that tell how many are in which segment, who for example, and how people moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final, TypeAlias

from flask import g
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.errors import BadCursor, ContentRefused
from admin.people.eyes import READ
from admin.people.profiles import told
from admin.people.segment_schemas import (
    DraftCountSchema,
    DraftSegmentSchema,
    PersonSegmentsSchema,
    SegmentChangesQuerySchema,
    SegmentQuerySchema,
    SegmentsPageSchema,
    SegmentsQuerySchema,
    SegmentToldSchema,
)
from modules import UnknownContent
from profiles import Look, Segment, current
from rules import Instant, check, describe, parse

Body: TypeAlias = dict[str, Any]

SHOWN: Final = 10


def add_segment_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""

    @blueprint.route("/people/segments")
    @blueprint.arguments(SegmentsQuerySchema, location="query")
    @blueprint.response(200, SegmentsPageSchema)
    def listed(query: Body) -> Body:
        """The segments that are served, by key, with how many are in each now"""
        after = place_of(query["after"], str)[0] if query["after"] else ""
        found = sorted((one for one in deps.segments() if one.key > after), key=lambda one: one.key)
        shown = found[: query["limit"]]
        following = cursor_of(shown[-1].key) if len(found) > len(shown) else None
        return {"items": _sizes(deps, shown), "next": following, "backfill": _backfill(deps)}

    @blueprint.route("/people/segments/<key>")
    @blueprint.arguments(SegmentQuerySchema, location="query")
    @blueprint.response(200, SegmentToldSchema)
    def one(query: Body, key: str) -> Body:
        """One segment: its rule in words, how many are in it, and some of them"""
        known = {segment.key: segment for segment in deps.segments()}
        if key not in known:
            raise UnknownContent("segments", key, known)
        (size,) = _sizes(deps, [known[key]])
        sample = _sample(deps, key, query["sample"]) if g.principal.may(READ) else []
        description = describe(known[key].rule, deps.vocabulary())
        return {**size, "description": description, "sample": sample, "backfill": _backfill(deps)}

    @blueprint.route("/people/segments/preview", methods=["POST"])
    @blueprint.arguments(DraftSegmentSchema)
    @blueprint.response(200, DraftCountSchema)
    def preview(body: Body) -> Body:
        """For how many a rule would say yes: an estimate at once, exact step by step; nobody is moved by it"""
        wrong = [one for one in check(body["logic"], deps.vocabulary()) if one.severity == "error"]
        if wrong:
            raise ContentRefused("segments", "", [one.below("/logic") for one in wrong])
        so_far = _so_far(body["after"]) if body["after"] else Look()
        look = deps.census.look(parse(body["logic"]), deps.clock(), so_far=so_far, limit=body["limit"], shown=SHOWN)
        return _counted(look)

    @blueprint.route("/people/<profile_id>/segments")
    @blueprint.arguments(SegmentChangesQuerySchema, location="query")
    @blueprint.response(200, PersonSegmentsSchema)
    def of_a_person(query: Body, profile_id: str) -> Body:
        """The segments that a person is in now, and when and why they entered and left any, the latest first"""
        person = current(deps.people.by_id(profile_id), deps.segments(), deps.vocabulary(), deps.clock())
        before = place_of(query["after"], int)[0] if query["after"] else None
        found = deps.census.history(profile_id, before, query["limit"] + 1)
        shown = found[: query["limit"]]
        following = cursor_of(shown[-1][0]) if len(found) > len(shown) else None
        return {"segments": person.segments, "items": [change for _, change in shown], "next": following}


def _sizes(deps: Deps, segments: Sequence[Segment]) -> list[Body]:
    counted = deps.census.sizes([one.key for one in segments], deps.clock())
    return [{**asdict(size), "title": one.title} for one, size in zip(segments, counted, strict=True)]


def _backfill(deps: Deps) -> Body | None:
    progress = deps.backfill.progress()
    return None if progress is None else asdict(progress)


def _sample(deps: Deps, key: str, limit: int) -> list[Body]:
    now, found = deps.clock(), deps.census.sample(key, deps.clock(), limit)
    return [_member(deps, profile_id, since, now) for profile_id, since in found]


def _member(deps: Deps, profile_id: str, since: Instant, now: Instant) -> Body:
    person = told(deps, deps.people.by_id(profile_id), g.principal, now)
    return {"profile_id": profile_id, "since": since, "facts": _known(person)}


def _known(person: Body) -> list[Body]:
    return [fact for fact in person["facts"] if fact["value"] is not None]


def _counted(look: Look) -> Body:
    estimate, least, most = look.estimate
    following = cursor_of(look.last, look.looked_at, look.matching) if look.last else None
    counts = {"people": look.people, "looked_at": look.looked_at, "matching": look.matching}
    sample = look.sample if g.principal.may(READ) else ()
    return {**counts, "estimate": estimate, "least": least, "most": most, "sample": sample, "next": following}


def _so_far(after: str) -> Look:
    last, looked_at, matching = place_of(after, str, int, int)
    if not 0 <= matching <= looked_at:
        raise BadCursor(after)
    return Look(last=last, looked_at=looked_at, matching=matching)
