"""Reading and writing whose names and events are whose, in an open transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select, update

from profiles import tables
from profiles.errors import UnknownPerson
from profiles.records import drop_timers, profile_of
from rules import Instant
from storage import listed


def part(connection: Connection, names: Iterable[str]) -> None:
    """Let these aliases join nobody from now on."""
    columns = tables.aliases.c
    connection.execute(update(tables.aliases).where(listed(connection, columns.alias, list(names))).values(apart=True))


def hand_over(connection: Connection, seqs: Iterable[int], owner: str) -> None:
    """Let the events at these places be this person's."""
    columns = tables.events.c
    connection.execute(
        update(tables.events).where(listed(connection, columns.seq, list(seqs))).values(profile_id=owner)
    )


def names_of(connection: Connection, profile_id: str) -> list[str]:
    """The names of a person. Raises `UnknownPerson`."""
    columns = tables.profiles.c
    row = connection.execute(select(columns.version, columns.document).where(columns.id == profile_id)).one_or_none()
    if row is None:
        raise UnknownPerson
    return list(profile_of(row).aliases)


def unname(connection: Connection, names: Iterable[str]) -> None:
    """Let these aliases lead to nobody."""
    connection.execute(delete(tables.aliases).where(listed(connection, tables.aliases.c.alias, list(names))))


def unpart(connection: Connection, names: Iterable[str]) -> None:
    """Let these aliases join people again."""
    columns = tables.aliases.c
    connection.execute(
        update(tables.aliases).where(listed(connection, columns.alias, list(names)), columns.apart).values(apart=False)
    )


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Let these profiles be no more."""
    connection.execute(delete(tables.profiles).where(listed(connection, tables.profiles.c.id, list(ids))))
    drop_timers(connection, ids)


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
