"""Firing: what a change sets off is written down in the transaction of the change, once for each change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, select

from profiles import records, tables
from profiles.consent import allows
from profiles.events import Event
from profiles.facts import facts_of
from profiles.profile import Profile
from profiles.segments import Change
from profiles.triggers.states import FiringState
from profiles.triggers.tables import firings
from profiles.triggers.trigger import Trigger, Triggers
from rules import Facts, Instant, Json, Outcome, RuleError, Vocabulary
from storage import insert

LATEST: Final = 86_400.0
"""Seconds after which a change is history: who imports the events of years wants nobody to be told of them."""

DEEPEST: Final = 5
"""Triggers that set off each other, one after the other, before no more is done."""

Which: TypeAlias = tuple[str, str]
"""What tells one change from all others: its sort and its number or name."""

_depth: ContextVar[int] = ContextVar("depth of triggers", default=0)


@contextmanager
def set_off_by(depth: int) -> Iterator[None]:
    """Whatever fires in here was set off by a trigger at this depth."""
    token = _depth.set(depth + 1)
    try:
        yield
    finally:
        _depth.reset(token)


@dataclass(frozen=True, slots=True)
class Firings:
    """Hooks of the intake and the timers. `triggers` and `vocabulary` give those of the release that is served."""

    triggers: Callable[[], Triggers]
    vocabulary: Callable[[], Vocabulary]
    clock: Callable[[], Instant]

    def on_changes(self, connection: Connection, profile_id: str, changes: Sequence[Change]) -> None:
        """Write down what these changes of one person set off; they are the last that were noted of this person."""
        triggers, now = self.triggers(), self.clock()
        if not any(triggers.on(one.change, one.segment) for one in changes):
            return
        rows = [
            _row(trigger, profile_id, ("change", str(seq)), _cause(change, seq), change.at, now)
            for seq, change in zip(_numbers(connection, profile_id, len(changes)), changes, strict=True)
            # Of a profile that was joined to another nobody has left: the person is the other one now.
            if change.cause != "merged" and now - change.at <= LATEST
            for trigger in triggers.on(change.change, change.segment)
            if trigger.backfill or change.cause != "rules"
        ]
        _write(connection, rows)

    def on_event(self, connection: Connection, event: Event, profile_id: str) -> None:
        """Write down what this event of a person sets off."""
        found, now = self.triggers().on("event", event.name), self.clock()
        if not found or now - event.at > LATEST:
            return
        facts = self._facts(connection, event, profile_id, now)
        if facts is None:
            return
        cause: dict[str, Json] = {"kind": "event", "event": event.name, "at": event.at}
        rows = [
            _row(trigger, profile_id, _which(event), cause, event.at, now)
            for trigger in found
            if _matches(trigger, facts)
        ]
        _write(connection, rows)

    def _facts(self, connection: Connection, event: Event, profile_id: str, now: Instant) -> Facts | None:
        """What a rule may read of the person and the event; None where nobody consented to this type of event."""
        profile = records.people(connection, [profile_id]).get(profile_id)
        if profile is None:
            return None
        vocabulary = self.vocabulary()
        facts = facts_of(profile, vocabulary, {}, now)
        if not may_read(profile, vocabulary, event.name):
            return None
        return replace(facts, values={**facts.values, "properties": dict(event.properties)})


def may_read(profile: Profile, vocabulary: Vocabulary, event: str) -> bool:
    """Whether this type of event is registered, and read with the consent of this person."""
    purpose = vocabulary.events.get(event)
    return purpose is not None and bool(allows(profile, purpose, vocabulary.purposes))


def _matches(trigger: Trigger, facts: Facts) -> bool:
    if trigger.rule is None:
        return True
    try:
        return trigger.rule.decide(facts).outcome is Outcome.YES
    except RuleError:  # its author's mistake tells nobody
        return False


def _cause(change: Change, seq: int) -> dict[str, Json]:
    told: dict[str, Json] = {"kind": change.change, "segment": change.segment, "at": change.at, "cause": change.cause}
    return {**told, "change": seq}


def _numbers(connection: Connection, profile_id: str, many: int) -> list[int]:
    """The numbers of the last so many changes of this person, oldest first."""
    columns = tables.segment_changes.c
    newest = select(columns.seq).where(columns.profile_id == profile_id).order_by(columns.seq.desc()).limit(many)
    return list(connection.scalars(newest))[::-1]


def id_of_event(trigger: str, person: str, event: Event) -> str:
    """The id under which an event of this person sets a trigger off."""
    return _id(trigger, person, _which(event), event.at)


def _which(event: Event) -> Which:
    return "event", f"{event.source}\n{event.message_id}"


def _id(trigger: str, person: str, which: Which, at: Instant) -> str:
    told = "\n".join((trigger, person, *which, repr(at)))
    return f"fire_{sha256(told.encode()).hexdigest()[:32]}"


def _row(
    trigger: Trigger, person: str, which: Which, cause: Mapping[str, Json], at: Instant, now: Instant
) -> dict[str, Any]:
    depth = _depth.get()
    deep = depth > DEEPEST
    return {
        "id": _id(trigger.key, person, which, at),
        "trigger": trigger.key,
        "profile_id": person,
        "cause": dict(cause),
        "depth": depth,
        "at": at,
        "made_at": now,
        "due_at": max(at, now) if not trigger.delay else at + trigger.delay,
        "state": FiringState.LOOPED if deep else FiringState.QUEUED,
        "reason": f"more than {DEEPEST} triggers set off each other" if deep else "",
        "decided_at": now if deep else None,
        "deeds": [],
        "acts": "",
        "tries": 0,
        "next_try": now,
    }


def _write(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(connection, firings).on_conflict_do_nothing(index_elements=["id"]), list(rows))
