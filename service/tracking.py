"""The tracking API, in the shape of Segment's, so that existing SDKs work by changing their host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, Final
from uuid import uuid4

import orjson
from flask import Response, g, request
from flask_smorest import Blueprint

from profiles import CALLS, REFUSED, Event, EventError, Receipt, parse_call
from rules import Breach
from service.admission import Admission
from service.asking import refused
from service.call_schemas import MAX_BATCH
from service.consenting import has_gpc
from service.enriching import last_seen
from service.house import House
from service.openapi import described, json_of
from service.writekeys import EVENT_BYTES, WRITE_KEY, tracked_body

PATHS: Mapping[str, tuple[str, ...]] = {kind: (f"/v1/{kind}", f"/v1/{kind[0]}") for kind in CALLS}
"""Kind -> its addresses: Segment's browser SDK uses the first letter."""

BATCHES: Mapping[str, str] = {
    "/v1/batch": "Several calls, each accepted or refused by itself",
    "/v1/b": "The same for Segment's browser SDK",
    "/v1/import": "The same for SDKs that send history",
    "/beacon/v1/batch": "The same for RudderStack's beacons, which name their key in the address",
}
"""Addresses of batches -> what each is for."""

NOTED: Final = "the call has no messageId: an id was made, and if it is sent again it counts again"


OTHER: Final = "another event with this messageId came first: this one does not count"


@dataclass(slots=True)
class Sorted:
    """The calls of a request: events by place, what was refused, and what else is to be told."""

    events: list[tuple[int, Event]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)


def create_blueprint(house: House) -> Blueprint:
    """Routes for each call and for batches; they answer after the events are durable."""
    admission = Admission(house.settings.track_rate, house.clock)
    blueprint = Blueprint("tracking", __name__, description="Events in the shape of Segment's API")

    def one(kind: str) -> Response:
        call, some = {**tracked_body(), "type": kind}, Sorted()
        admission.admit(g.source, 1)
        try:
            _take(house, some, 0, call)
        except EventError:
            house.metrics.events([], 1)
            house.quality.note(g.source, [_seen(call, REFUSED)], house.clock())
            raise
        with admission.seat():
            return _told(house, some, [call])

    def batch() -> Response:
        body = tracked_body()
        calls = body.get("batch")
        if not isinstance(calls, list) or not calls or len(calls) > MAX_BATCH:
            raise refused("/batch", f"must be a list of 1 to {MAX_BATCH} calls")
        admission.admit(g.source, len(calls))
        with admission.seat():
            return _told(house, _sort_out(house, calls, body), calls)

    for kind, paths in PATHS.items():
        view = described(blueprint, CALLS[kind].summary, body=kind.capitalize(), answer=json_of("Tracked"))(one)
        for path in paths:
            blueprint.add_url_rule(path, path[4:], view, methods=["POST"], defaults={"kind": kind})
    for path, summary in BATCHES.items():
        arguments = {WRITE_KEY: {"type": "string"}} if path.startswith("/beacon") else None
        many = described(blueprint, summary, body="Batch", query=arguments, answer=json_of("Tracked"))(batch)
        blueprint.add_url_rule(path, path.strip("/").replace("/", "-"), many, methods=["POST"])

    return blueprint


def _sort_out(house: House, calls: list[Any], envelope: dict[str, Any]) -> Sorted:
    shared = {name: envelope[name] for name in ("sentAt", "context") if envelope.get(name) is not None}
    some = Sorted()
    for number, call in enumerate(calls):
        try:
            _take(house, some, number, _one_of(call, number, shared))
        except EventError as error:
            told = {"status": "refused", "field": error.field, "message": error.message, "remedy": error.remedy}
            message_id = call.get("messageId") if isinstance(call, dict) else None
            some.refusals.append({"index": number, "message_id": message_id, **told})
    return some


def _one_of(call: Any, number: int, shared: dict[str, Any]) -> dict[str, Any]:
    """One call of a batch, with what the batch says for all. Raises `EventError`."""
    here = f"/batch/{number}"
    if not isinstance(call, dict):
        raise EventError(here, "is not an object", "send one call")
    if call.get("type") not in CALLS:
        raise EventError(f"{here}/type", f"{call.get('type')!r} is not known", f"known: {', '.join(CALLS)}")
    return {**shared, **{name: value for name, value in call.items() if value is not None}}


def _take(house: House, some: Sorted, number: int, call: dict[str, Any]) -> None:
    """Check one call and keep it as an event. Raises `EventError`."""
    if call.get("messageId") in (None, ""):
        call["messageId"] = str(uuid4())
        some.notes[number] = NOTED
    event = parse_call(call["type"], call, source=g.source, received_at=house.clock())
    if has_gpc(request.environ) and not event.gpc:
        event = replace(event, gpc=True)
    # Only now: what is nested too deeply cannot be measured.
    if len(orjson.dumps(call)) > EVENT_BYTES:
        raise EventError("body", "is too large", f"send at most {EVENT_BYTES} bytes in one call")
    found = last_seen(
        house.asker.enrichment, house.published.vocabulary(), call, request.environ, house.settings.proxies
    )
    some.events.append((number, replace(event, context=found) if found else event))


def _told(house: House, some: Sorted, calls: list[Any]) -> Response:
    """What became of each call, in the order in which they came."""
    receipts = house.intake.accept([event for _, event in some.events], house.clock())
    told = [_receipt(n, r, some) for (n, _), r in zip(some.events, receipts, strict=True)]
    told = sorted(told + some.refusals, key=itemgetter("index"))
    house.metrics.events(receipts, len(some.refusals))
    seen = [_seen(call, one["status"]) for call, one in zip(calls, told, strict=True)]
    house.quality.note(g.source, seen, house.clock())
    body = {"success": not some.refusals, "receipts": told}
    return Response(orjson.dumps(body), status=200, content_type="application/json")


def _seen(call: Any, status: str) -> tuple[object, object, str]:
    """What is counted of a call: its kind, the name of its event, what became of it."""
    if not isinstance(call, dict):
        return None, "", status
    kind = call.get("type")
    named = CALLS[kind].event if isinstance(kind, str) and kind in CALLS else ""
    return kind, named or (call.get("event") if kind == "track" else ""), status


def _receipt(number: int, receipt: Receipt, some: Sorted) -> dict[str, Any]:
    told: dict[str, Any] = {"index": number, "message_id": receipt.message_id, "status": receipt.status}
    if number in some.notes:
        told["note"] = some.notes[number]
    if receipt.refused:
        told["withheld"] = list(receipt.refused)
    if receipt.differs:
        told["note"] = OTHER
    if receipt.breaches:
        told["breaches"] = [
            {"field": f"properties.{b.field}".rstrip("."), "message": b.message} for b in receipt.breaches
        ]
    return told


def _broken(breach: Breach) -> dict[str, str]:
    return {"field": f"properties.{breach.field}".rstrip("."), "message": breach.message}
