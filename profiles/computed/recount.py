"""Computing anew: when definitions change, everybody's history is counted by them, a few people at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, select

from profiles import records, tables
from profiles.computed.plan import Plan, plan_of
from profiles.intake import LOCK, Told, tell_nobody
from profiles.membership import moves
from profiles.profile import Profile
from profiles.segments import Segments, settle
from rules import Instant, Vocabulary
from storage import Database, HotCopies, lock_out

CHUNK = 100
"""People in one transaction."""


class Recount:
    """Walks everybody once for each set of definitions.

    Who is counted already is passed by: it may be broken off at any moment, begun again, and run by several workers.
    """

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
        self._walked: Plan | None = None
        self._after = ""

    def work(self, now: Instant) -> int:
        """Look at the next people; how many, 0 when everybody was looked at."""
        plan = plan_of(self._vocabulary())
        if self._walked is not None and self._walked.definitions == plan.definitions and not self._after:
            return 0
        if self._walked is None or self._walked.definitions != plan.definitions:
            self._walked, self._after = plan, ""
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=True)
            columns = tables.profiles.c
            query = select(columns.id).where(columns.id > self._after).order_by(columns.id).limit(CHUNK)
            ids = list(connection.scalars(query))
            held = records.hold(connection, ids)
            behind = [one for one in held.values() if not plan.fits(one.computed)]
            changed = [self._counted(connection, one, plan, now) for one in behind]
            copies = records.save(connection, changed, now)
        self._hot.put(copies)
        self._after = ids[-1] if len(ids) == CHUNK else ""
        return len(ids)

    def _counted(self, connection: Connection, profile: Profile, plan: Plan, now: Instant) -> Profile:
        computed = plan.recounted(profile.computed, records.events_of(connection, profile.id))
        counted = replace(profile, computed=computed, version=profile.version + 1)
        settled, changes = settle(counted, self._segments(), self._vocabulary(), now, "rules")
        if changes:
            moves.note(connection, profile.id, changes)
            self._on_changes(connection, profile.id, changes)
        return settled
