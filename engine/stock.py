"""A stock of very many candidates: columns of what gates and orders them, and an index of their targets.

The versions of one plan share a stock. Each knows which rows are its own and looks at no other; what is changed takes
new rows. So a change adds little, and whoever still reads an older version is not disturbed. Rows are used again when
no version is left that knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, Final, NamedTuple, TypeAlias
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from engine.candidates import Candidate, Target
from recommender import expected_value
from rules import Clausebook, Facts, Instant, RuleIndex

SPARE: Final = 8
"""Of so many rows one more is made room for, whenever room is made."""

BATCH: Final = 4_096
"""Rows that are written at once."""

OPEN: Final = -1
"""In the place of a target: for everybody."""

Flags: TypeAlias = NDArray[np.bool_]


class Columns(NamedTuple):
    """What is known of each row. Numbers are negated where the larger comes first."""

    tier: NDArray[np.int32]
    narrow: NDArray[np.int32]
    score: NDArray[np.float64]
    """For somebody of whose interests nothing is known."""
    worth: NDArray[np.float64]
    topics: NDArray[np.int32]
    dice: NDArray[np.uint64]
    target: NDArray[np.int32]
    """The place of its target in the index, `OPEN` where it has none."""


TYPES: Final[tuple[type, ...]] = (np.int32, np.int32, np.float64, np.float64, np.int32, np.uint64, np.int32)


class Stocked(NamedTuple):
    """Which rows' targets let somebody through and which rules failed, by row; and until when that holds."""

    through: Flags
    failed: Flags | None
    until: Instant | None


class Reader:
    """A version of a plan as its stock sees it: `turn` is the last change that it knows."""

    __slots__ = ("__weakref__", "turn")

    def __init__(self, turn: int) -> None:
        self.turn = turn


class Stock:
    """Candidates by row. One thread at a time writes; any number read."""

    def __init__(self, candidates: Sequence[Candidate], clausebook: Clausebook | None = None) -> None:
        self.members: list[Candidate | None] = []
        self.topics: list[tuple[str, ...]] = []
        self.turn = 0
        self.lock = Lock()
        self._kinds: dict[tuple[str, ...], int] = {}
        self._readers: WeakSet[Reader] = WeakSet()
        self._gone: list[tuple[int, list[int]]] = []
        self._free: list[int] = []
        targets = dict.fromkeys(c.target for c in candidates if c.target)
        self.index: RuleIndex[Target] = RuleIndex(
            ((target, target.document) for target in targets),
            lenient=[target for target in targets if target.unknown_passes],
            clausebook=clausebook,
        )
        self._uses: dict[Target, int] = dict.fromkeys(targets, 0)
        self.columns = Columns._make(np.zeros(len(candidates), dtype=kind) for kind in TYPES)
        self._put(candidates)

    def reader(self, turn: int) -> Reader:
        """A reader that knows all changes up to this one; as long as it lives none of its rows is used again."""
        made = Reader(turn)
        self._readers.add(made)
        return made

    def add(self, candidates: Sequence[Candidate], gone: Iterable[int]) -> tuple[list[int], Reader]:
        """The rows of these candidates, which from now on are there, and the reader of the version that has them, and
        has those no more that are gone. For the newest version alone, and under the `lock`."""
        self._reclaim()
        for target in dict.fromkeys(c.target for c in candidates if c.target and c.target not in self._uses):
            self.index.add(target, target.document, lenient=target.unknown_passes)
            self._uses[target] = 0
        rows = self._put(candidates)
        self.turn += 1
        self._gone.append((self.turn, list(gone)))
        return rows, self.reader(self.turn)

    def sift(self, facts: Facts, rows: int) -> Stocked:
        """Whom the targets of the first so many rows let through."""
        found = self.index.eligible(facts)
        # The last place is that of `OPEN`.
        of_target = self.columns.target[:rows]
        size = len(found.names) + 1
        through = _flags(found.numbers, size)
        through[OPEN] = True
        failed = _taken(_flags(found.failed, size), of_target) if found.failed else None
        return Stocked(_taken(through, of_target), failed, found.valid_until)

    def __len__(self) -> int:
        return len(self.members)

    def _put(self, candidates: Sequence[Candidate]) -> list[int]:
        rows = [self._free.pop() for _ in range(min(len(candidates), len(self._free)))]
        start = len(self.members)
        rows += range(start, start + len(candidates) - len(rows))
        self.members += [None] * (max(rows, default=-1) + 1 - start)
        self._make_room(len(self.members))
        for some in range(0, len(rows), BATCH):
            self._write(rows[some : some + BATCH], candidates[some : some + BATCH])
        return rows

    def _write(self, rows: Sequence[int], candidates: Sequence[Candidate]) -> None:
        values = zip(*map(self._row, candidates), strict=True)
        for column, kind, given in zip(self.columns, TYPES, values, strict=True):
            column[rows] = np.array(given, dtype=kind)  # type: ignore[index]
        for row, candidate in zip(rows, candidates, strict=True):
            self.members[row] = candidate

    def _row(self, candidate: Candidate) -> tuple[Any, ...]:
        topics = candidate.topics
        kind = self._kinds.get(topics)
        if kind is None:
            kind = self._kinds[topics] = len(self.topics)
            self.topics.append(topics)
        target = candidate.target
        place = OPEN
        if target is not None:
            self._uses[target] += 1
            place = self.index.number(target)
        score = -expected_value(1.0, topics, {}) * candidate.worth
        return -candidate.tier, -candidate.specificity, score, candidate.worth, kind, candidate.dice, place

    def _make_room(self, rows: int) -> None:
        if rows > len(self.columns.tier):
            spare = np.zeros(rows // SPARE + 1 + rows - len(self.columns.tier), dtype=np.int8)
            self.columns = Columns._make(np.concatenate((c, spare.astype(c.dtype))) for c in self.columns)

    def _reclaim(self) -> None:
        """Make those rows free that no version knows any more."""
        oldest = min((reader.turn for reader in self._readers), default=self.turn)
        while self._gone and self._gone[0][0] <= oldest:
            for row in self._gone.pop(0)[1]:
                self._release(self.members[row])
                self.members[row] = None
                self._free.append(row)

    def _release(self, candidate: Candidate | None) -> None:
        target = candidate.target if candidate else None
        if target is not None:
            self._uses[target] -= 1
            if not self._uses[target]:
                del self._uses[target]
                self.index.remove(target)


def _flags(numbers: BitMap, size: int) -> Flags:
    flags = np.zeros(size, dtype=np.bool_)
    if numbers:
        flags[np.frombuffer(numbers.to_array(), dtype=np.uint32)] = True
    return flags


def _taken(flags: Flags, places: NDArray[np.int32]) -> Flags:
    # Rows of other versions may be written meanwhile, with places beyond these: whatever is read there, nobody minds.
    return np.take(flags, places, mode="wrap")
