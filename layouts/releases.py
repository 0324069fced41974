"""Releases: named sets of revisions, published by flipping one pointer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from layouts.errors import NothingToRollBack, UnknownRelease
from layouts.manifest import Manifest, digest_of
from layouts.tables import pointers, publications, release_entries, releases
from rules import Instant
from storage import Database, lock_out

PUBLISHED: Final = "published"


class Step(StrEnum):
    """What moved the published pointer."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Release:
    """A named set of revisions. `digest` names the set: equal sets have equal digests."""

    id: str
    name: str
    author: str
    created_at: Instant
    digest: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One move of the published pointer. They are only ever added."""

    seq: int
    release: str
    at: Instant
    by: str
    action: Step


class Releases:
    """Releases in the SQL database, and the pointer to the one that is served."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, manifest: Manifest, *, name: str, author: str, now: Instant) -> Release:
        """Make a release of this manifest and serve it, in one transaction."""
        with self._write() as connection:
            release = _create(connection, manifest, name, author, now)
            _flip(connection, release.id, Step.PUBLISH, author, now)
        return release

    def roll_back(self, *, to: str | None = None, author: str, now: Instant) -> Release:
        """Serve an older release again: `to` by its id, else the one that was served before the present one.

        Raises `UnknownRelease`, or `NothingToRollBack` where there is none before.
        """
        with self._write() as connection:
            target = _previous(_publications(connection)) if to is None else to
            release = _release(connection, target)
            _flip(connection, release.id, Step.ROLLBACK, author, now)
        return release

    newest = select(pointers.c.release_id).where(pointers.c.name == PUBLISHED)
    """Finds the id of the release that is served; for those who look for several news at once."""

    def published(self) -> Release | None:
        """The release that is served, None before the first."""
        served = select(*_RELEASE).join(pointers, pointers.c.release_id == releases.c.id)
        with self._database.read() as connection:
            row = connection.execute(served.where(pointers.c.name == PUBLISHED)).first()
        return Release(*row) if row else None

    def get(self, release: str) -> Release:
        """A release by its id. Raises `UnknownRelease`."""
        with self._database.read() as connection:
            return _release(connection, release)

    def manifest(self, release: str) -> Manifest:
        """What a release holds. Raises `UnknownRelease`."""
        entries = select(release_entries.c.kind, release_entries.c.key, release_entries.c.digest)
        with self._database.read() as connection:
            _release(connection, release)
            rows = connection.execute(entries.where(release_entries.c.release_id == release))
            return {(kind, key): digest for kind, key, digest in sorted(tuple(row) for row in rows)}

    def history(self) -> list[Release]:
        """Every release, newest first."""
        with self._database.read() as connection:
            return [Release(*row) for row in connection.execute(select(*_RELEASE).order_by(releases.c.seq.desc()))]

    def publications(self) -> list[Publication]:
        """Every move of the published pointer, newest first."""
        with self._database.read() as connection:
            return _publications(connection)[::-1]

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        # One writer at a time: numbers of releases are taken once, and each move starts from the one before.
        with self._database.write() as connection:
            lock_out(connection, "releases")
            yield connection


_RELEASE = (releases.c.id, releases.c.name, releases.c.author, releases.c.created_at, releases.c.digest)


def _create(connection: Connection, manifest: Manifest, name: str, author: str, now: Instant) -> Release:
    digest = digest_of(manifest)
    number = connection.execute(select(func.coalesce(func.max(releases.c.seq), 0) + 1)).scalar_one()
    # The digest keeps caches apart when a database is made anew and its numbers begin again.
    release = Release(f"r{number}-{digest[:10]}", name, author, now, digest)
    row = {"id": release.id, "name": name, "author": author, "created_at": now, "digest": digest}
    connection.execute(insert(releases).values(row))
    entries = [{"release_id": release.id, "kind": k[0], "key": k[1], "digest": d} for k, d in manifest.items()]
    if entries:
        connection.execute(insert(release_entries), entries)
    return release


def _flip(connection: Connection, release: str, action: Step, by: str, at: Instant) -> None:
    row = {"release_id": release, "at": at, "by": by, "action": action}
    connection.execute(insert(publications).values(row))
    flipped = connection.execute(update(pointers).where(pointers.c.name == PUBLISHED).values(release_id=release))
    if flipped.rowcount == 0:
        connection.execute(insert(pointers).values(name=PUBLISHED, release_id=release))


def _release(connection: Connection, release: str) -> Release:
    row = connection.execute(select(*_RELEASE).where(releases.c.id == release)).first()
    if row is None:
        known = connection.execute(select(releases.c.id).order_by(releases.c.seq.desc())).scalars()
        raise UnknownRelease(release, known)
    return Release(*row)


def _publications(connection: Connection) -> list[Publication]:
    p = publications.c
    rows = connection.execute(select(p.seq, p.release_id, p.at, p.by, p.action).order_by(p.seq))
    return [Publication(seq, release, at, by, Step(action)) for seq, release, at, by, action in rows]


def _previous(moves: Iterable[Publication]) -> str:
    """What was served before: publishing goes forward, a rollback forgets what it went back over."""
    served: list[str] = []
    for move in moves:
        if move.action is Step.ROLLBACK and move.release in served:
            last = len(served) - 1 - served[::-1].index(move.release)
            del served[last + 1 :]
        else:
            served.append(move.release)
    if len(served) < 2:
        raise NothingToRollBack
    return served[-2]
