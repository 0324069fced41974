"""The clock that all processes share: their own, set by the database's, so that none is ahead of another."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text

from rules import Instant
from service.published import Watch
from storage import Database

log = logging.getLogger("intarsia")

PATIENCE: Final = 0.25
"""Seconds that an answer may take: one that took longer says too little about the moment."""

TOLD: Final = 1.0
"""Seconds of difference that are worth a warning: the machine's clock is not kept."""

SET_EVERY: Final = 30.0
"""Seconds between two looks at the database's clock."""


def shared(database: Database, clock: Callable[[], Instant]) -> Callable[[], Instant]:
    """The clock of the machine as the shared one, set; any other clock as it is."""
    if clock is not time.time:
        return clock
    made = SharedClock(database, clock)
    made.set()
    return made


def watches_of(clock: Callable[[], Instant]) -> list[Watch]:
    """What keeps a clock set while a process runs: nothing, unless it is a shared one."""
    return [Watch(clock.set, SET_EVERY, "clock")] if isinstance(clock, SharedClock) else []


@dataclass(slots=True, eq=False)
class SharedClock:
    """What the clock of the database shows. On SQLite all processes are on one machine, and go by its clock."""

    database: Database
    own: Callable[[], Instant]
    ahead: float = field(default=0.0)
    """Seconds by which the database's clock is ahead of ours."""

    def __call__(self) -> Instant:
        """The moment that it is."""
        return self.own() + self.ahead

    def set(self) -> None:
        """Compare with the database's clock, and go by it from now on."""
        if self.database.engine.dialect.name == "sqlite":
            return
        with self.database.read() as connection:
            connection.execute(text("SELECT 1"))  # the connection is made: what follows is one way there and back
            before = self.own()
            theirs = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))
            after = self.own()
        if after - before > PATIENCE or theirs is None:
            return
        ahead = float(theirs) - (before + after) / 2
        if abs(ahead) >= TOLD > abs(self.ahead):
            log.warning(
                "the clock of the database is %.1f seconds ahead of that of this machine, and is gone by", ahead
            )
        self.ahead = ahead
