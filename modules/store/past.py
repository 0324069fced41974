"""The revisions of a key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from modules.errors import UnknownContent
from modules.store.values import MadeBy, Revision
from modules.tables import published, revisions

REVISION = tuple(revisions.c[name] for name in Revision.__slots__)
"""The columns of a revision, in the order of its value."""


def revision_of(row: Row[*tuple[Any, ...]]) -> Revision:
    """The value of a row of `REVISION`."""
    kind, key, digest, author, created_at, version, made_by = row
    return Revision(kind, key, digest, author, created_at, version, MadeBy(made_by))


def history(connection: Connection, kind: str, key: str) -> Sequence[Revision]:
    """Every revision of a key, newest first."""
    return [revision_of(row) for row in connection.execute(_of(kind, key))]


def revision(connection: Connection, kind: str, key: str, version: int) -> Revision:
    """One revision of a key. Raises `UnknownContent`."""
    row = connection.execute(_of(kind, key).where(revisions.c.version == version)).first()
    if row is None:
        raise UnknownContent(kind, f"{key} at version {version}", ())
    return revision_of(row)


def served(connection: Connection, kind: str, key: str) -> Revision:
    """The newest revision with the bytes that are published. Raises `UnknownContent` if nothing is."""
    here = (published.c.kind == revisions.c.kind) & (published.c.key == revisions.c.key)
    of_key = _of(kind, key).join(published, here & (published.c.digest == revisions.c.digest))
    row = connection.execute(of_key.limit(1)).first()
    if row is None:
        raise UnknownContent(kind, f"{key} as published", ())
    return revision_of(row)


def _of(kind: str, key: str) -> Select[*tuple[Any, ...]]:
    of_key = select(*REVISION).where(revisions.c.kind == kind, revisions.c.key == key)
    return of_key.order_by(revisions.c.version.desc())


def authors_since(connection: Connection, kind: str, key: str, digest: str, settled: Collection[str]) -> frozenset[str]:
    """Everybody who had a hand in a body since the last one of `settled`, which others have agreed to.

    What publishing composed of other revisions is nobody's work, and settles nothing: some locales may have stayed
    behind.
    """
    r = revisions.c
    of_key = select(r.version, r.digest, r.author).where(r.kind == kind, r.key == key, r.made_by != MadeBy.PUBLISH)
    authors: set[str] = set()
    reached = False
    for _, found, author in connection.execute(of_key.order_by(r.version.desc())):
        reached = reached or found == digest
        if reached and found in settled and found != digest:
            break
        if reached:
            authors.add(author)
    return frozenset(authors)
