"""The audit log: who did what and when; each row is chained to the one before by a hash, and sealed with a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any, Final

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    insert,
    select,
)

from storage.database import Base, seals_of
from storage.dialect import RECORD, lock_out
from storage.dialect import insert as insert_or_not
from storage.seals import Seals

FIRST: Final = "0" * 64
"""What the first row is chained to."""

BROKEN: Final = "audit.broken"
"""The action of a row that tells: the log was not as it had been left when the next row was written."""

BATCH: Final = 500

log = Table(
    "audit_log",
    Base.metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False, index=True),
    Column("who", String(200), nullable=False),
    Column("action", String(64), nullable=False),
    Column("what", String(300), nullable=False),
    Column("before", String(64), nullable=False),
    Column("after", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("sealed_by", String(8), nullable=False),
    Column("seal", String(64), nullable=False),
    Index("ix_audit_log_who", "who", "seq"),
    Index("ix_audit_log_action", "action", "seq"),
    Index("ix_audit_log_what", "what", "seq"),
)

head = Table(
    "audit_head",
    Base.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("since", Double, nullable=False),
    Column("sealed_by", String(8), nullable=False),
    Column("seal", String(64), nullable=False),
)
"""One row: where the log ends. `since` is the moment from which every change is in it."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did: `action` is a word such as `content.save`, `what` a name such as `modules/hero`.

    `at` counts seconds since 1970, UTC.

    `before` and `after` are digests of what was there, empty for nothing. `note` says why, where one was asked. An act
    stays for good: nothing personal belongs into it but the name of the account or key that did it.
    """

    who: str
    action: str
    what: str
    at: float
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: the number and the hash of its last row. Whoever keeps one proves every row up to it."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """The form in which it is printed and kept elsewhere."""
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head that was printed so. Raises ValueError."""
        seq, _, hash_ = text.strip().partition(":")
        if not seq.isdecimal() or len(hash_) != 64 or not set(hash_) <= set("0123456789abcdef"):
            raise ValueError(f"{text.strip()[:80]!r} is no head; it is a number, a colon and 64 hexadecimal digits")
        return cls(int(seq), hash_)


NOTHING: Final = Head(0, FIRST)
"""Where an empty log ends."""


def record(connection: Connection, *acts: Act) -> None:
    """Add these to the log in the transaction that does them: both are there, or neither.

    The last thing of a transaction: who records waits for all others who do, until they end.
    """
    if not acts:
        return
    lock_out(connection, RECORD)
    seals = seals_of(connection)
    found = connection.execute(select(head)).mappings().first()
    seq, before, broken = _end(connection, seals, found)
    if broken:
        acts = (Act("audit", BROKEN, "audit", acts[0].at, note=broken), *acts)
    rows = _chained(acts, seals, seq, before)
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(log), batch)
        end = Head(batch[-1]["seq"], batch[-1]["hash"])
    _write_head(connection, seals, end, acts[0].at if found is None else found["since"])


def log_head(connection: Connection) -> Head:
    """Where the log says that it ends; nothing is proved by it."""
    return Head(*(connection.execute(select(head.c.seq, head.c.hash)).first() or (0, FIRST)))


def _write_head(connection: Connection, seals: Seals, end: Head, since: float) -> None:
    sealed = {"sealed_by": seals.newest, "seal": seals.mark(words_of_head(end, since))}
    row = {"seq": end.seq, "hash": end.hash, "since": since, **sealed}
    there = insert_or_not(connection, head).values(id=1, **row)
    connection.execute(there.on_conflict_do_update(index_elements=[head.c.id], set_=row))


def hash_of(previous: str, seq: int, act: Act) -> str:
    """The hash of a row: SHA-256 of the hash before it and all that the row says, as a JSON list."""
    told = orjson.dumps(
        [previous, seq, float(act.at), act.who, act.action, act.what, act.before, act.after, act.note],
    )
    return sha256(told).hexdigest()


def words_of_row(seq: int, hash_: str) -> str:
    """What the seal of a row is made of."""
    return f"row {seq} {hash_}"


def words_of_head(end: Head, since: float) -> str:
    """What the seal of the head is made of."""
    return f"head {end} since {since!r}"


_LAST = select(log.c.seq, log.c.hash).order_by(log.c.seq.desc()).limit(1)


def _end(connection: Connection, seals: Seals, found: RowMapping | None) -> tuple[int, str, str]:
    """The number and hash to go on from, and what is wrong with the head: it is noted, and the work goes on."""
    if found is not None:
        end = Head(found["seq"], found["hash"])
        if seals.proves(found["sealed_by"], words_of_head(end, found["since"]), found["seal"]):
            return end.seq, end.hash, ""
    last = connection.execute(_LAST).first()
    seq, before = last or (0, FIRST)
    if found is None:
        return seq, before, "its head was missing" if last else ""
    return seq, before, f"its head {found['seq']} did not match its seal"


def _chained(acts: tuple[Act, ...], seals: Seals, seq: int, before: str) -> Iterator[dict[str, Any]]:
    for act in acts:
        seq += 1
        before = hash_of(before, seq, act)
        seal = seals.mark(words_of_row(seq, before))
        told = {name: getattr(act, name) for name in Act.__slots__}
        yield {"seq": seq, "hash": before, "sealed_by": seals.newest, "seal": seal, **told}
