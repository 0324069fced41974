"""The census: how many are in which segment, how that moved, who for example, and who a draft would take."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, func, select

from profiles import records, tables
from profiles.facts import facts_of
from profiles.membership import moves
from profiles.membership.tables import memberships
from profiles.segments import Change, Segments, current
from rules import Facts, Instant, Outcome, Rule, RuleError, Vocabulary
from storage import Database

HOUR: Final = 3_600.0
DAY: Final = 24 * HOUR

SURE: Final = 1.96
"""Standard deviations around an estimate that hold the truth nineteen times out of twenty."""

ROTATES: Final = 60.0
"""Seconds for which a sample stays the same."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many are in a segment, and how many entered and left it in the last hour and day."""

    segment: str
    size: int = 0
    entered_hour: int = 0
    left_hour: int = 0
    entered_day: int = 0
    left_day: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """How far a count of those has come for whom a rule says yes: `matching` of `looked_at` of all `people`, with a few
    of them. `last` is where it goes on, empty when everybody was looked at."""

    people: int = 0
    looked_at: int = 0
    matching: int = 0
    sample: tuple[str, ...] = ()
    last: str = ""

    @property
    def estimate(self) -> tuple[int, int, int]:
        """How many of all people it is, at least and at most (the interval of E. B. Wilson, 1927); exact at the end."""
        if not self.last:
            return self.matching, self.matching, self.matching
        n, share = max(self.looked_at, 1), self.matching / max(self.looked_at, 1)
        middle = share + SURE**2 / (2 * n)
        width = SURE * math.sqrt(share * (1 - share) / n + SURE**2 / (4 * n * n))
        low, high = ((middle + sign * width) / (1 + SURE**2 / n) * self.people for sign in (-1, 1))
        return round(share * self.people), max(math.floor(low), self.matching), min(math.ceil(high), self.people)


class Census:
    """Counts people. What it counts is exact at the moment at which it is asked."""

    def __init__(
        self, database: Database, segments: Callable[[], Segments], vocabulary: Callable[[], Vocabulary]
    ) -> None:
        self._database = database
        self._segments = segments
        self._vocabulary = vocabulary

    def sizes(self, keys: Sequence[str], now: Instant) -> list[Size]:
        """The sizes of these segments, in their order."""
        columns = memberships.c
        query = select(columns.segment, func.count()).where(columns.segment.in_(keys)).group_by(columns.segment)
        with self._database.read() as connection:
            sizes = {key: int(size) for key, size in connection.execute(query)}
            moves = _moves(connection, keys, now)
        return [Size(key, sizes.get(key, 0), *moves.get(key, (0, 0, 0, 0))) for key in keys]

    def sample(self, key: str, now: Instant, limit: int) -> list[tuple[str, Instant]]:
        """Some members with the moment at which they entered: others every minute, and as good as drawn by lot, for
        the ids of profiles are digests."""
        columns = memberships.c
        start = blake2b(f"{key}:{now // ROTATES}".encode(), digest_size=12).hexdigest()
        query = select(columns.profile_id, columns.since).where(columns.segment == key).order_by(columns.profile_id)
        with self._database.read() as connection:
            found = list(connection.execute(query.where(columns.profile_id >= start).limit(limit)))
            if len(found) < limit:
                rest = query.where(columns.profile_id < start).limit(limit - len(found))
                found += connection.execute(rest)
        return [(row.profile_id, row.since) for row in found]

    def history(self, profile_id: str, before: int | None, limit: int) -> list[tuple[int, Change]]:
        """How a person moved between segments, the latest first, each change with its number."""
        columns = tables.segment_changes.c
        query = select(tables.segment_changes).where(columns.profile_id == profile_id)
        query = query.where(columns.seq < before) if before is not None else query
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(columns.seq.desc()).limit(limit)).all()
            changes = moves.changes_in(connection, rows)
        return [(row.seq, change) for row, change in zip(rows, changes, strict=True)]

    def look(self, rule: Rule, now: Instant, *, so_far: Look = Look(), limit: int, shown: int) -> Look:
        """Go on counting for whom a rule says yes, over the next people. Nobody is moved by it."""
        segments, vocabulary = self._segments(), self._vocabulary()
        people = tables.profiles.c
        query = records.PEOPLE.where(people.id > so_far.last).order_by(people.id).limit(limit)
        with self._database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(tables.profiles)) or 0
            rows = connection.execute(query).all()
            found = [one for row in rows if (one := records.profile_of(connection, row)) is not None]
        inside = [
            one.id
            for one in (current(one, segments, vocabulary, now) for one in found)
            if _says_yes(rule, facts_of(one, vocabulary, {}, now))
        ]
        return replace(
            so_far,
            people=total,
            looked_at=so_far.looked_at + len(rows),
            matching=so_far.matching + len(inside),
            sample=(*so_far.sample, *inside)[:shown],
            last=rows[-1].id if len(rows) == limit else "",
        )


def _says_yes(rule: Rule, facts: Facts) -> bool:
    try:
        return rule.decide(facts).outcome is Outcome.YES
    except RuleError:
        return False


def _moves(connection: Connection, keys: Iterable[str], now: Instant) -> dict[str, tuple[int, int, int, int]]:
    columns = tables.segment_changes.c

    def count(change: str, since: Instant) -> ColumnElement[int]:
        return func.sum(case(((columns.change == change) & (columns.at >= since), 1), else_=0))

    counts = [count(change, now - span) for span in (HOUR, DAY) for change in ("entered", "left")]
    query = select(columns.segment, *counts).where(columns.segment.in_(keys), columns.at >= now - DAY)
    rows = connection.execute(query.group_by(columns.segment))
    return {key: (int(a), int(b), int(c), int(d)) for key, a, b, c, d in rows}
