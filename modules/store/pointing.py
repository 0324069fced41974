"""What drafts point at: the digests that a release of them would hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from modules.content_kinds import KINDS
from modules.store.batches import batches, named
from modules.store.values import Manifest, Name
from modules.tables import drafts

POINTERS: Final = select(drafts.c.kind, drafts.c.key, drafts.c.digest).where(drafts.c.archived_at.is_(None))


def manifest(connection: Connection) -> Manifest:
    """All drafts but the archived ones, in the order of the kinds and their names."""
    order = {name: place for place, name in enumerate(KINDS)}
    rows = connection.execute(POINTERS).all()
    return {(kind, key): digest for kind, key, digest in sorted(rows, key=lambda row: (order[row.kind], row.key))}


def shown(connection: Connection, names: Collection[Name], kinds: Collection[str]) -> Manifest:
    """Those under these names, and all of these kinds, but the archived ones, in the order of their names."""
    wanted: Sequence[ColumnElement[bool]] = [drafts.c.kind.in_(list(kinds))] if kinds else []
    wanted = [*wanted, *(named(drafts, batch) for batch in batches(dict.fromkeys(names)))]
    rows = [tuple(row) for one in wanted for row in connection.execute(POINTERS.where(one))]
    return {(kind, key): digest for kind, key, digest in sorted(rows)}
