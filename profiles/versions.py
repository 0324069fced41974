"""Which versions people are at: for whoever watches many of them, most of whom are as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from profiles import records, tables
from profiles.profile import Profile
from storage import listed


def versions_of(
    connection: Connection, aliases: Iterable[str], known: Mapping[str, tuple[str, int]]
) -> dict[str, tuple[str, int, Profile | None]]:
    """Alias -> profile id and version, of those that there are; with the profile where it is not `known` by alias."""
    columns = tables.profiles.c
    owners = records.find(connection, aliases)
    versions: dict[str, int] = {}
    ids = sorted(set(owners.values()))
    for start in range(0, len(ids), records.CHUNK):
        some = ids[start : start + records.CHUNK]
        query = select(columns.id, columns.version).where(listed(connection, columns.id, some))
        versions.update((row.id, row.version) for row in connection.execute(query))
    there = {alias: (id_, versions[id_]) for alias, id_ in owners.items() if id_ in versions}
    fresh = records.people(
        connection, (id_ for alias, (id_, version) in there.items() if known.get(alias) != (id_, version))
    )
    return {alias: (id_, version, fresh.get(id_)) for alias, (id_, version) in there.items()}
