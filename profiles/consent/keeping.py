"""Keeping: what of each call may be kept, given what its person said until then, and the records of what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from profiles.consent.answers import GPC, RECORD, is_act, is_news, speaks, take_answers, take_region, together
from profiles.consent.readings import Gates, Sieve, gates_of, pick
from profiles.consent.tcf_reading import tc_answers
from profiles.events import Event
from profiles.profile import STRANGER, Profile
from rules import Json, Vocabulary


@dataclass(frozen=True, slots=True)
class Kept:
    """A call as it may be kept."""

    event: Event
    refused: tuple[str, ...] = ()
    """The purposes for which the call, or something of it, is not kept."""
    record: Event | None = None
    """What it says of consent that is new, as an event of its own that outlives it."""


class Keeper:
    """Looks at the calls of one batch, in their order.

    A call's own answers hold for it too. `owners` lead from aliases to profile ids, `people` from those to profiles.
    """

    def __init__(
        self, vocabulary: Vocabulary, owners: Mapping[str, str], people: Mapping[str, Profile], vendor: int | None
    ) -> None:
        self._gates: Gates = gates_of(vocabulary)
        self._vocabulary = vocabulary
        self._vendor = vendor
        self._owners = dict(owners)
        self._people = dict(people)
        self._sieves: dict[str, Sieve] = {}
        self._heard: dict[str, Profile] = {}

    def keep(self, event: Event) -> Kept:
        """What of this call may be kept."""
        event, origins = self._with_tcf(event)
        owner = self._owner(event)
        record = None
        if speaks(event):
            record = self._hear(owner, event, origins)
        sieve = self._sieves.get(owner)
        if sieve is None:
            sieve = self._sieves[owner] = self._gates.sieve(self._people.get(owner, STRANGER))
        if sieve.open:
            return Kept(event, (), record)
        kept, refused = _sifted(event, sieve)
        return Kept(kept, refused, record)

    def _hear(self, owner: str, event: Event, origins: Mapping[str, str]) -> Event | None:
        """Let what an event says hold from here on; the record of it, if it says anything new."""
        person = self._heard.get(owner)
        if person is None:
            known = self._people.get(owner, STRANGER)
            # Changed in place from here on: calls that repeat their stamp are many.
            person = replace(known, consent=dict(known.consent), since=dict(known.since))
            self._people[owner] = self._heard[owner] = person
        record, before, region = _record(person, event, origins), dict(person.consent), person.region
        take_answers(person.consent, person.since, event)
        person.region = take_region(region, person.since, event)
        if person.consent != before or person.region != region or GPC in person.since:
            self._sieves.pop(owner, None)
        return record

    def _with_tcf(self, event: Event) -> tuple[Event, Mapping[str, str]]:
        """The call with the answers of its TC string, and which answers are those. Of two answers the no holds."""
        text = event.proof.get("tcf")
        if not isinstance(text, str):
            return event, {}
        told = tc_answers(text, self._vocabulary.purposes, self._vendor)
        consent = {**told, **{p: yes and told.get(p, True) for p, yes in event.consent.items()}}
        origins = {p: "tcf" for p in told if p not in event.consent or consent[p] is not event.consent[p]}
        return replace(event, consent=consent), origins

    def _owner(self, event: Event) -> str:
        """Whose answers hold for this call: the person of its surest name, joined by whoever has no user of their own,
        as identity has it."""
        first, *others = event.aliases or ("",)
        owner = self._owners.setdefault(first, first)
        for alias in others:
            other = self._owners.get(alias)
            if other is not None and other != owner and self._joins(other):
                both = together([self._people.get(owner, STRANGER), self._people.get(other, STRANGER)])
                self._people[owner] = self._people[other] = both
                self._heard.pop(owner, None)
                self._sieves.pop(owner, None)
            self._owners[alias] = owner
        return owner

    def _joins(self, owner: str) -> bool:
        return not any(alias.startswith("user:") for alias in self._people.get(owner, STRANGER).aliases)


def refusals_of(record: Event) -> Event | None:
    """What of a record says no; None where nothing does."""
    no = {purpose: yes for purpose, yes in record.consent.items() if not yes}
    return replace(record, consent=no) if no or record.gpc else None


def _sifted(event: Event, sieve: Sieve) -> tuple[Event, tuple[str, ...]]:
    """The event without what may not be kept. Of a whole one its ids and answers stay, so that it counts once."""
    purpose = sieve.events.get(event.name) if event.name else None
    if purpose is not None:
        return replace(event, name="", properties={}, traits={}), (purpose,)
    if not event.traits or event.kind not in {"identify", "group"}:
        return event, ()
    above = "group." if event.kind == "group" else ""
    tree = sieve.group if above else sieve.traits
    if tree is True:
        return event, ()
    traits = pick(dict(event.traits), tree)
    kept: dict[str, Json] = traits if isinstance(traits, dict) else {}
    if kept == event.traits:
        return event, ()
    gone = {f"{above}{name}" for name in event.traits if kept.get(name) != event.traits[name]}
    return replace(event, traits=kept), tuple(sorted(_purposes(gone, sieve)))


def _purposes(gone: Iterable[str], sieve: Sieve) -> set[str]:
    lost = set(gone)
    return {
        purpose
        for path, purpose in sieve.purposes.items()
        if any(f"{path}.".startswith(f"{one}.") or f"{one}.".startswith(f"{path.removesuffix('.*')}.") for one in lost)
    }


def _record(before: Profile, event: Event, origins: Mapping[str, str]) -> Event | None:
    """The record of what an event says that was not known; None where it only repeats, or is a record itself."""
    if event.kind == RECORD:
        return None
    news = {purpose: yes for purpose, yes in event.consent.items() if is_news(before, event, purpose)}
    gpc = event.gpc and event.at < before.since.get(GPC, float("inf"))
    if not news and not gpc:
        return None
    act = is_act(event)
    usual = "act" if act else "stamp"
    about: dict[str, Any] = {
        "act": act,
        "origins": {purpose: origins.get(purpose, usual) for purpose in news},
        "event": event.message_id,
        **event.proof,
    }
    return replace(
        event,
        # Of the event's own id: told again, it is the same record.
        message_id=f"consent:{blake2b(event.message_id.encode(), digest_size=16).hexdigest()}",
        kind=RECORD,
        name="",
        previous_id=None,
        group_id=None,
        properties=about,
        traits={},
        consent=news,
        gpc=gpc,
        proof={},
    )
