"""The content store: immutable revisions, and for each key a draft that points at one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from modules.content_kinds import KINDS, check_key, digest_of
from modules.errors import Conflict, UnknownContent
from modules.tables import drafts, revisions
from rules import Instant
from storage import Database, lock_out

T = TypeVar("T")
V = TypeVar("V")

Name: TypeAlias = tuple[str, str]
"""Kind and key."""

Manifest: TypeAlias = Mapping[Name, str]
"""Kind and key -> digest of the revision."""

ANY: Final = "*"
"""Expectation of a writer who does not mind what is there."""

BATCH: Final = 400
"""Names in one SQL statement: SQLite counts variables, two a name."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An immutable body, named by the digest of its bytes."""

    kind: str
    key: str
    digest: str
    author: str
    created_at: Instant


@dataclass(frozen=True, slots=True)
class Draft:
    """What editors see now under a key; `version` counts the changes of that key."""

    kind: str
    key: str
    digest: str
    version: int
    updated_at: Instant
    updated_by: str


class ContentStore:
    """Revisions and drafts in the SQL database. Bodies are kept as the exact bytes that came in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, kind: str, key: str, content: bytes, *, author: str, now: Instant, expect: str | None = ANY
    ) -> Revision:
        """Save a body and point the draft at it; unchanged bytes make no new revision.

        `expect` is the digest that the writer read (None: nothing was there). Raises `Conflict` when it is not so.
        """
        check_key(kind, key)
        with self._write() as connection:
            _expect(connection, kind, key, expect)
            return _save(connection, {(kind, key): content}, author, now)[0]

    def put_all(self, contents: Mapping[Name, bytes], *, author: str, now: Instant) -> tuple[Revision, ...]:
        """Save many bodies in one transaction: all of them or none."""
        for kind, key in contents:
            check_key(kind, key)
        with self._write() as connection:
            return tuple(revision for batch in _batches(contents) for revision in _save(connection, batch, author, now))

    def delete(self, kind: str, key: str, *, expect: str | None = ANY) -> None:
        """Take the draft away; its revisions and the releases that hold them stay. `UnknownContent` if none."""
        check_key(kind, key)
        with self._write() as connection:
            _expect(connection, kind, key, expect)
            gone = connection.execute(delete(drafts).where(drafts.c.kind == kind, drafts.c.key == key))
            if gone.rowcount == 0:
                raise UnknownContent(kind, key, _keys(connection, kind))

    def get(self, kind: str, key: str) -> Draft | None:
        """The draft under a key."""
        with self._database.read() as connection:
            row = connection.execute(select(drafts).where(drafts.c.kind == kind, drafts.c.key == key)).first()
        return Draft(*row) if row else None

    def list(self, kind: str, *, after: str = "", limit: int | None = None) -> list[Draft]:
        """The drafts of a kind in the order of their keys, from the first key behind `after`."""
        check = select(drafts).where(drafts.c.kind == kind, drafts.c.key > after).order_by(drafts.c.key).limit(limit)
        with self._database.read() as connection:
            return [Draft(*row) for row in connection.execute(check)]

    def known(self, kind: str) -> tuple[str, ...]:
        """Every key of a kind: what a did-you-mean chooses from."""
        with self._database.read() as connection:
            return _keys(connection, kind)

    def content(self, digests: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of each digest; digests that no revision has are left out."""
        found: dict[str, bytes] = {}
        with self._database.read() as connection:
            for batch in _batches(dict.fromkeys(digests)):
                wanted = select(revisions.c.digest, revisions.c.content).where(revisions.c.digest.in_(batch))
                found |= {digest: bytes(content) for digest, content in connection.execute(wanted)}
        return found

    def manifest(self) -> Manifest:
        """The drafts of every kind, as a release would hold them."""
        order = {name: place for place, name in enumerate(KINDS)}
        with self._database.read() as connection:
            rows = connection.execute(select(drafts.c.kind, drafts.c.key, drafts.c.digest)).all()
        return {(kind, key): digest for kind, key, digest in sorted(rows, key=lambda r: (order[r.kind], r.key))}

    def history(self, kind: str, key: str) -> Sequence[Revision]:
        """Every revision of a key, newest first."""
        of_key = select(*_REVISION).where(revisions.c.kind == kind, revisions.c.key == key)
        with self._database.read() as connection:
            rows = connection.execute(of_key.order_by(revisions.c.created_at.desc(), revisions.c.seq.desc()))
            return [Revision(*row) for row in rows]

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        # One writer at a time: between what a writer expects and what it writes nobody comes.
        with self._database.write() as connection:
            lock_out(connection, "content")
            yield connection


