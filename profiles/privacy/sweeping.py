"""Sweeps: walks through a whole table in small steps, each of which notes how far it came."""

from __future__ import annotations

from sqlalchemy import Connection, select

from profiles.privacy.tables import sweeps
from rules import Instant
from storage import insert


def place_of(connection: Connection, name: str) -> int | None:
    """How far this sweep has come; None where it never began."""
    return connection.scalar(select(sweeps.c.place).where(sweeps.c.name == name))


def note_place(connection: Connection, name: str, place: int, now: Instant) -> None:
    """Write down how far it has come."""
    row = insert(connection, sweeps).values(name=name, place=place, at=now)
    again = {"place": row.excluded.place, "at": row.excluded.at}
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=again))
