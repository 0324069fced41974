"""Backfill: when segments change, everybody's memberships follow, in small transactions that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from profiles import records, tables
from profiles.intake import LOCK, Told, tell_nobody
from profiles.membership import moves
from profiles.membership.index import SegmentIndex, index_of, remember
from profiles.membership.tables import segment_sets
from profiles.membership.upkeep import brought_up
from profiles.profile import Profile
from profiles.segments import Segments
from rules import Instant, Vocabulary
from storage import Copy, Database, HotCopies, insert, lock_out


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the memberships of everybody are with the segments that are served.

    `changed` are the segments that are not as they were before; `left` people are still to be looked at out of
    `people`, and `moved` entered or left a segment.
    """

    stamp: str
    changed: tuple[str, ...]
    people: int
    left: int
    moved: int
    begun_at: Instant
    ended_at: Instant | None


class Backfill:
    """Brings everybody up to the segments that are served now. Any number of workers may run it at once, and it goes
    on where it was broken off: whom it has not reached yet still bears another stamp."""

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
        self._begun = ""

    def step(self, now: Instant, limit: int = 500) -> int:
        """Look at the next people, at most `limit`; how many there were. None is left when there were none."""
        segments, vocabulary = self._segments(), self._vocabulary()
        index = index_of(segments, vocabulary)
        with self._database.read() as connection:
            ids = list(connection.scalars(select(tables.profiles.c.id).where(_behind(index.stamp)).limit(limit)))
        if not ids and self._begun == index.stamp:
            return 0
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=True)
            if self._begun != index.stamp:
                self._begin(connection, index, now)
            done, copies = self._bring_up(connection, ids, index, now)
            if len(ids) < limit:
                self._end(connection, index.stamp, now)
        self._begun = index.stamp
        self._hot.put(copies)
        return done

    def behind(self) -> int:
        """How many people were settled by other segments than those that are served."""
        stamp = index_of(self._segments(), self._vocabulary()).stamp
        with self._database.read() as connection:
            return _count(connection, _behind(stamp))

    def progress(self) -> Progress | None:
        """How far it is; None where it never began."""
        stamp = index_of(self._segments(), self._vocabulary()).stamp
        with self._database.read() as connection:
            row = connection.execute(select(segment_sets).where(segment_sets.c.stamp == stamp)).one_or_none()
            left = _count(connection, _behind(stamp)) if row is not None else 0
        if row is None:
            return None
        changed = tuple(orjson.loads(row.changed))
        return Progress(stamp, changed, row.people, left, row.moved, row.begun_at, None if left else row.ended_at)

    def _begin(self, connection: Connection, index: SegmentIndex, now: Instant) -> None:
        """Write down what is begun, unless somebody did, and learn what people may have been settled by."""
        known = {row.stamp: orjson.loads(row.digests) for row in _newest_first(connection)}
        for stamp, digests in known.items():
            remember(stamp, digests)
        before: dict[str, str] = next((digests for stamp, digests in known.items() if stamp != index.stamp), {})
        changed = [key for key in index.digests | before if index.digests.get(key) != before.get(key)]
        row = {
            "stamp": index.stamp,
            "digests": orjson.dumps(index.digests),
            "changed": orjson.dumps(sorted(changed)),
            "people": _count(connection, _behind(index.stamp)),
            "moved": 0,
            "begun_at": now,
            "ended_at": None,
        }
        statement = insert(connection, segment_sets).values(row)
        again = {name: statement.excluded[name] for name in row if name not in {"stamp", "digests"}}
        # A set of segments that was served before is begun anew, unless it is what everybody is being brought up to.
        newest = next(iter(known), None)
        if newest == index.stamp:
            connection.execute(statement.on_conflict_do_nothing())
        else:
            connection.execute(statement.on_conflict_do_update(index_elements=["stamp"], set_=again))

    def _bring_up(
        self, connection: Connection, ids: list[str], index: SegmentIndex, now: Instant
    ) -> tuple[int, dict[str, Copy]]:
        settled: list[Profile] = []
        moved = 0
        for profile in records.hold(connection, ids, skip_held=True).values():
            if profile.stamp != index.stamp:
                profile, changes = brought_up(connection, profile, index.segments, index.vocabulary, now)
                if changes:
                    moves.note(connection, profile.id, changes)
                    self._on_changes(connection, profile.id, changes)
                    moved += 1
                profile = replace(profile, version=profile.version + 1)
            settled.append(profile)
        copies = records.save(connection, settled, now)
        if moved:
            columns = segment_sets.c
            connection.execute(
                update(segment_sets).where(columns.stamp == index.stamp).values(moved=columns.moved + moved)
            )
        return len(settled), copies

    def _end(self, connection: Connection, stamp: str, now: Instant) -> None:
        columns = segment_sets.c
        connection.execute(
            update(segment_sets).where(columns.stamp == stamp, columns.ended_at.is_(None)).values(ended_at=now)
        )


def _newest_first(connection: Connection) -> Any:
    return connection.execute(select(segment_sets).order_by(segment_sets.c.begun_at.desc()).limit(32))


def _behind(stamp: str) -> ColumnElement[bool]:
    """The condition that somebody bears another stamp, in a way that an index answers."""
    return or_(tables.profiles.c.stamp < stamp, tables.profiles.c.stamp > stamp)


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(tables.profiles).where(condition)) or 0
