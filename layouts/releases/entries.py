"""What an open release will change: its entries, as rows and as values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select

from layouts.errors import EntryClash
from layouts.releases.chain import BATCH
from layouts.releases.values import WHOLE, Entry
from layouts.tables import release_changes, releases

Place: TypeAlias = tuple[str, str, str]
"""Kind, key and locale; the locale is `WHOLE` for the whole piece."""

e = release_changes.c
ENTRY = (e.kind, e.key, e.locale, e.digest, e.base, e.by, e.at)


def entries_of(connection: Connection, release: str) -> tuple[Entry, ...]:
    """The entries of a release, in the order of kind, key and locale."""
    rows = connection.execute(select(*ENTRY).where(e.release_id == release))
    return tuple(sorted((Entry(*row) for row in rows), key=lambda one: (one.kind, one.key, one.locale)))


def put(connection: Connection, release: str, entries: Collection[Entry]) -> None:
    """Put these into a release; each replaces the one in its place. Raises `EntryClash` where a piece would be in it
    both whole and by locale."""
    there = {(one.kind, one.key, one.locale) for one in entries_of(connection, release)}
    after = there | {(one.kind, one.key, one.locale) for one in entries}
    for kind, key, locale in sorted(after):
        if locale != WHOLE and (kind, key, WHOLE) in after:
            whole = (kind, key, WHOLE) in there
            raise EntryClash(release, f"{kind}/{key}", "whole" if whole else f"in {locale}")
    drop(connection, release, [(one.kind, one.key, one.locale) for one in entries])
    rows = [{"release_id": release, **{name: getattr(one, name) for name in Entry.__slots__}} for one in entries]
    if rows:
        connection.execute(insert(release_changes), rows)


def drop(connection: Connection, release: str, places: Iterable[Place]) -> int:
    """Take these out of a release; how many were in it."""
    gone, left = 0, list(places)
    while left:
        batch, left = left[: BATCH // 2], left[BATCH // 2 :]
        here = or_(*(_at(place) for place in batch))
        gone += connection.execute(delete(release_changes).where(e.release_id == release, here)).rowcount
    return gone


def others(connection: Connection, release: str, statuses: Collection[str]) -> Mapping[tuple[str, str], list[str]]:
    """Name -> the other releases, in one of these statuses, that change it too."""
    mine = select(e.kind, e.key).where(e.release_id == release).distinct().subquery()
    same = and_(e.kind == mine.c.kind, e.key == mine.c.key, e.release_id != release)
    found = select(e.kind, e.key, e.release_id).join(mine, same).join(releases, releases.c.id == e.release_id)
    names: dict[tuple[str, str], list[str]] = {}
    for kind, key, other in connection.execute(
        found.where(releases.c.status.in_(statuses)).distinct().order_by(e.kind, e.key, e.release_id)
    ):
        names.setdefault((kind, key), []).append(other)
    return names


def _at(place: Place) -> ColumnElement[bool]:
    return and_(e.kind == place[0], e.key == place[1], e.locale == place[2])
