"""Scrubbing: after somebody was forgotten, what was deleted leaves the files as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from profiles.privacy.erasing import Eraser
from profiles.privacy.sweeping import note_place
from profiles.privacy.tables import erasures, sweeps
from rules import Instant
from storage import Scrubbed, scrub

NAME: Final = "scrubbing"


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Clears the files of the database and of the hot copies when there were erasures since the last time."""

    eraser: Eraser

    def work(self, now: Instant) -> bool:
        """Look once; whether everything that was forgotten has left the files, as far as they can be asked."""
        database = self.eraser.database
        with database.read() as connection:
            last = connection.scalar(select(func.max(erasures.c.at)))
            done = connection.scalar(select(sweeps.c.at).where(sweeps.c.name == NAME))
        if last is None or (done is not None and done >= last):
            return True
        names = {name for one in self.eraser.stores.values() for name in one.tables} | {"person_keys"}
        if scrub(database.engine, names) is not Scrubbed.DONE or not self.eraser.hot.rewrite():
            return False
        with database.write() as connection:
            note_place(connection, NAME, 0, now)
        return True
