"""Reading and writing whose names and events are whose, in an open transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from profiles import records, tables
from profiles.errors import UnknownPerson
from profiles.events import Event
from profiles.profile import Profile
from rules import Instant
from storage import listed, vault_of


def log_of(connection: Connection, ids: Iterable[str]) -> Iterator[tuple[int, str, Event]]:
    """All that these people did, in the order in which it came in: its place in the log, whose it is, what it was."""
    theirs = listed(connection, tables.events.c.profile_id, list(ids))
    yield from _told(connection, select(tables.events).where(theirs))


def _told(connection: Connection, query: Select[Any]) -> Iterator[tuple[int, str, Event]]:
    in_order = query.order_by(tables.events.c.seq).execution_options(yield_per=2_000)
    for some in connection.execute(in_order).partitions():
        bodies = vault_of(connection).open_all(connection, [row.body for row in some])
        told = zip(some, bodies, strict=True)
        yield from ((row.seq, row.profile_id, records.event_of(row, body)) for row, body in told if body is not None)


def whole_log(connection: Connection, after: int, until: int) -> Iterator[tuple[int, str, Event]]:
    """As `log_of`, of everybody, from one place of the log (without it) to another (with it)."""
    columns = tables.events.c
    yield from _told(connection, select(tables.events).where(columns.seq > after, columns.seq <= until))


def deeds(connection: Connection, profile_id: str) -> Iterator[Event]:
    """All that one person did, in the order in which it came in."""
    return (event for _, _, event in log_of(connection, [profile_id]))


def part(connection: Connection, names: Iterable[str]) -> None:
    """Let these aliases join nobody from now on."""
    marks = [vault_of(connection).mark(name) for name in names]
    theirs = listed(connection, tables.aliases.c.alias, marks)
    connection.execute(update(tables.aliases).where(theirs).values(apart=True))


def owners_of(connection: Connection, marks: Iterable[str]) -> dict[str, str]:
    """Mark of a name -> profile id, for those that lead to somebody."""
    known = tables.aliases.c
    query = select(known.alias, known.profile_id).where(listed(connection, known.alias, list(marks)))
    return {row.alias: row.profile_id for row in connection.execute(query)}


def hand_over(connection: Connection, seqs: Iterable[int], owner: str) -> None:
    """Let the events at these places be this person's."""
    columns = tables.events.c
    query = select(columns.seq, columns.body).where(listed(connection, columns.seq, list(seqs)))
    records.move_events(connection, {row.seq: row.body for row in connection.execute(query)}, owner)


def person(connection: Connection, profile_id: str) -> Profile:
    """The profile with this id. Raises `UnknownPerson`."""
    found = records.people(connection, [profile_id])
    if profile_id not in found:
        raise UnknownPerson
    return found[profile_id]


def unname(connection: Connection, marks: Iterable[str]) -> None:
    """Let these names lead to nobody."""
    connection.execute(delete(tables.aliases).where(listed(connection, tables.aliases.c.alias, list(marks))))


def unpart(connection: Connection, marks: Iterable[str]) -> None:
    """Let these names join people again."""
    columns = tables.aliases.c
    shared = listed(connection, columns.alias, list(marks)), columns.apart
    connection.execute(update(tables.aliases).where(*shared).values(apart=False))


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Let these profiles be no more, and their keys; nothing is theirs any more."""
    connection.execute(delete(tables.profiles).where(listed(connection, tables.profiles.c.id, ids)))
    vault_of(connection).destroy(connection, ids)
    records.drop_timers(connection, ids)


@dataclass(slots=True)
class Memberships:
    """What was told of one person's segments, each since when."""

    inside: dict[str, Instant] = field(default_factory=dict)
    suspended: dict[str, Instant] = field(default_factory=dict)
    """Left only because the profile became part of another."""


def told_memberships(connection: Connection, ids: Iterable[str]) -> dict[str, Memberships]:
    """For each of these, which segments they were told to be in."""
    told = {one: Memberships() for one in ids}
    columns = tables.segment_changes.c
    query = select(tables.segment_changes).where(listed(connection, columns.profile_id, sorted(told)))
    for row in connection.execute(query.order_by(columns.seq)):
        one = told[row.profile_id]
        since = one.inside.pop(row.segment, None)
        if row.change == "entered":
            one.inside[row.segment] = row.at
            one.suspended.pop(row.segment, None)
        elif row.cause == "merged" and since is not None:
            one.suspended[row.segment] = since
    return told
