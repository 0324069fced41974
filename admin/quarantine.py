"""Routes for events that break their schema, and for figures about what came in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any, Final, TypeAlias

from flask import g
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.quarantine_schemas import (
    CorrectionSchema,
    EventNumbersSchema,
    EventRedrivenSchema,
    EventsDiscardedSchema,
    EventsRedrivenSchema,
    FiguresPageSchema,
    QualityQuerySchema,
    QuarantinedPageSchema,
    QuarantinedSchema,
    QuarantineQuerySchema,
    RedriveSchema,
)
from admin.schemas import ROW
from profiles import Quarantined, QuarantineFilter, Receipt, State

Body: TypeAlias = dict[str, Any]

PERSONAL: Final = "profile.read"
"""What it takes to see whom an event is about and what it tells of them, or to write that anew."""


def add_quarantine_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""
    quarantine, quality = deps.quarantine, deps.quality

    @blueprint.route("/quarantine")
    @blueprint.arguments(QuarantineQuerySchema, location="query")
    @blueprint.response(200, QuarantinedPageSchema)
    def listed(query: Body) -> Body:
        """Events that break their schema and do not count, newest first, a page at a time"""
        limit, after = query.pop("limit"), query.pop("after")
        before = place_of(after, int)[0] if after else None
        found = quarantine.find(QuarantineFilter(**query), before=before, limit=limit + 1)
        more = cursor_of(found[limit - 1].seq) if len(found) > limit else None
        return {"items": [_told(one) for one in found[:limit]], "next": more}

    @blueprint.route(f"/quarantine/<{ROW}:seq>")
    @blueprint.response(200, QuarantinedSchema)
    def one(seq: int) -> Body:
        """One event in quarantine"""
        return _told(quarantine.get(seq))

    @blueprint.route(f"/quarantine/<{ROW}:seq>/redrive", methods=["POST"])
    @blueprint.arguments(CorrectionSchema, required=False)
    @blueprint.response(200, EventRedrivenSchema)
    def redrive_one(body: Body, seq: int) -> Body:
        """Take one event in after all, as it was sent or with corrected `properties`; it counts once"""
        corrected = {seq: body["properties"]} if "properties" in body else {}
        return _redriven(deps, [seq], corrected)[0]

    @blueprint.route("/quarantine/redrive", methods=["POST"])
    @blueprint.arguments(RedriveSchema)
    @blueprint.response(200, EventsRedrivenSchema)
    def redrive(body: Body) -> Body:
        """Take several events in after all; those that break their schema still stay in quarantine"""
        corrected = {seq: body["properties"][str(seq)] for seq in body["ids"] if str(seq) in body["properties"]}
        return {"items": _redriven(deps, body["ids"], corrected)}

    @blueprint.route("/quarantine/discard", methods=["POST"])
    @blueprint.arguments(EventNumbersSchema)
    @blueprint.response(200, EventsDiscardedSchema)
    def discard(body: Body) -> Body:
        """Let events never count; what they told is forgotten"""
        return {"discarded": quarantine.discard(body["ids"], author=g.author, now=deps.clock())}

    @blueprint.route("/data-quality")
    @blueprint.arguments(QualityQuerySchema, location="query")
    @blueprint.response(200, FiguresPageSchema)
    def figures(query: Body) -> Body:
        """What came in by source and event: accepted, duplicate, refused, quarantined, last seen"""
        quality.flush()
        limit, after = query["limit"], query["after"]
        place = tuple(place_of(after, str, str, str)) if after else None
        found = quality.read(source=query["source"], after=place, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        return {"items": found[:limit], "next": last and cursor_of(last.source, last.kind, last.name)}


def _told(one: Quarantined) -> Body:
    """An event as whoever asks may see it."""
    event = one.event
    told = {name: getattr(event, name) for name in ("source", "message_id", "kind", "name", "at", "received_at")}
    kept = {name: getattr(one, name) for name in ("schema", "reason", "state", "settled_at", "settled_by")}
    about: Body = {}
    if g.principal.may(PERSONAL) and one.state is State.WAITING:
        person = {"user_id": event.user_id, "anonymous_id": event.anonymous_id}
        about = {"person": person, "properties": event.properties}
    return {"id": one.seq, **told, **kept, "breaches": [asdict(breach) for breach in one.breaches], **about}


def _redriven(deps: Deps, seqs: Collection[int], corrected: Mapping[int, Mapping[str, Any]]) -> list[Body]:
    if corrected:
        g.principal.require(PERSONAL)
    done = deps.quarantine.redrive(seqs, corrected, author=g.author, now=deps.clock())
    return [_became(seq, receipt) for seq, receipt in done.items()]


def _became(seq: int, receipt: Receipt) -> Body:
    return {"id": seq, "status": receipt.status, "breaches": [asdict(breach) for breach in receipt.breaches]}
