"""The ledger: every record of what a person said, records that a service makes, and why something was allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from profiles import records
from profiles.consent.answers import RECORD
from profiles.consent.door import Because, Permission, allows
from profiles.errors import EventError
from profiles.events import Event
from profiles.fold import fold_all
from profiles.intake import Intake
from profiles.judging import Receipt
from profiles.profile import Profile
from profiles.reading.timeline import timeline
from rules import Instant, Json, Purpose
from storage import Act, Database, record

DESK: Final = "(consent desk)"
"""The source of records that management makes; no key can be called so."""


class State(StrEnum):
    """What a person said of a purpose."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer to one purpose, or the first sign of Global Privacy Control, which names none. Never changed."""

    id: str
    purpose: str
    state: State
    origin: str
    """`act`, `stamp`, `tcf`, `gpc`, or `desk`: a service or a privacy officer."""
    source: str
    at: Instant
    received_at: Instant
    region: str = ""
    text_version: str = ""
    evidence: Mapping[str, Json] = field(default_factory=dict)
    tcf: str = ""
    by: str = ""
    event: str = ""
    """The message id of the call that said so."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a service or a privacy officer writes down."""

    purpose: str
    state: State
    at: Instant
    id: str
    region: str = ""
    text_version: str = ""
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """A permission, and the record that it rests on, if it rests on one."""

    permission: Permission
    record: Said | None


class Consents:
    """Reads and writes records of consent. They are events of the log, of kind `consent`."""

    def __init__(self, database: Database, intake: Intake) -> None:
        self._database = database
        self._intake = intake

    def listed(self, profile_id: str, *, before: tuple[Instant, int] | None, limit: int) -> list[tuple[int, Event]]:
        """The records of a person with their numbers, newest first: of those before a place among them."""
        with self._database.read() as connection:
            rows = timeline(connection, profile_id, before=before, limit=limit, consent=True)
        return [(seq, event) for seq, event in rows if event is not None]

    def write(self, profile: Profile, given: Given, *, author: str, now: Instant) -> None:
        """Write down what a person said, as an act; it holds when this returns. Written again, it is the same one."""
        event = _event(profile, given, author, now)

        def settle(connection: Connection, _: Sequence[Receipt]) -> None:
            record(connection, Act(author, "profile.consent", f"people/{profile.id}", now))

        self._intake.take_again(lambda _: [event], settle, now)

    def accounts(
        self, profile: Profile, wanted: Iterable[str], purposes: Mapping[str, Purpose], at: Instant
    ) -> list[Account]:
        """Why each of these purposes was allowed or not at a moment, of what had been received by then."""
        with self._database.read() as connection:
            heard = [one for one in records.events_of(connection, profile.id) if one.received_at <= at]
        then = fold_all(Profile(id=profile.id, aliases=profile.aliases), heard)
        said = [one for event in heard if event.kind == RECORD for one in said_in(event)]
        return [_account(allows(then, purpose, purposes), said) for purpose in wanted]


def said_in(event: Event) -> Iterator[Said]:
    """What a record says, an answer each."""
    about = event.properties
    origins = about.get("origins")
    states = about.get("states")
    for purpose, yes in event.consent.items():
        origin = origins.get(purpose, "stamp") if isinstance(origins, dict) else "stamp"
        state = states.get(purpose) if isinstance(states, dict) else None
        usual = State.GRANTED if yes else State.DENIED
        yield _said(event, purpose, State(str(state)) if state else usual, str(origin))
    if event.gpc:
        yield _said(event, "", State.DENIED, "gpc")


def _said(event: Event, purpose: str, state: State, origin: str) -> Said:
    about: Mapping[str, Any] = event.properties
    return Said(
        id=event.message_id,
        purpose=purpose,
        state=state,
        origin=origin,
        source=event.source,
        at=event.at,
        received_at=event.received_at,
        region=event.region,
        text_version=str(about.get("text_version", "")),
        evidence=about.get("evidence") or {},
        tcf=str(about.get("tcf", "")) if origin == "tcf" else "",
        by=str(about.get("by", "")),
        event=str(about.get("event", "")),
    )


def _account(found: Permission, said: Sequence[Said]) -> Account:
    """The permission with what began it: of the records that say the same, the latest that is not later."""
    if found.because not in {Because.ANSWER, Because.GPC} or found.at is None:
        return Account(found, None)
    purpose = "" if found.because is Because.GPC else found.purpose
    same = [
        one
        for one in said
        if one.purpose == purpose and (one.state is State.GRANTED) == found.allowed and one.at <= found.at
    ]
    return Account(found, max(same, key=lambda one: one.at, default=None))


def _event(profile: Profile, given: Given, author: str, now: Instant) -> Event:
    names: dict[str, str] = {}
    for alias in profile.aliases:
        kind, _, name = alias.partition(":")
        names.setdefault(kind, name)
    if not names.keys() & {"user", "anon"}:
        raise EventError("profile_id", "has no id that a call could name", "send the answer with a call")
    about: dict[str, Any] = {
        "act": True,
        "origins": {given.purpose: "desk"},
        "states": {given.purpose: given.state},
        "by": author,
        "text_version": given.text_version,
        "evidence": dict(given.evidence),
    }
    user = names.get("user")
    return Event(
        message_id=given.id,
        source=DESK,
        kind=RECORD,
        name="",
        at=given.at,
        received_at=now,
        user_id=user,
        anonymous_id=None if user is not None else names["anon"],
        region=given.region,
        properties={name: value for name, value in about.items() if value},
        consent={given.purpose: given.state is State.GRANTED},
    )
