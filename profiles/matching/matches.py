"""Scored matches in the database: found by runs, decided by thresholds or by somebody, and never forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import Row, delete, select, update

from profiles.errors import AlreadySettled, TooManyConcerned, UnknownMatch, WithoutConsent
from profiles.matching import pool as pools
from profiles.matching.deciding import Decided, Fate, Thresholds, decide
from profiles.matching.pool import Agrees, Pool, pool_of
from profiles.matching.rows import newest, refusals, row_of, tidy
from profiles.matching.scorer import MOST, Likeness, learn, score
from profiles.matching.tables import COLUMNS, MatchState, compared, models, pairs
from rules import Instant
from storage import Act, Database, insert, record, upsert_rows

MATCHER: Final = "matching"
"""Who merges what is merged by itself."""

MOST_WORDS: Final = 500
"""Letters of a reason."""


class Join(Protocol):
    """Makes two people one, in a way that can be undone."""

    def __call__(self, profile_id: str, other: str, *, author: str, reason: str, now: Instant) -> object:
        """Make `other` part of this person."""
        ...


@dataclass(frozen=True, slots=True)
class Match:
    """Two people who may be one."""

    id: int
    people: tuple[str, ...]
    """Their profiles: two, or one if they are one by now."""
    probability: float
    because: tuple[Likeness, ...]
    note: str
    state: MatchState
    found_at: Instant
    decided_at: Instant | None
    decided_by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did."""

    people: int
    fresh: int
    merged: int
    waiting: int


