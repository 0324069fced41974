"""Quarantine: events that break their schema, kept with the reason until somebody corrects or discards them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, func, select, update

from profiles.errors import EventError, UnknownQuarantined
from profiles.events import Event
from profiles.intake import Intake
from profiles.judging import Receipt, State, Status
from profiles.tables import quarantine
from rules import Breach, Instant, Json
from storage import Act, Database, record, vault_of

MOST_SETTLED: Final = 500
"""Events of one request to settle: it holds the lock of people while it runs."""

HELD = quarantine.c
NOTHING: Final = b"{}"
"""What is kept of an event that is settled, or whose person is forgotten."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that does not count, why, and what became of it."""

    seq: int
    event: Event
    schema: str
    """`ecommerce-1`, or `own-` and a digest of the registered one."""
    reason: str
    breaches: tuple[Breach, ...]
    state: State
    settled_at: Instant | None
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class QuarantineFilter:
    """Which events are wanted; empty text: any."""

    state: str = State.WAITING
    source: str = ""
    name: str = ""
    reason: str = ""


class Quarantine:
    """What management does with events in quarantine; each act is in the audit log, in one transaction with itself."""

    def __init__(self, database: Database, intake: Intake) -> None:
        self._database = database
        self._intake = intake

    def find(self, wanted: QuarantineFilter, *, before: int | None = None, limit: int = 100) -> list[Quarantined]:
        """Events in quarantine, the newest first; those with a number lower than `before`."""
        query = select(quarantine).order_by(HELD.seq.desc()).limit(limit)
        for column in ("state", "source", "name", "reason"):
            if value := getattr(wanted, column):
                query = query.where(HELD[column] == value)
        if before is not None:
            query = query.where(HELD.seq < before)
        with self._database.read() as connection:
            return _all_of(connection, connection.execute(query).all())

    def waiting(self) -> int:
        """How many wait for somebody to settle them."""
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).where(HELD.state == State.WAITING)) or 0

    def get(self, seq: int) -> Quarantined:
        """One of them, whatever its state. Raises `UnknownQuarantined`."""
        with self._database.read() as connection:
            found = _all_of(connection, connection.execute(select(quarantine).where(HELD.seq == seq)).all())
        if not found:
            raise UnknownQuarantined(seq)
        return found[0]

    def discard(self, seqs: Collection[int], *, author: str, now: Instant) -> int:
        """Let these never count; how many of them waited. Sent again, they are duplicates."""
        with self._database.write() as connection:
            waiting = [one.seq for one in _hold(connection, seqs) if one.state is State.WAITING]
            _settle(connection, dict.fromkeys(waiting, State.DISCARDED), author, now)
        return len(waiting)

    def redrive(
        self, seqs: Collection[int], corrected: Mapping[int, Mapping[str, Json]], *, author: str, now: Instant
    ) -> dict[int, Receipt]:
        """Take these in after all, each once, with other properties where they are `corrected`.

        What breaks its schema still stays in quarantine; what was taken in before is a duplicate. Raises
        `UnknownQuarantined`, and `EventError` for what was discarded or is corrected too late.
        """
        held: list[Quarantined] = []

        def gather(connection: Connection) -> list[Event]:
            held[:] = _hold(connection, seqs)
            if missing := set(seqs) - {one.seq for one in held}:
                raise UnknownQuarantined(min(missing))
            for one in held:
                if one.state is State.DISCARDED or (one.seq in corrected and one.state is State.REDRIVEN):
                    raise EventError("ids", f"event {one.seq} was {one.state}", "name events that are waiting")
            return [_corrected(one, corrected) for one in held]

        def settle(connection: Connection, receipts: Sequence[Receipt]) -> None:
            done = zip(held, receipts, strict=True)
            taken = [one.seq for one, receipt in done if receipt.status is not Status.QUARANTINED]
            waiting = {one.seq for one in held if one.state is State.WAITING}
            _settle(connection, {seq: State.REDRIVEN for seq in taken if seq in waiting}, author, now)

        receipts = self._intake.take_again(gather, settle, now)
        return {one.seq: receipt for one, receipt in zip(held, receipts, strict=True)}


def _hold(connection: Connection, seqs: Collection[int]) -> list[Quarantined]:
    query = select(quarantine).where(HELD.seq.in_(sorted(seqs))).order_by(HELD.seq).with_for_update()
    return _all_of(connection, connection.execute(query).all())


def _corrected(one: Quarantined, corrected: Mapping[int, Mapping[str, Json]]) -> Event:
    return replace(one.event, properties=corrected[one.seq]) if one.seq in corrected else one.event


def _settle(connection: Connection, states: Mapping[int, State], author: str, now: Instant) -> None:
    for seq, state in states.items():
        # What it told of a person is in the event log now, or was to be forgotten.
        done = {"state": state, "settled_at": now, "settled_by": author, "body": NOTHING}
        connection.execute(update(quarantine).where(HELD.seq == seq).values(done))
    acts = [Act(author, f"event.{ACTS[state]}", f"quarantine/{seq}", now) for seq, state in states.items()]
    record(connection, *acts)


ACTS: Final[Mapping[State, str]] = {State.REDRIVEN: "redrive", State.DISCARDED: "discard"}


def _all_of(connection: Connection, rows: Sequence[Row[Any]]) -> list[Quarantined]:
    bodies = vault_of(connection).open_all(connection, [row.body for row in rows])
    return [_of(row, body or NOTHING) for row, body in zip(rows, bodies, strict=True)]


def _of(row: Row[Any], body: bytes) -> Quarantined:
    columns = ("message_id", "source", "kind", "name", "at", "received_at")
    event = Event(**{name: getattr(row, name) for name in columns}, **orjson.loads(body))
    breaches = tuple(Breach(**one) for one in orjson.loads(row.breaches))
    state = State(row.state)
    return Quarantined(row.seq, event, row.schema, row.reason, breaches, state, row.settled_at, row.settled_by)