_REVISION = (revisions.c.kind, revisions.c.key, revisions.c.digest, revisions.c.author, revisions.c.created_at)


def _expect(connection: Connection, kind: str, key: str, expect: str | None) -> None:
    if expect == ANY:
        return
    pointer = select(drafts.c.digest).where(drafts.c.kind == kind, drafts.c.key == key)
    found = connection.execute(pointer).scalar()
    if found != expect:
        raise Conflict(kind, key, expect, found)


def _save(connection: Connection, contents: Mapping[Name, bytes], author: str, now: Instant) -> list[Revision]:
    wanted = {name: digest_of(content) for name, content in contents.items()}
    _keep(connection, contents, wanted, author, now)
    _point(connection, wanted, author, now)
    stored = {(r.kind, r.key): Revision(*r) for r in connection.execute(_revisions_of(wanted))}
    return [stored[name] for name in contents]


def _keep(connection: Connection, contents: Mapping[Name, bytes], wanted: Manifest, author: str, now: Instant) -> None:
    there = {(row.kind, row.key) for row in connection.execute(_revisions_of(wanted))}
    fresh = [
        {"kind": n[0], "key": n[1], "digest": wanted[n], "content": body, "author": author, "created_at": now}
        for n, body in contents.items()
        if n not in there
    ]
    if fresh:
        connection.execute(insert(revisions), fresh)


def _point(connection: Connection, wanted: Manifest, author: str, now: Instant) -> None:
    current = {(d.kind, d.key): d for d in connection.execute(select(drafts).where(_named(drafts, wanted)))}
    fresh = {name: digest for name, digest in wanted.items() if name not in current}
    moved = {n: (d, current[n].version) for n, d in wanted.items() if n in current and current[n].digest != d}
    stamp = {"updated_at": now, "updated_by": author}
    if fresh:
        versions = _changes(connection, fresh)
        rows = [{"kind": n[0], "key": n[1], "digest": d, "version": versions[n], **stamp} for n, d in fresh.items()]
        connection.execute(insert(drafts), rows)
    if moved:
        here = and_(drafts.c.kind == bindparam("of_kind"), drafts.c.key == bindparam("of_key"))
        change = update(drafts).where(here).values(digest=bindparam("to"), version=bindparam("number"), **stamp)
        steps = [{"of_kind": n[0], "of_key": n[1], "to": d, "number": v + 1} for n, (d, v) in moved.items()]
        connection.execute(change, steps)


def _changes(connection: Connection, wanted: Manifest) -> Mapping[Name, int]:
    """How many revisions each key has: where the versions of a key that was deleted go on."""
    counted = select(revisions.c.kind, revisions.c.key, func.count()).where(_named(revisions, wanted))
    rows = connection.execute(counted.group_by(revisions.c.kind, revisions.c.key))
    return {(kind, key): count for kind, key, count in rows}


def _named(table: Table, wanted: Manifest) -> ColumnElement[bool]:
    return tuple_(table.c.kind, table.c.key).in_(list(wanted))


def _revisions_of(wanted: Manifest) -> Select[str, str, str, str, Instant]:
    names = [(kind, key, digest) for (kind, key), digest in wanted.items()]
    return select(*_REVISION).where(tuple_(revisions.c.kind, revisions.c.key, revisions.c.digest).in_(names))


def _keys(connection: Connection, kind: str) -> tuple[str, ...]:
    return tuple(connection.execute(select(drafts.c.key).where(drafts.c.kind == kind)).scalars())


def _batches(contents: Mapping[T, V]) -> Iterator[dict[T, V]]:
    left = iter(contents.items())
    while batch := dict(islice(left, BATCH)):
        yield batch
