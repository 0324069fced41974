"""The SQL database: one engine per process, one transaction per `with`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from storage.declared import Base
from storage.dialect import BUSY
from storage.seals import OPEN, Seals
from storage.vault import Vault

__all__ = ["PATIENCE", "Base", "Database", "seals_of"]

PATIENCE = 10.0
"""Seconds that SQLite waits for another writer."""
TURN = 0.001
"""Seconds after which it is asked again whether the other one is done."""


class Database:
    """The truth. SQLite (WAL, synchronous FULL) by default, PostgreSQL by its URL."""

    def __init__(self, url: str, seals: Seals = OPEN, vault: Vault | None = None) -> None:
        """`seals` are those of the audit log; `vault` keeps what is told of people, without one under a secret that
        everybody has."""
        self.url = url
        self.vault = vault or Vault()
        options = {"intarsia_seals": seals, "intarsia_vault": self.vault}
        self.engine: Engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), execution_options=options)
        # PostgreSQL would give each statement a snapshot of its own; SQLite knows nothing else than what we want.
        self._reading = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _durable_sqlite)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One read-write transaction: committed at the end, rolled back on any exception."""
        with self.engine.connect().execution_options(intarsia_write=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent snapshot; anything written in it is rolled back."""
        with (
            self.engine.connect().execution_options(**self._reading) as connection,
            connection.begin() as transaction,
        ):
            yield connection
            transaction.rollback()

    def close(self) -> None:
        """Give every pooled connection back."""
        self.engine.dispose()


def seals_of(connection: Connection) -> Seals:
    """The seals of the database that this is a connection to."""
    seals: Seals = connection.get_execution_options()["intarsia_seals"]
    return seals


def _durable_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Python's sqlite3 opens transactions lazily and by its own rules; autocommit leaves them to us.
    connection.isolation_level = None
    cursor = connection.cursor()
    # The timeout first: the others may have to wait for a process that starts at the same moment.
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    # SQLite does not wait here, whatever its timeout: of two that change the mode of a new file one is refused.
    until = time.monotonic() + PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            # The low byte of an extended code says what kind it is: https://sqlite.org/rescode.html
            if error.sqlite_errorcode & 0xFF not in BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    # A writer takes the write lock at once: upgrading a read snapshot later fails with "database is locked".
    if connection.get_execution_options().get("intarsia_write", False):
        _wait_for_turn(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _wait_for_turn(connection: Connection) -> None:
    """Begin to write as soon as the one who writes is done, or fail as SQLite does after its own timeout."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # it is SQLite's
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + patience / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in BUSY:
                    break
            # SQLite itself would soon ask ten times a second only: who came last then goes first, and some wait long.
            time.sleep(TURN)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")
