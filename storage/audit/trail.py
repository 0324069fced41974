"""What the log must tell because a table holds it, and what a table must hold because the log tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, except_, select

from storage.audit.writing import log


@dataclass(frozen=True, slots=True)
class Trail:
    """Things of which each is one act: `rows` gives who, action, what, after and at of each, under these names.

    `actions` are all that the log calls them. The packages that own the tables write these.
    """

    name: str
    actions: tuple[str, ...]
    rows: Select[Any]


@dataclass(frozen=True, slots=True)
class Gap:
    """A row of a trail that the log does not tell of so, or an act whose row is no more as it was."""

    trail: str
    who: str
    action: str
    what: str
    after: str
    at: float
    logged: bool

    def __str__(self) -> str:
        """One sentence."""
        of = f"{self.action} of {self.what} by {self.who!r} ({self.after[:12]}, {self.at:.0f})"
        if self.logged:
            return f"the log tells of {of}, but {self.trail} has nothing like it"
        return f"{self.trail} has {of}, but the log does not tell of it"


def gaps(connection: Connection, trail: Trail, since: float) -> Iterator[Gap]:
    """Where a trail and the log differ from the moment on at which the log began; memory does not grow with them."""
    told = trail.rows.subquery()
    columns = (told.c.who, told.c.action, told.c.what, told.c.after, told.c.at)
    there = select(*columns).where(told.c.at >= since)
    logged = select(log.c.who, log.c.action, log.c.what, log.c.after, log.c.at)
    logged = logged.where(log.c.action.in_(trail.actions), log.c.at >= since)
    for missing, in_log in ((except_(there, logged), False), (except_(logged, there), True)):
        with connection.execute(missing.execution_options(yield_per=500)) as rows:
            for who, action, what, after, at in rows:
                yield Gap(trail.name, who, action, what, after, at, in_log)
