"""Where the bytes of pictures are kept: among the blobs, for a database is no place for millions of bytes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict

from sqlalchemy import Connection, delete, select

from modules.content_kinds import KINDS, digest_of
from modules.store import bodies
from modules.store.batches import batches
from modules.store.values import Name
from modules.tables import bodies as table
from modules.tables import picture_facts, revisions
from pictures import Facts, facts_of
from storage import BlobError, BlobsAway, BlobStore, Database, insert

FACTS = (picture_facts.c.digest, *(picture_facts.c[name] for name in Facts.__slots__))
PICTURES = tuple(kind.name for kind in KINDS.values() if not kind.is_json)


def keep(blobs: BlobStore | None, contents: Mapping[Name, bytes]) -> frozenset[Name]:
    """Put the bytes of pictures among the blobs; which they are. Raises `BlobsAway`."""
    if blobs is None:
        return frozenset()
    pictures = frozenset(name for name in contents if name[0] in PICTURES)
    for name in pictures:
        blobs.put(contents[name])
    return pictures


def read(blobs: BlobStore | None, digests: Collection[str]) -> dict[str, bytes]:
    """The bytes of those that are among the blobs. Raises `BlobsAway`, and `BlobError` for what is damaged."""
    return {} if blobs is None else {d: content for d in digests if (content := _found(blobs, d)) is not None}


def pictures_into_blobs(database: Database, blobs: BlobStore) -> Iterator[str]:
    """Bring pictures that are still in the database to the blobs, each digest told when it is there for sure."""
    for digest in _digests(database, in_sql=True):
        with database.read() as connection:
            content = bodies.read(connection, [digest])[digest]
        blobs.get(blobs.put(content))
        with database.write() as connection:
            # Other content of the same bytes stays where it is read from.
            shared = select(revisions.c.seq).where(revisions.c.digest == digest, revisions.c.kind.not_in(PICTURES))
            if connection.execute(shared.limit(1)).first() is None:
                connection.execute(delete(table).where(table.c.digest == digest))
        yield digest


def pictures_into_database(database: Database, blobs: BlobStore) -> Iterator[str]:
    """Bring pictures back into the database, for a version that knows no blobs of pictures. The blobs stay."""
    for digest in _digests(database, in_sql=False):
        content = blobs.get(digest)
        with database.write() as connection:
            bodies.keep(connection, {digest: content})
        yield digest


def note(connection: Connection, contents: Mapping[Name, bytes]) -> None:
    """Note what these pictures are."""
    found = {digest_of(content): facts_of(content) for (kind, _), content in contents.items() if kind in PICTURES}
    rows = [{"digest": digest, **asdict(facts)} for digest, facts in found.items() if facts is not None]
    if rows:
        connection.execute(insert(connection, picture_facts).on_conflict_do_nothing(), rows)


def facts(connection: Connection, digests: Collection[str]) -> dict[str, Facts]:
    """What was noted of these pictures."""
    found: dict[str, Facts] = {}
    for batch in batches(dict.fromkeys(digests)):
        rows = connection.execute(select(*FACTS).where(picture_facts.c.digest.in_(batch)))
        found |= {digest: Facts(*told) for digest, *told in rows}
    return found


def learn(
    database: Database, read: Callable[[Collection[str]], Mapping[str, bytes]], digests: Collection[str]
) -> dict[str, Facts]:
    """What these pictures are; those that cannot be had now, or are none, are left out."""
    with database.read() as connection:
        found = facts(connection, digests)
    for digest in [digest for digest in digests if digest not in found]:
        try:
            content = read([digest]).get(digest)
        except BlobError:
            continue
        if content is not None:
            # Saved by an older version: noted now, for good.
            with database.write() as connection:
                note(connection, {("assets", digest): content})
                found |= facts(connection, [digest])
    return found


def harmed_pictures(connection: Connection, blobs: BlobStore) -> Iterator[tuple[str, str]]:
    """The digest of each picture that cannot be read as it was saved, and why. Raises `BlobsAway`."""
    wanted = pictures_in_use(connection)
    for batch in batches(dict.fromkeys(sorted(wanted))):
        held = set(connection.execute(select(table.c.digest).where(table.c.digest.in_(batch))).scalars())
        for digest in batch:
            try:
                if digest not in held:
                    blobs.get(digest)
            except BlobsAway:
                raise
            except BlobError as error:
                yield digest, error.message


def pictures_in_use(connection: Connection) -> frozenset[str]:
    """The digests of every picture of every revision: their blobs are needed."""
    wanted = select(revisions.c.digest).where(revisions.c.kind.in_(PICTURES)).distinct()
    return frozenset(connection.execute(wanted).scalars())


def _digests(database: Database, *, in_sql: bool) -> list[str]:
    with database.read() as connection:
        pictures = dict.fromkeys(sorted(pictures_in_use(connection)))
        held: set[str] = set()
        for batch in batches(pictures):
            held |= set(connection.execute(select(table.c.digest).where(table.c.digest.in_(batch))).scalars())
    return [digest for digest in pictures if (digest in held) is in_sql]


def _found(blobs: BlobStore, digest: str) -> bytes | None:
    try:
        return blobs.get(digest)
    except BlobsAway:
        raise
    except BlobError:
        if blobs.has(digest):
            raise
        return None
