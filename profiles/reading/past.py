"""The past of one person, told by the log: what they did, how each fact came to be, who they were at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from profiles import records
from profiles.computed import plan_of, read
from profiles.errors import UnknownPerson
from profiles.events import Event
from profiles.fold import fold_all
from profiles.membership import moves
from profiles.profile import Profile
from profiles.reading.standing import ROOT
from profiles.reading.timeline import timeline
from profiles.segments import Change
from rules import Instant, Json, Vocabulary
from storage import Database


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment at which a fact became another, and the event that made it so."""

    value: Json
    event: Event


@dataclass(frozen=True, slots=True)
class Happened:
    """An event on the timeline; `seq` tells those of one moment apart."""

    seq: int
    event: Event


class Past:
    """Reads the past of people. What was erased or purged since is in no past."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def profile(self, profile_id: str, vocabulary: Vocabulary, at: Instant) -> Profile:
        """The person as they were known at a moment: of what had been received by then, with the consent of then.

        What is computed is computed by today's definitions. Raises `UnknownPerson` where nothing had been received.
        """
        plan = plan_of(vocabulary)
        with self._database.read() as connection:
            told = [one for one in records.events_of(connection, profile_id) if one.received_at <= at]
            changes = [one for one in moves.changes_of(connection, profile_id) if one.at <= at]
        if not told:
            raise UnknownPerson
        aliases = dict.fromkeys(alias for one in sorted(told, key=_arrival) for alias in one.aliases)
        begun = Profile(id=profile_id, aliases=tuple(aliases), computed=plan.begun(), segments=_inside(changes))
        return replace(fold_all(begun, told, plan), version=0)

    def timeline(
        self, profile_id: str, *, before: tuple[Instant, int] | None, limit: int, name: str = ""
    ) -> list[Happened]:
        """What this person did, newest first: of those before a place in it."""
        with self._database.read() as connection:
            rows = timeline(connection, profile_id, before=before, limit=limit, name=name)
            return [Happened(seq, event) for seq, event in rows if event is not None]

    def turns(self, profile_id: str, path: str, vocabulary: Vocabulary, limit: int) -> list[Turn]:
        """How a fact of the profile came to be what it is, newest first: its values, each with its event.

        In the order in which things happened, whenever they were heard of; of a window, what it held at each event.
        """
        name = path.removeprefix(ROOT)
        with self._database.read() as connection:
            events = records.events_of(connection, profile_id)
            found = list(_turns(events, name, vocabulary))
        return found[: -limit - 1 : -1]


def _turns(events: Iterable[Event], name: str, vocabulary: Vocabulary) -> Iterator[Turn]:
    """Each change of a fact, oldest first."""
    before: Json = None
    for event, value in _values(events, name, vocabulary):
        if value != before:
            yield Turn(value, event)
            before = value


def _values(events: Iterable[Event], name: str, vocabulary: Vocabulary) -> Iterator[tuple[Event, Json]]:
    attribute = vocabulary.attributes.get(f"{ROOT}{name}")
    if attribute is not None and attribute.computed is not None:
        plan = plan_of(Vocabulary({attribute.path: attribute}))
        states: Mapping[str, list[object]] = plan.begun()
        for event in events:
            states = plan.counted(states, event)
            yield event, read(attribute.computed, states[name][1], event.at)[0]
        return
    profile, parts = Profile(id="past"), name.split(".")
    for event in events:
        if _tells(event, parts[0]):
            profile = replace(fold_all(profile, [event]), events={})
            yield event, _at({**profile.traits, **profile.counters}, parts)


def _tells(event: Event, name: str) -> bool:
    """Whether an event can change a fact of this name at all."""
    return bool(event.name) or event.group_id is not None or name in event.traits or bool(event.context)


def _at(values: Json, parts: Iterable[str]) -> Json:
    for part in parts:
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _inside(changes: Iterable[Change]) -> dict[str, Instant]:
    inside: dict[str, Instant] = {}
    for one in changes:
        inside.pop(one.segment, None)
        if one.change == "entered":
            inside[one.segment] = one.at
    return inside


def _arrival(event: Event) -> Instant:
    return event.received_at
