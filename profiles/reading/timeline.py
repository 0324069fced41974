"""The timeline of one person: what they did, newest first, a page at a time."""

from __future__ import annotations

from sqlalchemy import Connection, and_, or_, select

from profiles import tables
from profiles.consent.answers import RECORD
from profiles.events import Event
from profiles.records import event_of
from rules import Instant
from storage import vault_of


def timeline(
    connection: Connection,
    profile_id: str,
    *,
    before: tuple[Instant, int] | None,
    limit: int,
    name: str = "",
    consent: bool = False,
) -> list[tuple[int, Event | None]]:
    """What this person did, newest first, each with its number: of those before a moment and a number; or, with
    `consent`, the records of it. None stands for an event that is sealed for good."""
    columns = tables.events.c
    query = select(tables.events).where(columns.profile_id == profile_id)
    query = query.where(columns.kind == RECORD if consent else columns.kind != RECORD)
    if before is not None:
        at, seq = before
        query = query.where(or_(columns.at < at, and_(columns.at == at, columns.seq < seq)))
    if name:
        query = query.where(columns.name == name)
    rows = connection.execute(query.order_by(columns.at.desc(), columns.seq.desc()).limit(limit)).all()
    bodies = vault_of(connection).open_all(connection, [row.body for row in rows])
    # What was sealed under a key that is gone is no longer there, but its place is: pages go on behind it.
    told = zip(rows, bodies, strict=True)
    return [(row.seq, None if body is None else event_of(row, body)) for row, body in told]
