"""What fired, and what became of it: to be looked at, counted, and forgotten in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, func, or_, select

from profiles.triggers.states import FiringState
from profiles.triggers.tables import firings, last_told
from rules import Instant
from storage import Database

AT_ONCE: Final = 2_000
YEAR: Final = 366 * 86_400.0

F = firings.c


@dataclass(frozen=True, slots=True)
class Fired:
    """One change that set a trigger off, and what became of it."""

    seq: int
    id: str
    trigger: str
    profile_id: str
    cause: Mapping[str, Any]
    depth: int
    at: Instant
    due_at: Instant
    state: FiringState
    reason: str
    decided_at: Instant | None
    acts: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a trigger came to which state, and when it fired last."""

    states: Mapping[FiringState, int] = field(default_factory=dict)
    last_fired_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class FiringRecord:
    """What is kept of firings."""

    database: Database

    def find(
        self, *, trigger: str = "", person: str = "", state: FiringState | None = None, before: int | None = None,
        limit: int = 100,
    ) -> list[Fired]:  # fmt: skip
        """Firings, the newest first; those with a number lower than `before`."""
        wanted = select(*(F[name] for name in Fired.__slots__)).order_by(F.seq.desc()).limit(limit)
        asked = ((F.trigger, trigger), (F.profile_id, person), (F.state, state))
        wanted = wanted.where(*(column == value for column, value in asked if value))
        if before is not None:
            wanted = wanted.where(F.seq < before)
        with self.database.read() as connection:
            rows = connection.execute(wanted).mappings()
            return [Fired(**{**row, "state": FiringState(row["state"])}) for row in rows]

    def tallies(self) -> dict[str, Tally]:
        """By trigger, of what is kept."""
        counted = select(F.trigger, F.state, func.count().label("many"), func.max(F.decided_at).label("last"))
        with self.database.read() as connection:
            rows = connection.execute(counted.group_by(F.trigger, F.state)).all()
        states: dict[str, dict[FiringState, int]] = {}
        last: dict[str, Instant] = {}
        for row in rows:
            states.setdefault(row.trigger, {})[FiringState(row.state)] = row.many
            if row.state == FiringState.FIRED:
                last[row.trigger] = row.last
        return {key: Tally(found, last.get(key)) for key, found in states.items()}

    def trim(self, before: Instant, now: Instant) -> int:
        """Forget what was decided and done before this moment; how much that was."""
        over = and_(F.state != FiringState.QUEUED, F.acts != "due", or_(F.decided_at < before, F.decided_at.is_(None)))
        gone = 0
        while True:
            with self.database.write() as connection:
                seqs = connection.scalars(select(F.seq).where(over).order_by(F.seq).limit(AT_ONCE)).all()
                connection.execute(delete(firings).where(F.seq.in_(seqs)))
                connection.execute(delete(last_told).where(last_told.c.at < now - YEAR))
            gone += len(seqs)
            if len(seqs) < AT_ONCE:
                return gone


def forget_firings(connection: Connection, person: str) -> int:
    """Forget all that was set off by one person; how much that was."""
    gone = connection.execute(delete(firings).where(F.profile_id == person)).rowcount
    connection.execute(delete(last_told).where(last_told.c.profile_id == person))
    return gone
