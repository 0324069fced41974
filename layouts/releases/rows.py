"""Releases as rows, and as the values that they are made into."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select

from layouts.errors import UnknownRelease
from layouts.releases.values import Due, Publication, Release, Status, Step
from layouts.tables import pointers, publications, releases
from rules import Instant

PUBLISHED: Final = "published"

r = releases.c
RELEASE: Final = (r.id, r.name, r.author, r.created_at, r.digest, r.description, r.status, r.version,
                  r.due_at, r.due_local, r.due_zone)  # fmt: skip

p = publications.c
PUBLICATION: Final = (p.seq, p.release_id, p.at, p.by, p.action)


def release_of(row: Row[*tuple[Any, ...]]) -> Release:
    """The value of a row of `RELEASE`."""
    name, author, created_at, digest, description, status, version, at, local, zone = row[1:]
    due = None if at is None else Due(at, local, zone)
    return Release(row[0], name, author, created_at, digest, description, Status(status), version, due)


def open_new(connection: Connection, name: str, description: str, author: str, now: Instant) -> Release:
    """Make an open release; whoever does holds the lock."""
    number = connection.execute(select(func.coalesce(func.max(r.seq), 0) + 1)).scalar_one()
    # The mark keeps caches apart when a database is made anew and its numbers begin again.
    mark = sha256(f"{number}\t{now}\t{author}\t{name}".encode()).hexdigest()[:10]
    release = Release(f"r{number}-{mark}", name, author, now, "", description, Status.OPEN)
    row = {"seq": number, "id": release.id, "name": name, "author": author, "created_at": now, "digest": ""}
    row |= {"description": description, "status": release.status, "version": release.version}
    connection.execute(insert(releases).values(row))
    return release


def find(connection: Connection, release: str) -> Release:
    """A release by its id. Raises `UnknownRelease`."""
    row = connection.execute(select(*RELEASE).where(r.id == release)).first()
    if row is None:
        known = connection.execute(select(r.id).order_by(r.seq.desc()).limit(100)).scalars()
        raise UnknownRelease(release, known)
    return release_of(row)


def served(connection: Connection) -> Release | None:
    """The release that is served, None before the first."""
    found = select(*RELEASE).join(pointers, pointers.c.release_id == r.id).where(pointers.c.name == PUBLISHED)
    row = connection.execute(found).first()
    return release_of(row) if row else None


def state_of(connection: Connection, release: Release | None) -> int:
    """The number of its state; 0, which holds nothing, of none and of one that was never published."""
    if release is None:
        return 0
    number: int | None = connection.execute(select(r.state).where(r.id == release.id)).scalar_one()
    return number or 0


def total_of(connection: Connection, release: Release | None) -> int:
    """The total of what it holds."""
    if release is None:
        return 0
    total: bytes = connection.execute(select(r.total).where(r.id == release.id)).scalar_one()
    return int.from_bytes(total, "big")


def all_publications(connection: Connection) -> list[Publication]:
    """Every move of the published pointer, oldest first."""
    rows = connection.execute(select(*PUBLICATION).order_by(publications.c.seq))
    return [_publication_of(row) for row in rows]


def publication(connection: Connection, seq: int) -> Publication:
    """The move with this number, which there is."""
    return _publication_of(connection.execute(select(*PUBLICATION).where(publications.c.seq == seq)).one())


def _publication_of(row: Row[*tuple[Any, ...]]) -> Publication:
    seq, release, at, by, action = row
    return Publication(seq, release, at, by, Step(action))
