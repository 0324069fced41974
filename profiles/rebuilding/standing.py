"""What the tables beside profiles hold of people: memberships, timers; also of profiles that are no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, delete, func, select

from profiles import records, tables
from profiles.identity import rows
from profiles.membership.tables import memberships
from profiles.rebuilding.again import Kept
from rules import Instant
from storage import listed


def people(connection: Connection) -> int:
    """How many profiles there are."""
    return connection.scalar(select(func.count()).select_from(tables.profiles)) or 0


def kept(connection: Connection, ids: Iterable[str]) -> dict[str, Kept]:
    """What is kept of the memberships of each of these."""
    wanted = sorted(ids)
    told = rows.told_memberships(connection, wanted)
    members: defaultdict[str, dict[str, Instant]] = defaultdict(dict)
    for row in connection.execute(select(memberships).where(listed(connection, memberships.c.profile_id, wanted))):
        members[row.profile_id][row.segment] = row.since
    columns = tables.timers.c
    query = select(columns.profile_id, columns.due_at).where(listed(connection, columns.profile_id, wanted))
    timers = {row.profile_id: row.due_at for row in connection.execute(query)}
    return {one: Kept(told[one].inside, members.get(one, {}), timers.get(one)) for one in wanted}


def strays(connection: Connection, after: str, ids: Collection[str], limit: int) -> list[str]:
    """Who has memberships or a timer and no profile, among those after this id and, where there are `limit` more
    people, up to the last of `ids`."""
    found: set[str] = set()
    for column in (memberships.c.profile_id, tables.timers.c.profile_id):
        query = select(column).where(column > after, column.not_in(select(tables.profiles.c.id))).distinct()
        found.update(connection.scalars(query.where(column <= max(ids)) if len(ids) >= limit else query))
    return sorted(found)


def drop(connection: Connection, ids: Sequence[str]) -> None:
    """Let these be in no segment, and nobody be woken for them."""
    if ids:
        connection.execute(delete(memberships).where(listed(connection, memberships.c.profile_id, ids)))
        records.drop_timers(connection, ids)
