"""The route that gives tickets: the key and the person travel in headers and a body, never in an address."""

from __future__ import annotations

import orjson
from flask import Response
from flask_smorest import Blueprint

from accounts import Scope
from service.asking import Visitor
from service.bodies import check_fields, read_object
from service.caching import PRIVATE
from service.house import House
from service.live.states import States
from service.live.tickets import LIFE, Ticket, seal_of
from service.openapi import described, json_of

PERSON = {"user_id": str, "anonymous_id": str}


def add_live_routes(blueprint: Blueprint, house: House) -> None:
    """Add it."""
    seal = seal_of(house.settings)
    states = States(house.database, seal.digesting)

    @blueprint.route("/live/tickets", methods=["POST"])
    @described(
        blueprint, "A ticket to be told when the page of one person changes", body="TicketFor", answer=json_of("Ticket")
    )
    def ticket() -> Response:
        house.keys.require(Scope.DELIVER)
        body = read_object(house.settings.max_body)
        check_fields(body, {"person": dict}, required=("person",))
        check_fields(body["person"], PERSON)
        visitor, now = Visitor.of(body["person"]), house.clock()
        sealed = seal.seal(Ticket(visitor.alias, states.one(visitor.alias, now), now + LIFE))
        address = f"{house.settings.live_url.rstrip('/')}/v1/live"
        told = {"ticket": sealed, "url": f"{address}?ticket={sealed}", "expires_in": int(LIFE)}
        return Response(orjson.dumps(told), content_type="application/json", headers={"Cache-Control": PRIVATE})