class Matches:
    """Learns, scores and keeps the queue. `join` merges; only who `agrees` takes part."""

    def __init__(self, database: Database, join: Join, thresholds: Thresholds, agrees: Agrees) -> None:
        self._database = database
        self._join = join
        self._thresholds = thresholds
        self._agrees = agrees

    def train(self, now: Instant) -> int:
        """Learn a model of everybody who agreed; of how many people. Raises `CannotLearn`, `NoScorer`."""
        with self._database.read() as connection:
            people = list(pool_of(connection, self._agrees).people.values())
        # Ids of profiles are digests: the first of them are as good as any.
        document = orjson.dumps(learn(people[:MOST]))
        with self._database.write() as connection:
            connection.execute(models.insert().values(at=now, people=len(people), document=document))
            connection.execute(delete(compared))  # who was compared by an older model is compared again
        return len(people)

    def score(self, *, everybody: bool = True) -> list[Decided]:
        """What a run would do. Raises `NoModel`, `NoScorer`."""
        return self._judged(everybody=everybody)[0]

    def run(self, now: Instant, *, everybody: bool = False) -> Ran:
        """Compare who is new or has changed with everybody, merge what is likely enough, show what is likely.

        Whatever stops it, it may be run again: each pair is decided once. Raises `NoModel`, `NoScorer`.
        """
        self._finish(now)
        decided, pool, fresh, model = self._judged(everybody=everybody)
        counts = dict.fromkeys(Fate, 0)
        for one in decided:
            counts[one.fate] += self._keep(one, pool, model, now)
        with self._database.write() as connection:
            upsert_rows(connection, compared, ("profile_id", "digest"), [*fresh.items()])
            tidy(connection, pool, now)
        self._finish(now)
        return Ran(len(pool.people), len(fresh), counts[Fate.MERGE], counts[Fate.REVIEW])

    def find(self, state: str, *, before: int | None = None, limit: int = 100) -> tuple[list[Match], int | None]:
        """Pairs in this state, the newest first, those with a number below `before`; and where to go on.

        Nobody is in it who does not agree any more, and nobody waits who is one person by now.
        """
        query = select(pairs).where(COLUMNS.state == state).order_by(COLUMNS.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(COLUMNS.id < before)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            people = pools.those(connection, [name for row in rows for name in (row.left, row.right)])
        found = [_match(row, people) for row in rows[:limit] if self._may(row, people)]
        more = rows[limit - 1].id if len(rows) > limit else None
        return [one for one in found if one.state is not MatchState.WAITING or len(one.people) == 2], more

    def get(self, number: int) -> Match:
        """One of them. Raises `UnknownMatch`."""
        with self._database.read() as connection:
            row = row_of(connection, number)
            people = pools.those(connection, [row.left, row.right])
        if not self._may(row, people):
            raise UnknownMatch(number)
        return _match(row, people)

    def accept(self, number: int, *, author: str, reason: str, now: Instant) -> Match:
        """They are one person: merge them. Raises `UnknownMatch`, `AlreadySettled`, `WithoutConsent`."""
        self._settle(number, MatchState.ACCEPTED, author, reason, now)
        self._finish(now, number)
        return self.get(number)

    def refuse(self, number: int, *, author: str, reason: str, now: Instant) -> Match:
        """They are two people, and stay two. Raises `UnknownMatch`, `AlreadySettled`, `WithoutConsent`."""
        self._settle(number, MatchState.REFUSED, author, reason, now)
        return self.get(number)

    def _settle(self, number: int, state: MatchState, author: str, reason: str, now: Instant) -> None:
        with self._database.write() as connection:
            row = row_of(connection, number, hold=True)
            people = pools.those(connection, [row.left, row.right])
            if not self._may(row, people):
                raise WithoutConsent
            may_change = {MatchState.WAITING, MatchState.REFUSED} - {state}
            if row.state not in may_change or len({one.id for one in people.values()}) < 2:
                raise AlreadySettled(number, row.state)
            settled = {"state": state, "decided_at": now, "decided_by": author, "reason": reason}
            connection.execute(update(pairs).where(COLUMNS.id == number).values(settled))
            record(connection, Act(author, f"match.{ACTS[state]}", f"matches/{number}", now))

    def _judged(self, *, everybody: bool) -> tuple[list[Decided], Pool, dict[str, str], int]:
        with self._database.read() as connection:
            number, model = newest(connection)
            pool = pool_of(connection, self._agrees)
            known = {} if everybody else {row.profile_id: row.digest for row in connection.execute(select(compared))}
            said = refusals(connection)
        digests = pool.digests
        fresh = {one: digest for one, digest in digests.items() if known.get(one) != digest}
        if len(pool.people) < 2 or not fresh:
            return [], pool, fresh, number
        news = None if len(fresh) == len(digests) else fresh.keys()
        scored = score(list(pool.people.values()), model, news, self._thresholds.review)

        def are_refused(some: Iterable[str], others: Iterable[str]) -> bool:
            left, right = ({name for one in each for name in pool.marks[one]} for each in (some, others))
            return any(said.get(name, frozenset()) & right for name in left)

        return decide(scored, pool.people, self._thresholds, are_refused), pool, fresh, number

    def _keep(self, one: Decided, pool: Pool, model: int, now: Instant) -> int:
        """Write a pair down, unless somebody decided about it; 1 where it is new or stands otherwise than before."""
        left, right = sorted(pool.marks[person][0] for person in (one.pair.left, one.pair.right))
        merges = one.fate is Fate.MERGE
        found = {
            "note": one.note,
            "probability": one.pair.probability,
            "because": orjson.dumps([asdict(like) for like in one.pair.because]),
            "model": model,
            "found_at": now,
            "state": MatchState.MERGED if merges else MatchState.WAITING,
            "decided_at": now if merges else None,
            "decided_by": MATCHER if merges else None,
            "reason": "",
        }
        with self._database.write() as connection:
            fresh = insert(connection, pairs).values({"left": left, "right": right, **found})
            if connection.execute(fresh.on_conflict_do_nothing().returning(COLUMNS.id)).first() is not None:
                return 1
            same = (COLUMNS.left == left, COLUMNS.right == right, COLUMNS.state == MatchState.WAITING)
            return connection.execute(update(pairs).where(*same).values(found)).rowcount if merges else 0

    def _finish(self, now: Instant, number: int | None = None) -> None:
        """Merge those of whom it is decided and who are two still."""
        decided = COLUMNS.state.in_([MatchState.MERGED, MatchState.ACCEPTED])
        open_ = select(pairs).where(decided, COLUMNS.joined_at.is_(None)).order_by(COLUMNS.id)
        with self._database.read() as connection:
            rows = connection.execute(open_ if number is None else open_.where(COLUMNS.id == number)).all()
        for row in rows:
            try:
                self._merge(row, now)
            except TooManyConcerned:
                if number is not None:
                    raise
                # One pair that cannot be merged now is no reason to leave the others; the next run tries it again.

    def _merge(self, row: Row[Any], now: Instant) -> None:
        with self._database.read() as connection:
            people = pools.those(connection, [row.left, row.right])
        left, right = people.get(row.left), people.get(row.right)
        if left is None or right is None:
            return
        if left.id != right.id:
            reason = f"scored match {row.id}, probability {row.probability:.4f}"
            self._join(left.id, right.id, author=row.decided_by, reason=reason, now=now)
        with self._database.write() as connection:
            connection.execute(update(pairs).where(COLUMNS.id == row.id).values(joined_at=now))

    def _may(self, row: Row[Any], people: Mapping[str, Any]) -> bool:
        both = [people.get(row.left), people.get(row.right)]
        return all(one is not None and self._agrees(one) for one in both)


ACTS: Final[Mapping[MatchState, str]] = {MatchState.ACCEPTED: "accept", MatchState.REFUSED: "refuse"}


def _match(row: Row[Any], people: Mapping[str, Any]) -> Match:
    return Match(
        id=row.id,
        people=tuple(dict.fromkeys(people[name].id for name in (row.left, row.right))),
        probability=row.probability,
        because=tuple(Likeness(**one) for one in orjson.loads(row.because)),
        note=row.note,
        state=MatchState(row.state),
        found_at=row.found_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )
