"""What is served now, kept in the transaction that publishes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete

from modules.listing.writing import restate
from modules.store.knowing import Types
from modules.store.values import Name
from modules.tables import published
from rules import Instant
from storage import insert


def note_served(connection: Connection, changes: Mapping[Name, str | None], at: Instant) -> None:
    """Under each name this digest is served from now on; with None, nothing is."""
    gone = [{"of_kind": kind, "of_key": key} for (kind, key), digest in changes.items() if digest is None]
    shown = [
        {"kind": kind, "key": key, "digest": digest, "since": at}
        for (kind, key), digest in changes.items()
        if digest is not None
    ]
    if gone:
        here = (published.c.kind == bindparam("of_kind")) & (published.c.key == bindparam("of_key"))
        connection.execute(delete(published).where(here), gone)
    if shown:
        change = insert(connection, published)
        moved = {"digest": change.excluded.digest, "since": change.excluded.since}
        connection.execute(change.on_conflict_do_update(index_elements=["kind", "key"], set_=moved), shown)
    restate(connection, changes, Types(connection, {}))
