"""Routes about triggers: how they stand, what fired, what was told, telling again, and the stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, TypeAlias

from flask import g
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.people.trigger_schemas import (
    FiringsQuerySchema,
    FiringsSchema,
    StreamQuerySchema,
    StreamSchema,
    TriggerDeliveriesQuerySchema,
    TriggerDeliveriesSchema,
    TriggerReplayedSchema,
    TriggerReplaySchema,
    TriggersStandingSchema,
)
from connectors import Message, PeopleNews, State, Wanted
from profiles import FiringState, Tally, Withheld

Body: TypeAlias = dict[str, Any]

EVERY: Final = 0.25
"""Seconds between two looks of a request that waits."""

WAITING: Final = threading.BoundedSemaphore(2)
"""Requests of this process that may wait: each holds a thread. Others are answered at once."""


def add_trigger_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""
    told = PeopleNews(deps.database)

    @blueprint.route("/people/triggers")
    @blueprint.response(200, TriggersStandingSchema)
    def standing() -> Body:
        """The triggers that are served, and how often each fired"""
        tallies = deps.firings.tallies()
        return {"items": [_standing(one, tallies.get(one.key, Tally())) for one in deps.triggers().entries]}

    @blueprint.route("/people/triggers/firings")
    @blueprint.arguments(FiringsQuerySchema, location="query")
    @blueprint.response(200, FiringsSchema)
    def firings(query: Body) -> Body:
        """What set triggers off and what became of it, newest first"""
        limit, state = query["limit"], query["state"]
        before = place_of(query["after"], int)[0] if query["after"] else None
        rows = deps.firings.find(
            trigger=query["trigger"],
            person=query["profile_id"],
            state=FiringState(state) if state else None,
            before=before,
            limit=limit + 1,
        )
        return {"items": rows[:limit], "next": cursor_of(rows[limit - 1].seq) if len(rows) > limit else None}

    @blueprint.route("/people/triggers/deliveries")
    @blueprint.arguments(TriggerDeliveriesQuerySchema, location="query")
    @blueprint.response(200, TriggerDeliveriesSchema)
    def deliveries(query: Body) -> Body:
        """What receivers and sinks were told of people, newest first; `state=dead` are the dead letters"""
        limit, after = query["limit"], query["after"]
        state = State(query["state"]) if query["state"] else None
        seq, webhook = place_of(after, int, str) if after else (0, "")
        before = (seq, webhook) if after else None
        rows = told.deliveries(trigger=query["trigger"], state=state, before=before, limit=limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        items = [{**asdict(one), "webhook": webhook} for webhook, one in rows[:limit]]
        return {"items": items, "next": last and cursor_of(last[1].seq, last[0])}

    @blueprint.route("/people/triggers/replay", methods=["POST"])
    @blueprint.arguments(TriggerReplaySchema)
    @blueprint.response(202, TriggerReplayedSchema)
    def replay(body: Body) -> Body:
        """Tell again by id, or by trigger and time, whatever became of it; consent is asked anew"""
        return {"replayed": told.replay(Wanted(**body), author=g.author, now=deps.clock())}

    @blueprint.route("/people/triggers/stream")
    @blueprint.arguments(StreamQuerySchema, location="query")
    @blueprint.response(200, StreamSchema)
    def stream(query: Body) -> Body:
        """What triggers put into the stream after a cursor, oldest first; `wait` seconds where there is nothing"""
        asked = {"trigger": query["trigger"], "limit": query["limit"]}
        found = told.stream(query["after"], **asked)
        if not found and query["wait"] and WAITING.acquire(blocking=False):
            try:
                found = _waited(told, query["after"], asked, query["wait"])
            finally:
                WAITING.release()
        items = [_streamed(deps, one) for one in found]
        return {"items": items, "next": found[-1].seq if found else query["after"]}


def _standing(one: Any, tally: Tally) -> Body:
    told = {name: getattr(one, name) for name in ("key", "title", "change", "of")}
    return {**told, "states": dict(tally.states), "last_fired_at": tally.last_fired_at}


def _waited(told: PeopleNews, after: int, asked: Mapping[str, Any], seconds: float) -> list[Message]:
    deadline = time.monotonic() + seconds
    while not (found := told.stream(after, **asked)) and time.monotonic() < deadline:
        time.sleep(EVERY)
    return found


def _streamed(deps: Deps, one: Message) -> Body:
    place = {"cursor": one.seq, "at": one.at, "id": one.body["id"], "trigger": one.body["trigger"]}
    try:
        return {**place, **deps.webhooks.tell_of(one.body, deps.clock())}
    except Withheld as error:
        return {**place, "change": one.body["change"], "withheld": str(error)}
