"""What is worked out of bodies and can be made anew from them at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, delete, select

from modules.content_kinds import KINDS
from modules.listing.writing import enlist, unlist_all
from modules.store import bodies, graph
from modules.store.batches import BATCH
from modules.store.knowing import Types, references_in
from modules.tables import derived, drafts, edges, revisions
from storage import insert

WAY: Final = 3
"""Counts the ways in which it was done so far: a new one makes all of it anew at the next start."""

CONTENT: Final = "content"


def derive(connection: Connection, contents: Mapping[tuple[str, str, str], bytes], types: Types) -> None:
    """Note what these bodies tell, each given by kind, key and digest."""
    found = {(kind, key, digest): references_in(kind, key, content, types)
             for (kind, key, digest), content in contents.items()}  # fmt: skip
    graph.write(connection, found)


def derive_all(connection: Connection) -> None:
    """Do so for every revision, and list every draft, unless it was done in this way before."""
    done = connection.execute(select(derived.c.version).where(derived.c.name == CONTENT)).scalar()
    if done == WAY:
        return
    connection.execute(delete(edges))
    types, r, after = Types(connection, {}), revisions.c, 0
    told = select(r.seq, r.kind, r.key, r.digest).where(r.kind.in_([k for k in KINDS if KINDS[k].is_json]))
    while rows := connection.execute(told.where(r.seq > after).order_by(r.seq).limit(BATCH)).all():
        read = bodies.read(connection, {row.digest for row in rows})
        derive(connection, {(row.kind, row.key, row.digest): read[row.digest] for row in rows}, types)
        after = rows[-1].seq
    unlist_all(connection)
    enlist(connection, [tuple(row) for row in connection.execute(select(drafts.c.kind, drafts.c.key))], types)
    change = insert(connection, derived).values(name=CONTENT, version=WAY)
    connection.execute(change.on_conflict_do_update(index_elements=["name"], set_={"version": WAY}))
