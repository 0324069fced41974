"""Reading people whose rows may be damaged: what cannot be read is told as that, and stops nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from profiles import records, tables
from profiles.profile import Profile
from storage import Unreadable, vault_of


def everybody(connection: Connection) -> Iterator[tuple[str, Profile | None]]:
    """Every profile by its id; None where its document cannot be read."""
    query = records.PEOPLE.order_by(tables.profiles.c.id).execution_options(yield_per=records.CHUNK)
    return ((row.id, _read(connection, row)) for row in connection.execute(query))


def held_after(connection: Connection, after: str, limit: int) -> dict[str, Profile | None]:
    """The next profiles after this id, held against other writers as `records.hold` does."""
    columns = tables.profiles.c
    return _held(connection, records.PEOPLE.where(columns.id > after).order_by(columns.id).limit(limit))


def held_one(connection: Connection, profile_id: str) -> dict[str, Profile | None]:
    """One profile, held likewise; nothing where there is none."""
    return _held(connection, records.PEOPLE.where(tables.profiles.c.id == profile_id))


def _held(connection: Connection, query: Any) -> dict[str, Profile | None]:
    held: dict[str, Profile | None] = {}
    for row in connection.execute(query.with_for_update(of=tables.profiles)).all():
        vault_of(connection).learn(connection, row.id, row.wrapped)
        held[row.id] = _read(connection, row)
    return held


def _read(connection: Connection, row: Row[*tuple[Any, ...]]) -> Profile | None:
    try:
        return records.profile_of(connection, row)
    except (Unreadable, ValueError, KeyError, TypeError):
        return None
