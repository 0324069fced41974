"""What proves the content store: each revision is an act of the audit log, and each body has its digest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, select

from modules.content_kinds import digest_of
from modules.store.values import MadeBy
from modules.tables import bodies, revisions
from storage import Trail

REVISIONS: Final = Trail(
    "revisions",
    tuple(f"content.{made_by}" for made_by in MadeBy),
    select(
        revisions.c.author.label("who"),
        ("content." + revisions.c.made_by).label("action"),
        (revisions.c.kind + "/" + revisions.c.key).label("what"),
        revisions.c.digest.label("after"),
        revisions.c.created_at.label("at"),
    ),
)
"""Every save, as the audit log tells of it."""


def damaged_bodies(connection: Connection) -> Iterator[str]:
    """The digest of each body whose bytes are not those that were saved. Memory does not grow with them."""
    rows = select(bodies.c.digest, bodies.c.content).order_by(bodies.c.digest)
    with connection.execute(rows.execution_options(yield_per=200)) as found:
        for digest, content in found:
            if not isinstance(content, bytes) or digest_of(content) != digest:
                yield digest
