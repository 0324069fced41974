"""The tracking API, in the shape of Segment's, so that existing SDKs work by changing their host."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from accounts import Scope
from profiles import Event, EventError, parse_call
from service.asking import refused
from service.bodies import read_object
from service.call_schemas import MAX_BATCH
from service.house import House
from service.openapi import described, json_of

CALLS = ("track", "identify", "page")


def create_blueprint(house: House) -> Blueprint:
    """One route for each call and one for batches; they answer after the events are durable."""
    blueprint = Blueprint("tracking", __name__, url_prefix="/v1", description="Events in the shape of Segment's API")

    for kind in CALLS:

        @described(blueprint, f"One {kind} call", body=kind.capitalize(), answer=json_of("Tracked"))
        def call(kind: str = kind) -> Response:
            source = house.keys.require(Scope.TRACK).name
            body = read_object(house.settings.max_body)
            event = parse_call(kind, body, source=source, received_at=house.clock())
            return _told(house, [(0, event)], [])

        blueprint.add_url_rule(f"/{kind}", endpoint=kind, view_func=call, methods=["POST"], defaults={"kind": kind})

    @blueprint.route("/batch", methods=["POST"])
    @described(blueprint, "Several calls, each accepted or refused by itself", body="Batch", answer=json_of("Tracked"))
    def batch() -> Response:
        source = house.keys.require(Scope.TRACK).name
        body = read_object(house.settings.max_body)
        calls = body.get("batch")
        if not isinstance(calls, list) or not calls or len(calls) > MAX_BATCH:
            raise refused("/batch", f"must be a list of 1 to {MAX_BATCH} calls")
        events, refusals = _sort_out(house, calls, source, body)
        return _told(house, events, refusals)

    return blueprint


def _sort_out(
    house: House, calls: list[Any], source: str, envelope: dict[str, Any]
) -> tuple[list[tuple[int, Event]], list[dict[str, Any]]]:
    now = house.clock()
    shared: dict[str, Any] = {name: envelope[name] for name in ("sentAt", "context") if name in envelope}
    events, refusals = [], []
    for number, one in enumerate(calls):
        message_id = one.get("messageId") if isinstance(one, dict) else None
        try:
            if not isinstance(one, dict):
                raise EventError(f"/batch/{number}", "is not an object", "send one call")
            kind = one.get("type")
            if kind not in CALLS:
                raise EventError(f"/batch/{number}/type", f"{kind!r} is not known", f"known: {', '.join(CALLS)}")
            events.append((number, parse_call(kind, {**shared, **one}, source=source, received_at=now)))
        except EventError as error:
            told = {"status": "refused", "field": error.field, "message": error.message, "remedy": error.remedy}
            refusals.append({"index": number, "message_id": message_id, **told})
    return events, refusals


def _told(house: House, events: list[tuple[int, Event]], refusals: list[dict[str, Any]]) -> Response:
    """What became of each call, in the order in which they came."""
    receipts = house.intake.accept([event for _, event in events], house.clock()) if events else []
    house.metrics.events(receipts, len(refusals))
    accepted = zip(events, receipts, strict=True)
    told = [{"index": n, "message_id": r.message_id, "status": r.status} for (n, _), r in accepted]
    body = {"success": not refusals, "receipts": sorted(told + refusals, key=itemgetter("index"))}
    return Response(orjson.dumps(body), status=200, content_type="application/json")
