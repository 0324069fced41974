"""The audit log: who did what and when, append-only, each row chained to the one before by a hash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final

import orjson
from sqlalchemy import BigInteger, Column, Connection, Double, Integer, String, Table, Text, insert, select

from storage.database import Base
from storage.dialect import lock_out

FIRST: Final = "0" * 64
"""What the first row is chained to."""

BATCH: Final = 500

log = Table(
    "audit_log",
    Base.metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("who", String(200), nullable=False),
    Column("action", String(64), nullable=False),
    Column("what", String(300), nullable=False, index=True),
    Column("before", String(64), nullable=False),
    Column("after", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did: `action` is a word such as `content.save`, `what` a name such as `modules/hero`.

    `at` counts seconds since 1970, UTC.

    `before` and `after` are digests of what was there, empty for nothing. `note` says why, where one was asked.
    """

    who: str
    action: str
    what: str
    at: float
    before: str = ""
    after: str = ""
    note: str = ""


def record(connection: Connection, *acts: Act) -> None:
    """Add these to the log in the transaction that does them: both are there, or neither."""
    if not acts:
        return
    lock_out(connection, "audit")
    last = connection.execute(select(log.c.seq, log.c.hash).order_by(log.c.seq.desc()).limit(1)).first()
    rows = _chained(acts, *(last or (0, FIRST)))
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(log), batch)


def _chained(acts: tuple[Act, ...], seq: int, before: str) -> Iterator[dict[str, object]]:
    for act in acts:
        seq += 1
        before = hash_of(before, seq, act)
        yield {"seq": seq, "hash": before, **{name: getattr(act, name) for name in Act.__slots__}}


def hash_of(previous: str, seq: int, act: Act) -> str:
    """The hash of a row: SHA-256 of the hash before it and all that the row says."""
    told = orjson.dumps(
        [previous, seq, act.at, act.who, act.action, act.what, act.before, act.after, act.note],
    )
    return sha256(told).hexdigest()
