"""Static lists: people who were named one by one. That somebody is on a list is a fact; rules read it as any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select, update

from profiles import records, tables
from profiles.errors import UnknownList
from profiles.intake import LOCK, Told, tell_nobody
from profiles.membership import moves
from profiles.membership.listed import CHUNK, lists_of, portions
from profiles.membership.tables import list_people, lists
from profiles.profile import Profile
from profiles.segments import Segments, settle
from rules import Instant, Vocabulary
from storage import Act, Copy, Database, HotCopies, insert, lock_out, record, vault_of

PROFILE: Final = "profile:"
"""How a name begins that is the id of a profile."""

LIST_KEY: Final = r"[a-z0-9][a-z0-9_-]{0,63}"
"""What a list may be called: rules read it as the fact `lists.KEY`."""


@dataclass(frozen=True, slots=True)
class StaticList:
    """A list, how many names stand on it, and how many people we know by them."""

    key: str
    title: str
    made_at: Instant
    changed_at: Instant
    names: int
    people: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a request: how many names came, went, and were as wanted; `unknown` are profile ids of nobody."""

    added: int = 0
    removed: int = 0
    unchanged: int = 0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One name on a list: its mark, for the name itself is not kept, whom it leads to, if anybody, and since when."""

    mark: str
    profile_id: str | None
    at: Instant


class Lists:
    """Static lists. A name on one (`user:42`) may be of somebody who comes later: they are on it from then on."""

    def __init__(
        self,
        database: Database,
        segments: Callable[[], Segments],
        vocabulary: Callable[[], Vocabulary],
        hot: HotCopies,
        *,
        on_changes: Told = tell_nobody,
    ) -> None:
        self._database = database
        self._segments = segments
        self._vocabulary = vocabulary
        self._hot = hot
        self._on_changes = on_changes

    def every(self, after: str = "", limit: int = 100) -> list[StaticList]:
        """The lists by their keys."""
        with self._database.read() as connection:
            query = select(lists).where(lists.c.key > after).order_by(lists.c.key).limit(limit)
            return [_counted(connection, row) for row in connection.execute(query)]

    def get(self, key: str) -> StaticList:
        """One list. Raises `UnknownList`."""
        with self._database.read() as connection:
            row = connection.execute(select(lists).where(lists.c.key == key)).one_or_none()
            if row is None:
                raise UnknownList(key, tuple(connection.scalars(select(lists.c.key).limit(CHUNK))))
            return _counted(connection, row)

    def people(self, key: str, after: str = "", limit: int = 100) -> list[Entry]:
        """Who is on a list, in the order of the marks of their names. Raises `UnknownList`."""
        self.get(key)
        columns, known = list_people.c, tables.aliases.c
        joined = list_people.outerjoin(tables.aliases, known.alias == columns.name)
        query = select(columns.name, columns.at, known.profile_id).select_from(joined)
        query = query.where(columns.list == key, columns.name > after).order_by(columns.name).limit(limit)
        with self._database.read() as connection:
            return [Entry(row.name, row.profile_id, row.at) for row in connection.execute(query)]

    def replace(self, key: str, title: str, names: Sequence[str], now: Instant, *, author: str) -> Listed:
        """Let exactly these names stand on the list; it is made where there is none.

        Names that begin with `profile:` are profile ids. It is done in portions: broken off and begun again, it ends
        the same.
        """
        with self._database.write() as connection:
            row = {"key": key, "title": title, "made_at": now, "changed_at": now}
            statement = insert(connection, lists).values(row)
            told = {"title": title, "changed_at": now}
            connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=told))
            record(connection, Act(author, "list.replaced", f"lists/{key}", now))
            wanted, unknown = _resolved(connection, names)
            held = set(connection.scalars(select(list_people.c.name).where(list_people.c.list == key)))
        for some in portions(sorted(wanted - held)):
            self._add(key, some, now)
        for some in portions(sorted(held - wanted)):
            self._remove(key, some, now)
        return Listed(len(wanted - held), len(held - wanted), len(wanted & held), unknown)

    def add(self, key: str, names: Sequence[str], now: Instant, *, author: str) -> Listed:
        """Put these names on the list too. Raises `UnknownList`."""
        wanted, unknown = self._begin(key, names, Act(author, "list.added", f"lists/{key}", now))
        added = sum(self._add(key, some, now) for some in portions(sorted(wanted)))
        return Listed(added, 0, len(wanted) - added, unknown)

    def remove(self, key: str, names: Sequence[str], now: Instant, *, author: str) -> Listed:
        """Take these names off the list. Raises `UnknownList`."""
        wanted, unknown = self._begin(key, names, Act(author, "list.removed", f"lists/{key}", now))
        removed = sum(self._remove(key, some, now) for some in portions(sorted(wanted)))
        return Listed(0, removed, len(wanted) - removed, unknown)

    def drop(self, key: str, now: Instant, *, author: str) -> Listed:
        """Let the list be no more. Raises `UnknownList`."""
        self.get(key)
        removed = 0
        while marks := [one.mark for one in self.people(key, limit=CHUNK)]:
            removed += self._remove(key, marks, now)
        with self._database.write() as connection:
            connection.execute(delete(lists).where(lists.c.key == key))
            record(connection, Act(author, "list.deleted", f"lists/{key}", now))
        return Listed(0, removed)

    def _begin(self, key: str, names: Sequence[str], act: Act) -> tuple[set[str], tuple[str, ...]]:
        self.get(key)
        with self._database.write() as connection:
            connection.execute(update(lists).where(lists.c.key == key).values(changed_at=act.at))
            record(connection, act)
            return _resolved(connection, names)

    def _add(self, key: str, marks: Sequence[str], now: Instant) -> int:
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=True)
            rows = [{"list": key, "name": mark, "at": now} for mark in marks]
            before = _count_among(connection, key, marks)
            connection.execute(insert(connection, list_people).on_conflict_do_nothing(), rows)
            copies = self._follow(connection, marks, now)
            added = _count_among(connection, key, marks) - before
        self._hot.put(copies)
        return added

    def _remove(self, key: str, marks: Sequence[str], now: Instant) -> int:
        columns = list_people.c
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=True)
            gone = delete(list_people).where(columns.list == key, columns.name.in_(marks))
            removed = connection.execute(gone).rowcount
            copies = self._follow(connection, marks, now)
        self._hot.put(copies)
        return removed

    def _follow(self, connection: Connection, marks: Sequence[str], now: Instant) -> dict[str, Copy]:
        """Bring the people of these names up to the lists that they are on."""
        segments, vocabulary = self._segments(), self._vocabulary()
        followed: list[Profile] = []
        known = tables.aliases.c
        ids = connection.scalars(select(known.profile_id).where(known.alias.in_(marks)))
        held = records.hold(connection, ids)
        on = lists_of(connection, held.values())
        for before in held.values():
            told = on.get(before.id, {})
            if told == before.lists:
                continue
            profile, changes = settle(replace(before, lists=told), segments, vocabulary, now, "list", before=before)
            if changes:
                moves.note(connection, profile.id, changes)
                self._on_changes(connection, profile.id, changes)
            followed.append(replace(profile, version=before.version + 1))
        return records.save(connection, followed, now)


def _resolved(connection: Connection, names: Sequence[str]) -> tuple[set[str], tuple[str, ...]]:
    """The marks of these names, and the profile ids among them of which there is nobody."""
    ids = {name.removeprefix(PROFILE) for name in names if name.startswith(PROFILE)}
    known = records.people(connection, ids)
    # The last name is the surest: a user's, where there is one. It is theirs for good.
    surest = {max(person.aliases) for person in known.values() if person.aliases}
    mark = vault_of(connection).mark
    marks = {mark(name) for name in (*names, *surest) if not name.startswith(PROFILE)}
    return marks, tuple(sorted(ids - known.keys()))


def _counted(connection: Connection, row: Any) -> StaticList:
    columns, names = list_people.c, tables.aliases.c
    count = connection.scalar(select(func.count()).where(columns.list == row.key)) or 0
    joined = select(func.count(names.profile_id.distinct())).where(columns.list == row.key)
    people = connection.scalar(joined.select_from(list_people.join(tables.aliases, names.alias == columns.name))) or 0
    return StaticList(row.key, row.title, row.made_at, row.changed_at, count, people)


def _count_among(connection: Connection, key: str, marks: Sequence[str]) -> int:
    columns = list_people.c
    query = select(func.count()).where(columns.list == key, columns.name.in_(marks))
    return connection.scalar(query) or 0
