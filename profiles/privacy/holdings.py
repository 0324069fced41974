"""STORES: all places in which this package keeps something of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, update

from profiles import records, tables
from profiles.events import Event
from profiles.identity.tables import decisions, links
from profiles.ingest.tables import seen
from profiles.matching import rows as matches
from profiles.matching.tables import compared
from profiles.membership.tables import list_people, memberships
from profiles.privacy.stores import ANY, OBJECT, TEXT, Kept, Person, Schema, Store, Told, store_of
from profiles.privacy.tables import requests
from profiles.profile import Profile
from profiles.triggers.tables import firings, last_told
from storage import vault_of

EVENT: Final[Mapping[str, Schema]] = {one.name: ANY for one in fields(Event) if one.name not in tables.events.columns}
"""What a sealed event says, each where it says it."""


def _profile_rows(connection: Connection, person: Person) -> Iterator[Told]:
    for profile in records.people(connection, [person.profile_id]).values():
        yield {name: getattr(profile, name) for name in Profile.__slots__}


def _forget_profile(connection: Connection, person: Person) -> int:
    return connection.execute(delete(tables.profiles).where(tables.profiles.c.id == person.profile_id)).rowcount


def _alias_rows(connection: Connection, person: Person) -> Iterator[Told]:
    mark_of = vault_of(connection).mark
    named = {mark_of(name): name for name in person.names}
    known = tables.aliases.c
    for mark in connection.scalars(select(known.alias).where(known.profile_id == person.profile_id)):
        yield {"alias": named.get(mark, ""), "mark": mark}


def _event_ids(connection: Connection, person: Person) -> list[int]:
    columns = tables.events.c
    return list(connection.scalars(select(columns.seq).where(columns.profile_id == person.profile_id)))


def _forget_events(connection: Connection, person: Person) -> int:
    # That they came stays known, so that none comes again; a digest of what they said does not.
    for seq in _event_ids(connection, person):
        connection.execute(update(seen).where(seen.c.seq == seq).values(content=0))
    return _EVENTS.erase(connection, person)


def _forget_who_asked(connection: Connection, person: Person) -> int:
    """That somebody asked, and what was done, stays as the proof of it; who it was does not."""
    here = requests.c.profile_id == person.profile_id
    return connection.execute(update(requests).where(here).values(profile_id="", told=b"")).rowcount


def _link_rows(connection: Connection, person: Person) -> Iterator[Told]:
    for row in connection.execute(select(links).where(_either(links, person))).mappings():
        yield {f"{name}": value for name, value in row.items()}


def _decision_rows(connection: Connection, person: Person) -> Iterator[Told]:
    for row in connection.execute(select(decisions).where(_either(decisions, person))).mappings():
        yield {f"{name}": value for name, value in row.items()}


def _forget_links(connection: Connection, person: Person) -> int:
    return connection.execute(delete(links).where(_either(links, person))).rowcount


def _forget_decisions(connection: Connection, person: Person) -> int:
    return connection.execute(delete(decisions).where(_either(decisions, person))).rowcount


def _either(table: Table, person: Person) -> ColumnElement[bool]:
    # Each row is of two names, and of whoever has one of them.
    return or_(table.c.name.in_(person.marks), table.c.other.in_(person.marks))


_EVENTS = Kept(tables.events, sealed="body")
_ALIASES = Kept(tables.aliases)
_REQUESTS = Kept(requests, sealed="told", hidden=("proof",))

STORES: Final[Mapping[str, Store]] = {
    one.name: one
    for one in (
        Store(
            "profile", "What is known now: traits, consent, counters, cart, segments", ("profiles",),
            dict.fromkeys(Profile.__slots__, ANY), _profile_rows, _forget_profile,
        ),
        Store(
            "names", "The names that lead to the profile, and the marks they are kept as", ("aliases",),
            {"alias": TEXT, "mark": TEXT}, _alias_rows, _ALIASES.erase,
        ),
        Store(
            "events", "Everything that was told", ("events", "seen"),
            {**_EVENTS.fields(), **EVENT}, _EVENTS.rows, _forget_events,
        ),
        store_of(
            "quarantine", "Events that break their schema, and were not settled",
            Kept(tables.quarantine, "person", by_mark=True, sealed="body"), EVENT,
        ),
        Store(
            "links", "What was told to be one person's names, as marks", ("identity_links",),
            Kept(links).fields(), _link_rows, _forget_links,
        ),
        Store(
            "identity-decisions", "Who joined or split the person by hand, and why", ("identity_decisions",),
            Kept(decisions).fields(), _decision_rows, _forget_decisions,
        ),
        store_of("segment-changes", "Segments entered and left", Kept(tables.segment_changes)),
        store_of(
            "segment-changes", "Segments entered and left, and why",
            Kept(tables.segment_changes, sealed="reason"), {"reason": TEXT},
        ),
        store_of("memberships", "Segments that the person is in", Kept(memberships)),
        store_of("lists", "Static lists that the person is on", Kept(list_people, "name", by_mark=True)),
        store_of("timers", "When memberships are looked at again", Kept(tables.timers)),
        store_of("triggers", "What was set off by the person", Kept(firings)),
        store_of("last-told", "When each trigger last told of the person", Kept(last_told)),
        Store(
            "matches", "Who this may be too, and what was said of it; the other one is not told", ("match_pairs",),
            dict.fromkeys(("id", "state", "note", "probability", "found_at", "decided_at", "because"), ANY),
            lambda connection, person: matches.pairs_of(connection, person.marks),
            lambda connection, person: matches.forget_pairs(connection, person.marks),
        ),
        store_of("compared", "That the person was compared with others, and a mark of what by", Kept(compared)),
        Store(
            "requests", "What the person asked for", ("privacy_requests",),
            {**_REQUESTS.fields(), "asked_by": TEXT, "details": OBJECT}, _REQUESTS.rows, _forget_who_asked,
        ),
    )
}  # fmt: skip
"""Store name -> the store, in the order in which they are handed out and forgotten."""

NOT_PERSONAL: Final[Mapping[str, str]] = {
    "person_keys": "random bytes; they are destroyed with the person",
    "event_figures": "counts by source and name of event",
    "match_models": "how alike people are, as shares",
    "lists": "their keys and titles",
    "segment_sets": "digests of rules, and how far a chore has come",
    "sweeps": "how far a chore has come",
    "rebuilds": "how far a rebuild has come",
    "erasures": "moments",
    "erased_names": "keyed marks: they are what keeps a forgotten person from coming back",
}
"""Tables of people that hold nothing of anybody -> why that is so."""
