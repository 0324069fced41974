"""Watching: a withdrawal that another process wrote reaches this one although its hot copy did not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from profiles import records, tables
from profiles.consent.answers import RECORD
from rules import Instant
from storage import Database, HotCopies

LOOK_BACK: Final = 10.0
"""Seconds by which a record may be committed after one with a later place in the log."""
AT_FIRST: Final = 200
"""Records of before the first look that are looked at too: their writer may have died since."""
STALE: Final = 1.0
"""Seconds without a look at SQL after which a copy may be older than a withdrawal."""


@dataclass(slots=True)
class Watcher:
    """Looks in SQL for records of consent, and makes the hot copies of their people good.

    Who wrote a record makes its copies good before the call is acknowledged; but they may not reach the server of
    copies, or die before. Moments are of a clock that only goes forward.
    """

    database: Database
    hot: HotCopies
    looked: Instant | None = None
    """When SQL was last seen; None: nobody watches."""
    _low: int = -1
    _seen: dict[int, Instant] = field(default_factory=dict)

    def look(self, now: Instant) -> None:
        """Make good what was written since the last look."""
        columns = tables.events.c
        with self.database.read() as connection:
            if self._low < 0:
                newest = select(columns.seq).where(columns.kind == RECORD).order_by(columns.seq.desc())
                self._low = connection.scalar(newest.offset(AT_FIRST).limit(1)) or 0
            query = select(columns.seq, columns.profile_id).where(columns.kind == RECORD, columns.seq > self._low)
            fresh = [row for row in connection.execute(query) if row.seq not in self._seen]
            people = records.people(connection, {row.profile_id for row in fresh})
            copies = records.copies_of(connection, list(people.values()))
        self.hot.put(copies)
        self._seen.update((row.seq, now) for row in fresh)
        self._low = max((seq for seq, at in self._seen.items() if at < now - LOOK_BACK), default=self._low)
        self._seen = {seq: at for seq, at in self._seen.items() if seq > self._low}
        self.looked = now

    def trusts(self, now: Instant) -> bool:
        """Whether copies are not older than what SQL says of consent, but for a moment."""
        return self.looked is None or now - self.looked <= STALE
