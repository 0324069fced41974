"""Erasing: all that is kept of a person goes in one transaction, and they stay away, also from an older backup."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select

from profiles import records, tables
from profiles.errors import NeverErased, UnknownPerson
from profiles.intake import LOCK
from profiles.privacy.stores import Person, Store
from profiles.privacy.tables import erasures
from profiles.profile import Profile
from profiles.tables import erased_names
from rules import Instant
from storage import Database, HotCopies, Ledger, insert, listed, lock_out, overwrite_deleted, vault_of
from storage import ErasureEntry as Entry


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure found, did, and looked for again: no name, and no id but its own."""

    erasure: str
    gone: Mapping[str, int] = field(default_factory=dict)
    """Store -> rows that it had."""
    keys: int = 0
    """Keys that were destroyed."""
    left: int = 0
    """Rows that were found afterwards: none."""


def person_of(connection: Connection, profile_id: str) -> Person:
    """Somebody, held until the transaction ends, with all that leads to them. Raises `UnknownPerson`."""
    profile = records.hold(connection, [profile_id]).get(profile_id)
    if profile is None:
        raise UnknownPerson
    return _person(connection, profile)


def _person(connection: Connection, profile: Profile) -> Person:
    known, mark = tables.aliases.c, vault_of(connection).mark
    marks = set(connection.scalars(select(known.alias).where(known.profile_id == profile.id)))
    return Person(profile.id, profile.aliases, tuple(sorted(marks | {mark(name) for name in profile.aliases})))


@dataclass(frozen=True, slots=True)
class Eraser:
    """Forgets people in every store. `ledger` lies apart from the database."""

    database: Database
    hot: HotCopies
    ledger: Ledger
    stores: Mapping[str, Store]

    def forget(self, connection: Connection, person: Person, now: Instant, entry: Entry | None = None) -> Erased:
        """Forget somebody in a transaction that holds the lock of people. `entry` is the ledger's, where it has one.

        Call `after` when the transaction is over.
        """
        overwrite_deleted(connection)
        gone = {name: one.erase(connection, person) for name, one in self.stores.items()}
        keys = vault_of(connection).destroy(connection, {person.profile_id, *person.marks})
        left = sum(one.count(connection, person) for one in self.stores.values())
        fresh = entry or self.ledger.new("erase", person.marks, now)
        _note(connection, fresh)
        refuse = [{"mark": mark, "erasure": fresh.id} for mark in fresh.marks]
        if refuse:
            connection.execute(insert(connection, erased_names).on_conflict_do_nothing(), refuse)
        if entry is None:
            # Before the commit: what the ledger has and the database has not is carried out at the next start.
            self.ledger.add(fresh)
        return Erased(fresh.id, {name: many for name, many in gone.items() if many}, keys, left)

    def let_go(self, connection: Connection, person: Person) -> None:
        """Forget somebody of whom nothing is kept any more; they may come again."""
        for one in self.stores.values():
            one.erase(connection, person)
        vault_of(connection).destroy(connection, {person.profile_id, *person.marks})

    def after(self, people: Collection[Person]) -> None:
        """Let no process go on with copies of these people."""
        self.hot.drop([records.marked_key(mark) for one in people for mark in one.marks])

    def lift(self, connection: Connection, names: Sequence[str], now: Instant) -> Entry:
        """Let these names, which were forgotten, come again. Raises `NeverErased`."""
        lock_out(connection, LOCK)
        marks = [self.database.vault.mark(name) for name in names]
        known = set(connection.scalars(select(erased_names.c.mark).where(erased_names.c.mark.in_(marks))))
        if not known:
            raise NeverErased
        entry = self.ledger.new("lift", known, now)
        _lift(connection, entry)
        self.ledger.add(entry)
        return entry

    def carry_out(self, now: Instant) -> int:
        """Do again what the ledger tells and this database does not know, in that order; and tell the ledger what only
        the database knows. How many erasures that were."""
        told = list(self.ledger.read())
        with self.database.read() as connection:
            done = set(connection.scalars(select(erasures.c.id)))
            unknown = _entries(connection, done - {entry.id for entry in told})
        self.ledger.add(*unknown)
        missing = [entry for entry in told if entry.id not in done]
        for entry in missing:
            self._carry_out(entry, now)
        return sum(entry.act == "erase" for entry in missing)

    def _carry_out(self, entry: Entry, now: Instant) -> None:
        people: list[Person] = []
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            if connection.scalar(select(erasures.c.id).where(erasures.c.id == entry.id)) is not None:
                return  # another process was quicker
            if entry.act == "lift":
                _lift(connection, entry)
                return
            people = [person_of(connection, one) for one in _owners(connection, entry.marks)]
            for one in [*people, Person("", (), entry.marks)]:
                self.forget(connection, one, now, entry)
            refused = {mark for one in people for mark in one.marks} - set(entry.marks)
            rows = [{"mark": mark, "erasure": entry.id} for mark in sorted(refused)]
            if rows:
                connection.execute(insert(connection, erased_names).on_conflict_do_nothing(), rows)
        self.after([*people, Person("", (), entry.marks)])


def _owners(connection: Connection, marks: Sequence[str]) -> list[str]:
    known = tables.aliases.c
    return sorted(set(connection.scalars(select(known.profile_id).where(listed(connection, known.alias, marks)))))


def _entries(connection: Connection, ids: Collection[str]) -> list[Entry]:
    rows = connection.execute(select(erasures).where(erasures.c.id.in_(ids), erasures.c.act == "erase")).all()
    names = connection.execute(select(erased_names).where(erased_names.c.erasure.in_(ids))).all()
    marks = {one.id: tuple(sorted(name.mark for name in names if name.erasure == one.id)) for one in rows}
    return [Entry(one.id, one.at, one.act, marks[one.id]) for one in sorted(rows, key=lambda row: row.at)]


def _lift(connection: Connection, entry: Entry) -> None:
    connection.execute(delete(erased_names).where(erased_names.c.mark.in_(entry.marks)))
    _note(connection, entry)


def _note(connection: Connection, entry: Entry) -> None:
    row = {"id": entry.id, "act": entry.act, "at": entry.at}
    connection.execute(insert(connection, erasures).values(row).on_conflict_do_nothing())
