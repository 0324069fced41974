"""Reading the log: a page at a time, filtered, in either direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from sqlalchemy import Column, ColumnElement, Connection, func, select, true

from storage.audit.writing import log
from storage.database import Database

AT_ONCE: Final = 1_000
"""Rows that are held in memory."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log: an act with its place, its hash and its seal."""

    seq: int
    at: float
    who: str
    action: str
    what: str
    before: str
    after: str
    note: str
    hash: str
    sealed_by: str
    seal: str


@dataclass(frozen=True, slots=True)
class Search:
    """Which rows are wanted: those of whom all that is given is true.

    `action` and `what` may end with `*`: then they are beginnings. `since` belongs to what is wanted, `until` does not.
    """

    who: str = ""
    action: str = ""
    what: str = ""
    since: float | None = None
    until: float | None = None


EVERYTHING: Final = Search()


def read_log(
    connection: Connection,
    search: Search = Search(),
    *,
    after: int | None = None,
    limit: int = 100,
    oldest: bool = False,
) -> list[Entry]:
    """Rows that are wanted: the newest first, or the `oldest`. `after` is the number of the last row that was read."""
    wanted = select(*(log.c[field.name] for field in fields(Entry))).where(*_conditions(search))
    if after is not None:
        wanted = wanted.where(log.c.seq > after if oldest else log.c.seq < after)
    rows = connection.execute(wanted.order_by(log.c.seq if oldest else log.c.seq.desc()).limit(limit))
    return [Entry(*row) for row in rows]


def read_whole_log(database: Database, search: Search = EVERYTHING) -> Iterator[Entry]:
    """Every row that is wanted, oldest first, however many there are."""
    after = None
    while True:
        with database.read() as connection:
            page = read_log(connection, search, after=after, limit=AT_ONCE, oldest=True)
        yield from page
        if len(page) < AT_ONCE:
            return
        after = page[-1].seq


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    return [
        log.c.who == search.who if search.who else true(),
        _like(log.c.action, search.action),
        _like(log.c.what, search.what),
        log.c.at >= search.since if search.since is not None else true(),
        log.c.at < search.until if search.until is not None else true(),
    ]


def _like(column: Column[str], wanted: str) -> ColumnElement[bool]:
    if not wanted.endswith("*"):
        return column == wanted if wanted else true()
    # Not LIKE: it would not tell small letters from capitals in one of the databases.
    beginning = wanted[:-1]
    return func.substr(column, 1, len(beginning)) == beginning
