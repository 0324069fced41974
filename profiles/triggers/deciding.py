"""Deciding: when a firing is due, whether it is told and done; then its news are in the outbox, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select, update

from profiles import records
from profiles.profile import Profile
from profiles.triggers.consenting import refused
from profiles.triggers.states import FiringState
from profiles.triggers.tables import firings, last_told
from profiles.triggers.trigger import Told, Trigger, Triggers
from rules import Instant, Vocabulary
from storage import Database, Notice, emit, insert, lock_out

LOCK: Final = "triggers"
"""Held by whoever decides: of two firings of one person the second sees that the first was told."""

AT_ONCE: Final = 200
"""Firings in one transaction."""

F = firings.c


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides what is due. Any number of workers may run it at once; each firing is decided once."""

    database: Database
    triggers: Callable[[], Triggers]
    vocabulary: Callable[[], Vocabulary]

    def next_due(self) -> Instant | None:
        """When the next firing is due, None where none is queued."""
        with self.database.read() as connection:
            due: Instant | None = connection.scalar(select(func.min(F.due_at)).where(F.state == FiringState.QUEUED))
        return due

    def decide_due(self, now: Instant, limit: int = AT_ONCE) -> Counter[FiringState]:
        """Decide at most `limit` of those that are due; how many came to which state."""
        due = self.next_due()
        if due is None or due > now:
            return Counter()
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            wanted = select(firings).where(F.state == FiringState.QUEUED, F.due_at <= now)
            rows = connection.execute(wanted.order_by(F.due_at, F.seq).limit(limit)).all()
            people = records.people(connection, (row.profile_id for row in rows))
            told = Counter[FiringState]()
            notices: list[Notice] = []
            for row in rows:
                trigger = self.triggers().get(row.trigger)
                state, reason = self._judged(connection, row, trigger, people.get(row.profile_id), now)
                _settle(connection, row, state, reason, trigger, now)
                if state is FiringState.FIRED and trigger is not None:
                    notices += [_notice(row, trigger, one, now) for one in trigger.tells]
                told[state] += 1
            emit(connection, *notices)
        return told

    def _judged(
        self, connection: Connection, row: Row[Any], trigger: Trigger | None, person: Profile | None, now: Instant
    ) -> tuple[FiringState, str]:
        if trigger is None:
            return FiringState.DROPPED, "the trigger is served no more"
        if person is None:
            return FiringState.DROPPED, "the person is known no more"
        if trigger.still and trigger.of not in person.segments:
            return FiringState.LAPSED, "the person has left the segment"
        if reason := refused(person, trigger.purpose, self.vocabulary()):
            return FiringState.WITHHELD, reason
        if trigger.holds_out(person.id):
            return FiringState.HELD_OUT, "the person is held out"
        if trigger.once_per and _lately(connection, trigger, person.id, now):
            return FiringState.CAPPED, "it fired for this person too lately"
        return FiringState.FIRED, ""


def _lately(connection: Connection, trigger: Trigger, person: str, now: Instant) -> bool:
    told = last_told.c
    at = connection.scalar(select(told.at).where(told.trigger == trigger.key, told.profile_id == person))
    return at is not None and now - at < trigger.once_per


def _settle(
    connection: Connection, row: Row[Any], state: FiringState, reason: str, trigger: Trigger | None, now: Instant
) -> None:
    settled: dict[str, Any] = {"state": state, "reason": reason, "decided_at": now}
    if state is FiringState.FIRED and trigger is not None:
        deeds = [asdict(one) for one in trigger.deeds]
        settled |= {"deeds": deeds, "acts": "due" if deeds else "", "next_try": now}
        if trigger.once_per:
            told = insert(connection, last_told).values(trigger=trigger.key, profile_id=row.profile_id, at=now)
            keys = ["trigger", "profile_id"]
            connection.execute(told.on_conflict_do_update(index_elements=keys, set_={"at": now}))
    connection.execute(update(firings).where(F.seq == row.seq).values(settled))


def _notice(row: Row[Any], trigger: Trigger, told: Told, now: Instant) -> Notice:
    """What stands in the outbox: who and what, and which attributes may be asked for when it is sent."""
    body: Mapping[str, Any] = {
        "id": row.id,
        "trigger": trigger.key,
        "person": row.profile_id,
        "change": row.cause,
        "due": row.due_at,
        "purpose": trigger.purpose,
        "attributes": list(told.attributes),
        "aliases": list(told.aliases),
    }
    return Notice(told.topic(trigger.key), f"people/{row.profile_id}", now, body)
