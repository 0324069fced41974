"""How far a rebuild has come, so that the next call goes on there."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Final

import orjson
from sqlalchemy import Connection, delete, select

from profiles.identity.tables import rebuilds
from rules import Instant
from storage import upsert_rows

NAME: Final = "people"


@dataclass(frozen=True, slots=True)
class Place:
    """`done` of `people` were looked at, the last of them `after`, and `changed` of them put right."""

    begun_at: Instant
    people: int
    after: str = ""
    done: int = 0
    changed: int = 0


def place(connection: Connection, *, held: bool = False) -> Place | None:
    """Where the rebuild stands that is under way; None where none is. `held`: nobody else moves it meanwhile."""
    query = select(rebuilds.c.state).where(rebuilds.c.name == NAME)
    state = connection.scalar(query.with_for_update() if held else query)
    return None if state is None else Place(**orjson.loads(bytes(state)))


def begin(connection: Connection, now: Instant, people: int) -> Place:
    """From the first person on."""
    return _write(connection, Place(now, people))


def move(connection: Connection, before: Place, after: str, done: int, changed: int) -> Place:
    """So many people further."""
    moved = replace(before, after=after, done=before.done + done, changed=before.changed + changed)
    return _write(connection, moved)


def end(connection: Connection) -> None:
    """Everybody was looked at."""
    connection.execute(delete(rebuilds).where(rebuilds.c.name == NAME))


def _write(connection: Connection, now_at: Place) -> Place:
    upsert_rows(connection, rebuilds, ("name", "state"), [(NAME, orjson.dumps(asdict(now_at)))])
    return now_at
