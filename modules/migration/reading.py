"""Which modules there are of a type, and their bodies, a batch at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, select

from modules.store import bodies
from modules.store.batches import batches
from modules.tables import drafts, edges

MODULES = "modules"


def modules_of(connection: Connection, key: str, only: Collection[str] | None = None) -> dict[str, str]:
    """The drafts of a type's modules, the archived ones too, and the digests of their bytes; or `only` of these."""
    same = (drafts.c.kind == edges.c.kind) & (drafts.c.key == edges.c.key) & (drafts.c.digest == edges.c.digest)
    named = (edges.c.to_kind == "types") & (edges.c.to_key == key) & (edges.c.pointer == "/type")
    asked = select(drafts.c.key, drafts.c.digest).join(edges, same).where(named, edges.c.kind == MODULES)
    if only is not None:
        asked = asked.where(drafts.c.key.in_(only))
    return {row.key: row.digest for row in connection.execute(asked.order_by(drafts.c.key))}


def contents_of(connection: Connection, found: Mapping[str, str]) -> Iterator[tuple[str, str, bytes]]:
    """The key, the digest and the bytes of each of these."""
    for batch in batches(found):
        read = bodies.read(connection, set(batch.values()))
        yield from ((key, digest, read[digest]) for key, digest in batch.items())


def draft_digest(connection: Connection, kind: str, key: str) -> str | None:
    """What the draft under this name holds, None where there is none."""
    return connection.execute(select(drafts.c.digest).where(drafts.c.kind == kind, drafts.c.key == key)).scalar()
