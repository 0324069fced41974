"""Timers: memberships that end by the clock alone end on time, without a new event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from profiles import records, tables
from profiles.intake import LOCK, Told, tell_nobody
from profiles.membership import moves
from profiles.membership.upkeep import brought_up
from profiles.profile import Profile
from profiles.segments import Segments
from rules import Instant, Vocabulary
from storage import Copy, Database, HotCopies, lock_out


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the worker has not come to yet."""

    due: int
    late: float
    """Seconds for which the first of them has been due."""


class Timers:
    """Wakes profiles whose time has come. Any number of workers may run it at once."""

    def __init__(
        self,
        database: Database,
        segments: Callable[[], Segments],
        vocabulary: Callable[[], Vocabulary],
        hot: HotCopies,
        *,
        on_changes: Told = tell_nobody,
    ) -> None:
        self._database = database
        self._segments = segments
        self._vocabulary = vocabulary
        self._hot = hot
        self._on_changes = on_changes

    def next_due(self) -> Instant | None:
        """When the next profile is due, or None when nobody waits."""
        with self._database.read() as connection:
            due: Instant | None = connection.scalar(select(func.min(tables.timers.c.due_at)))
        return due

    def backlog(self, now: Instant) -> Backlog:
        """How many people are due now, and for how long the first of them has been."""
        columns = tables.timers.c
        with self._database.read() as connection:
            query = select(func.count(), func.min(columns.due_at)).where(columns.due_at <= now)
            many, first = connection.execute(query).one()
        return Backlog(many, 0.0 if first is None else now - first)

    def run_due(self, now: Instant, limit: int = 500) -> int:
        """Look again at the people whose time has come, at most `limit`; how many were looked at.

        Each change is made once, whoever runs this at the same time.
        """
        due = self.next_due()
        if due is None or due > now:
            return 0
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=True)
            looked_at, copies = self._wake(connection, now, limit)
        self._hot.put(copies)
        return looked_at

    def _wake(self, connection: Connection, now: Instant, limit: int) -> tuple[int, dict[str, Copy]]:
        columns = tables.timers.c
        query = select(columns.profile_id).where(columns.due_at <= now).order_by(columns.due_at).limit(limit)
        # The profile is what is claimed, in the order in which intake claims it too, so that nobody waits in a circle.
        held = records.hold(connection, connection.scalars(query), skip_held=True)
        segments, vocabulary = self._segments(), self._vocabulary()
        woken: list[Profile] = []
        quiet: list[Profile] = []
        for profile in held.values():
            settled, changes = brought_up(connection, profile, segments, vocabulary, now)
            if settled == profile:
                quiet.append(profile)
                continue
            moves.note(connection, profile.id, changes)
            if changes:
                self._on_changes(connection, profile.id, changes)
            woken.append(replace(settled, version=profile.version + 1))
        copies = records.save(connection, woken, now)
        records.set_timers(connection, quiet)
        return len(held), copies
