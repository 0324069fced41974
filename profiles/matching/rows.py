"""Reading and writing pairs in an open transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, func, or_, select, update

from profiles.errors import NoModel, UnknownMatch
from profiles.matching import pool as pools
from profiles.matching.deciding import Note
from profiles.matching.pool import Pool, chunks
from profiles.matching.scorer import Model
from profiles.matching.tables import COLUMNS, MatchState, models, pairs
from rules import Instant


def pairs_of(connection: Connection, marks: Collection[str]) -> Iterator[dict[str, Any]]:
    """What is kept of whether somebody is another person too; who that other is, is not told."""
    query = select(pairs).where(or_(COLUMNS.left.in_(marks), COLUMNS.right.in_(marks))).order_by(COLUMNS.id)
    for row in connection.execute(query).all():
        told = {name: getattr(row, name) for name in ("id", "state", "note", "probability", "found_at", "decided_at")}
        yield {**told, "because": orjson.loads(row.because)}


def forget_pairs(connection: Connection, marks: Collection[str]) -> int:
    """Let nothing be known of these names and others; how many pairs went."""
    return connection.execute(delete(pairs).where(or_(COLUMNS.left.in_(marks), COLUMNS.right.in_(marks)))).rowcount


def waiting(connection: Connection) -> int:
    """How many pairs wait for somebody."""
    return connection.scalar(select(func.count()).where(COLUMNS.state == MatchState.WAITING)) or 0


def refusals(connection: Connection) -> dict[str, set[str]]:
    """Name -> the names of those of whom it was said that they are somebody else, in words or by splitting them."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    query = select(COLUMNS.left, COLUMNS.right).where(COLUMNS.state == MatchState.REFUSED)
    for left, right in [*map(tuple, connection.execute(query)), *split_since(connection).values()]:
        said[left].add(right)
        said[right].add(left)
    return said


def split_since(connection: Connection) -> dict[int, tuple[str, str]]:
    """The pairs that were one person, and are two again."""
    joined = select(COLUMNS.id, COLUMNS.left, COLUMNS.right).where(COLUMNS.joined_at.is_not(None))
    rows = connection.execute(joined.where(COLUMNS.state != MatchState.REFUSED)).all()
    owners = pools.owners(connection, [mark for row in rows for mark in (row.left, row.right)])
    return {row.id: (row.left, row.right) for row in rows if len({owners.get(row.left), owners.get(row.right)}) > 1}


def tidy(connection: Connection, pool: Pool, now: Instant) -> None:
    """Let nobody wait who does not agree any more, and let those who were split be refused."""
    names = {mark for some in pool.marks.values() for mark in some}
    open_ = select(COLUMNS.id, COLUMNS.left, COLUMNS.right).where(COLUMNS.state == MatchState.WAITING)
    gone = [row.id for row in connection.execute(open_) if not {row.left, row.right} <= names]
    for some in chunks(gone):
        connection.execute(delete(pairs).where(COLUMNS.id.in_(some)))
    parted = {"state": MatchState.REFUSED, "note": Note.SPLIT, "decided_at": now}
    for some in chunks(split_since(connection)):
        connection.execute(update(pairs).where(COLUMNS.id.in_(some)).values(parted))


def newest(connection: Connection) -> tuple[int, Model]:
    row = connection.execute(select(models).order_by(models.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise NoModel
    return row.id, orjson.loads(row.document)


def row_of(connection: Connection, number: int, *, hold: bool = False) -> Row[Any]:
    query = select(pairs).where(COLUMNS.id == number)
    row = connection.execute(query.with_for_update() if hold else query).one_or_none()
    if row is None:
        raise UnknownMatch(number)
    return row
