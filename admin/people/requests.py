"""Routes for what people ask about their data: taken down, carried out, handed out, refused."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from flask import Response, g
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.people.profile_schemas import SomebodySchema
from admin.people.profiles import alias_of
from admin.people.request_schemas import (
    ExportQuerySchema,
    LiftedSchema,
    ReasonSchema,
    RequestQuerySchema,
    RequestSchema,
    RequestsPageSchema,
    TakeDownSchema,
)
from admin.schemas import ROW
from profiles import REQUEST_KINDS, Kind, Request, RequestFilter, Standing
from profiles import schema_of as export_schema

Body: TypeAlias = dict[str, Any]

PERSONAL: Final = "profile.read"
HERE: Final = "/people/requests"


def add_request_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""
    requests = deps.requests

    @blueprint.route(HERE, methods=["POST"])
    @blueprint.arguments(TakeDownSchema)
    @blueprint.response(201, RequestSchema)
    def take_down(body: Body) -> Body:
        """Take down what somebody asks for; it is due a month after it came in"""
        now, kind = deps.clock(), Kind(body["kind"])
        details: Body = {name: body[name] for name in ("purpose", "traits") if name in body}
        received_at = min(body.get("received_at", now), now)
        made = requests.take_down(
            kind, body["profile_id"], body["asked_by"], details, received_at, author=g.author, now=now
        )
        return _told(deps, made)

    @blueprint.route(HERE)
    @blueprint.arguments(RequestQuerySchema, location="query")
    @blueprint.response(200, RequestsPageSchema)
    def listed(query: Body) -> Body:
        """What people asked for, those first that are due first"""
        limit, after = query["limit"], query["after"]
        late = deps.clock() if query["overdue"] else None
        wanted = RequestFilter(kind=query.get("kind", ""), state=query.get("state", ""), due_before=late)
        place = place_of(after, (float, int), int) if after else None
        found = requests.find(wanted, after=(place[0], place[1]) if place else None, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        return {"items": [_told(deps, one) for one in found[:limit]], "next": last and cursor_of(last.due_at, last.seq)}

    @blueprint.route(f"{HERE}/<{ROW}:seq>")
    @blueprint.response(200, RequestSchema)
    def one(seq: int) -> Body:
        """One request"""
        return _told(deps, requests.get(seq))

    @blueprint.route(f"{HERE}/<{ROW}:seq>/carry-out", methods=["POST"])
    @blueprint.response(200, RequestSchema)
    def carry_out(seq: int) -> Body:
        """Do what was asked for; the answer holds the proof"""
        g.principal.require(REQUEST_KINDS[requests.get(seq).kind].action)
        return _told(deps, requests.carry_out(seq, author=g.author, now=deps.clock()))

    @blueprint.route(f"{HERE}/<{ROW}:seq>/refuse", methods=["POST"])
    @blueprint.arguments(ReasonSchema)
    @blueprint.response(200, RequestSchema)
    def refuse(body: Body, seq: int) -> Body:
        """Do not do it, for a reason"""
        return _told(deps, requests.refuse(seq, body["reason"], author=g.author, now=deps.clock()))

    @blueprint.route(f"{HERE}/<{ROW}:seq>/extend", methods=["POST"])
    @blueprint.arguments(ReasonSchema)
    @blueprint.response(200, RequestSchema)
    def extend(body: Body, seq: int) -> Body:
        """Give it two months more, once, for a reason"""
        return _told(deps, requests.extend(seq, body["reason"], author=g.author, now=deps.clock()))

    @blueprint.route("/people/<profile_id>/export")
    @blueprint.arguments(ExportQuerySchema, location="query")
    @blueprint.response(200, description="JSON, or a zip archive of CSV files", content_type="application/json")
    def export(query: Body, profile_id: str) -> Response:
        """Everything that is kept of a person, as JSON or as CSV in a zip archive"""
        exporter, now = requests.exporter, deps.clock()
        person = exporter.find(profile_id)
        as_csv = query["format"] == "csv"
        pieces = exporter.as_csv(person, now) if as_csv else exporter.as_json(person, now)
        form = "application/zip" if as_csv else "application/json"
        return Response(pieces, content_type=form, headers={"Cache-Control": "no-store"})

    @blueprint.route("/people/export-schema")
    @blueprint.response(200, description="a JSON Schema", content_type="application/json")
    def schema() -> Body:
        """The JSON Schema of what is handed out of a person"""
        return export_schema(requests.exporter.stores)

    @blueprint.route("/people/erasures/lift", methods=["POST"])
    @blueprint.arguments(SomebodySchema)
    @blueprint.response(200, LiftedSchema)
    def lift(body: Body) -> Body:
        """Let a name that was erased come again: the person wants to be known anew, and begins with nothing"""
        return {"erasure": requests.lift([alias_of(body)], author=g.author, now=deps.clock())}


def _told(deps: Deps, one: Request) -> Body:
    """A request as whoever asks may see it."""
    names = ("kind", "state", "profile_id", "received_at", "due_at", "extended", "done_at", "done_by", "proof")
    told = {"id": one.seq, **{name: getattr(one, name) for name in names}}
    late = one.state is Standing.OPEN and one.due_at < deps.clock()
    about = {"asked_by": one.asked_by, "details": one.details} if g.principal.may(PERSONAL) else {}
    return {**told, "overdue": late, **about}
