"""What was written before there were keys: names become marks when a house starts, the rest is sealed bit by bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Table, or_, select, update

from profiles import records, tables
from profiles.intake import LOCK
from profiles.privacy.sweeping import note_place, place_of
from rules import Instant
from storage import Database, lock_out, vault_of

NAMES: Final = "names"
DONE: Final = -1
"""Where a sweep is that has nothing to do any more."""
BATCH: Final = 500
OPEN: Final = (tables.events, tables.quarantine)
"""Tables of events, walked through by their numbers; people are few, and are walked through at once."""


def mark_names(connection: Connection, now: Instant) -> bool:
    """Let names be kept as marks where they were kept as they are; once in the life of a database. Whether it did."""
    lock_out(connection, LOCK)
    if place_of(connection, NAMES) is not None:
        return False
    alias, vault = tables.aliases.c.alias, vault_of(connection)
    for name in list(connection.scalars(select(alias).where(or_(alias.like("user:%"), alias.like("anon:%"))))):
        connection.execute(update(tables.aliases).where(alias == name).values(alias=vault.mark(name)))
    note_place(connection, NAMES, DONE, now)
    return True


def names_known(connection: Connection, names: Sequence[str]) -> set[str]:
    """Which of these names lead to somebody."""
    return set(records.find(connection, names))


@dataclass(slots=True)
class Sealer:
    """Seals what lies open from before there were keys, a few rows in each transaction, and wraps keys anew when the
    secret was changed. It may be stopped at any moment."""

    database: Database
    after: str = ""
    """The last person that was looked at."""
    done: bool = False

    def work(self, now: Instant) -> bool:
        """Do a step; whether there may be more to do."""
        if not self.done:
            with self.database.write() as connection:
                lock_out(connection, LOCK)
                more = any(self._seal(connection, table, now) for table in OPEN) or self._seal_people(connection, now)
                self.done = not more
        return not self.done

    def rewrap(self) -> int:
        """Wrap every key by the newest secret; how many keys were looked at."""
        after, seen = "", 0
        while True:
            with self.database.write() as connection:
                lock_out(connection, LOCK)
                last = self.database.vault.rewrap(connection, after=after, limit=BATCH)
            if last is None:
                return seen
            after, seen = last, seen + BATCH

    def _seal(self, connection: Connection, table: Table, now: Instant) -> bool:
        place, columns = place_of(connection, table.name) or 0, table.c
        if place == DONE:
            return False
        whose = columns.profile_id if "profile_id" in columns else columns.person
        query = select(columns.seq, columns.body, whose.label("owner")).where(columns.seq > place)
        rows = connection.execute(query.order_by(columns.seq).limit(BATCH)).all()
        for row in rows:
            if _lies_open(row.body):
                connection.execute(update(table).where(columns.seq == row.seq).values(_sealed(connection, row)))
        # What is written from now on is sealed as it is written.
        note_place(connection, table.name, rows[-1].seq if rows else DONE, now)
        return bool(rows)

    def _seal_people(self, connection: Connection, now: Instant) -> bool:
        if place_of(connection, "profiles") == DONE:
            return False
        columns, vault = tables.profiles.c, vault_of(connection)
        query = select(columns.id, columns.document).where(columns.id > self.after).order_by(columns.id)
        rows = connection.execute(query.limit(BATCH)).all()
        for row in rows:
            if _lies_open(row.document):
                document = vault.seal(connection, row.id, bytes(row.document))
                connection.execute(update(tables.profiles).where(columns.id == row.id).values(document=document))
        if rows:
            self.after = rows[-1].id
        else:
            note_place(connection, "profiles", DONE, now)
        return bool(rows)


def _lies_open(body: bytes) -> bool:
    # `{}` is what is kept of an event that is settled: there is nothing to seal.
    return bytes(body[:1]) == b"{" and len(body) > 2


def _sealed(connection: Connection, row: Any) -> dict[str, Any]:
    vault, body = vault_of(connection), bytes(row.body)
    if row.owner:
        return {"body": vault.seal(connection, row.owner, body)}
    told = orjson.loads(body)
    name = f"user:{told['user_id']}" if told.get("user_id") else f"anon:{told.get('anonymous_id')}"
    person = vault.mark(name)
    return {"person": person, "body": vault.seal(connection, person, body)}
