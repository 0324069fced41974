"""How people moved between segments, and where they are now, written down in an open transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, select

from profiles import tables
from profiles.membership.tables import memberships
from profiles.membership.values import Change
from rules import Instant
from storage import put_rows, upsert_rows, vault_of

ENTERED: Final = "entered"
MOVED: Final = ("profile_id", "segment", "change", "at", "cause", "reason", "event")

LONGEST: Final = 500
"""Characters of a reason that are kept."""


def note(connection: Connection, profile_id: str, changes: Iterable[Change]) -> None:
    """Write down how one person moved between segments, and where they are now."""
    note_all(connection, [(profile_id, changes)])


def note_all(connection: Connection, moves: Iterable[tuple[str, Iterable[Change]]]) -> None:
    """Write down how people moved between segments, and where they are now: profile id and changes of each."""
    told = [(who, change) for who, changes in moves for change in changes]
    if not told:
        return
    # A reason repeats what is known of the person.
    keys = vault_of(connection).keys(connection, {who for who, change in told if change.reason})
    rows = [
        (w, c.segment, c.change, c.at, c.cause, keys[w].seal(_kept(c)) if c.reason else b"", c.event) for w, c in told
    ]
    put_rows(connection, tables.segment_changes, MOVED, rows)
    _place(connection, {(c.segment, who): c.at if c.change == ENTERED else None for who, c in told})


def stand(connection: Connection, profile_id: str, inside: Mapping[str, Instant]) -> None:
    """Let one person be in these segments since these moments, and in no other; nothing is told."""
    columns = memberships.c
    there = connection.scalars(select(columns.segment).where(columns.profile_id == profile_id)).all()
    places: dict[tuple[str, str], Instant | None] = {(key, profile_id): None for key in there}
    _place(connection, places | {(key, profile_id): since for key, since in inside.items()})


def changes_of(connection: Connection, profile_id: str) -> list[Change]:
    """How this person moved between segments, oldest first."""
    columns = tables.segment_changes.c
    query = select(tables.segment_changes).where(columns.profile_id == profile_id).order_by(columns.seq)
    return changes_in(connection, connection.execute(query).all())


def changes_in(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Change]:
    """How people moved, from rows of `segment_changes`."""
    reasons = vault_of(connection).open_all(connection, [row.reason for row in rows])
    told = [orjson.loads(one)["reason"] if one else "" for one in reasons]
    moved = zip(rows, told, strict=True)
    return [Change(row.segment, row.change, row.at, row.cause, reason, row.event) for row, reason in moved]


def _kept(change: Change) -> bytes:
    return orjson.dumps({"reason": change.reason[:LONGEST]})


def _place(connection: Connection, places: Mapping[tuple[str, str], Instant | None]) -> None:
    """Let people be in segments since these moments, and not in those of which it is None."""
    inside = sorted((segment, who, since) for (segment, who), since in places.items() if since is not None)
    upsert_rows(connection, memberships, ("segment", "profile_id", "since"), inside)
    outside = [{"its": segment, "who": who} for (segment, who), since in places.items() if since is None]
    if outside:
        columns = memberships.c
        gone = delete(memberships).where(columns.segment == bindparam("its"), columns.profile_id == bindparam("who"))
        connection.execute(gone, outside)
