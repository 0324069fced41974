"""The few places where SQLite and PostgreSQL need different words."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, and_, false, or_, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Codes of SQLite that say that somebody else is writing."""

RECORD: Final = "record"
"""The lock of all that writes down in order what happened. One for all of them: nobody waits in a circle."""


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say `on_conflict_do_nothing` and `on_conflict_do_update`, in both databases."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def among(
    first: ColumnElement[str], second: ColumnElement[str], pairs: Iterable[tuple[str, str]]
) -> ColumnElement[bool]:
    """The condition that two columns hold one of these pairs. SQLite reads a whole table to find pairs in a list."""
    seconds: dict[str, list[str]] = {}
    for one, other in pairs:
        seconds.setdefault(one, []).append(other)
    return or_(false(), *(and_(first == one, second.in_(others)) for one, others in seconds.items()))


def is_busy(error: OperationalError) -> bool:
    """Whether the database cannot be written now, and may be in a moment: others write, or it is away."""
    if isinstance(error.orig, sqlite3.OperationalError):
        # The low byte of an extended code says what kind it is: https://sqlite.org/rescode.html
        return error.orig.sqlite_errorcode & 0xFF in BUSY
    return True


def lock_out(connection: Connection, name: str, *, shared: bool = False) -> None:
    """Until this transaction ends, let no other one hold the lock `name` (shared ones suffer each other).

    SQLite has one writer at a time and `Database.write` is that writer already: there is nothing to do.
    """
    if connection.dialect.name == "postgresql":
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        connection.execute(text(f"SELECT {function}(:key)"), {"key": zlib.crc32(name.encode())})
