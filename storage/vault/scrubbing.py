"""Scrubbing: what was deleted leaves the files of the database, as far as a database can be asked to."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Connection, Engine, text


class Scrubbed(StrEnum):
    """What became of a scrub."""

    DONE = "done"
    LATER = "later"
    """Somebody was reading: it is to be tried again."""


def overwrite_deleted(connection: Connection) -> None:
    """Let SQLite write zeros where this connection deletes; PostgreSQL knows nothing like it."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def scrub(engine: Engine, tables: Collection[str]) -> Scrubbed:
    """Clear what was deleted out of these tables: SQLite's write-ahead log is emptied, PostgreSQL's dead rows are freed
    (its own log is recycled by its checkpoints)."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
            return Scrubbed.LATER if busy else Scrubbed.DONE
        for name in sorted(tables):
            connection.exec_driver_sql(f'VACUUM "{name}"')
    return Scrubbed.DONE
