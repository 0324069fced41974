"""Where the bytes of content are kept: once for each digest, whoever saved them and how often."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from modules.store.batches import batches
from modules.tables import bodies
from storage import insert


def keep(connection: Connection, contents: Mapping[str, bytes]) -> None:
    """Keep these bytes under their digests for good; what is there already stays."""
    rows = [{"digest": digest, "content": content} for digest, content in contents.items()]
    if rows:
        connection.execute(insert(connection, bodies).on_conflict_do_nothing(), rows)


def read(connection: Connection, digests: Collection[str]) -> dict[str, bytes]:
    """The bytes of each digest; those that nobody saved are left out."""
    found: dict[str, bytes] = {}
    for batch in batches(dict.fromkeys(digests)):
        wanted = select(bodies.c.digest, bodies.c.content).where(bodies.c.digest.in_(batch))
        found |= {digest: bytes(content) for digest, content in connection.execute(wanted)}
    return found
