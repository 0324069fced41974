"""Entries: candidates in one plan, and in which order they stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TypeAlias

import orjson

from engine.candidates import Candidate
from engine.reasons import Ranked, told_of
from recommender import expected_value


@dataclass(frozen=True, slots=True)
class Entry:
    """A candidate in one plan: its bit in the plan's masks, and what orders it, ready to compare."""

    number: int
    candidate: Candidate
    tier: int
    worth: float
    topics: tuple[str, ...]
    specificity: int
    dice: int
    reason: str
    """Why it stands where it was placed, up to its expected value."""
    outranked: bytes
    """What is told of it where it came too late, as JSON up to its score."""

    @property
    def bit(self) -> int:
        """Its bit. Of very many, the bits of all are too large to be kept."""
        return 1 << self.number


def entry_of(candidate: Candidate, number: int) -> Entry:
    """The candidate as a plan's entry with this number."""
    targeted = f"targeted by {candidate.target.name}" if candidate.target else "for everybody"
    return Entry(
        number=number,
        candidate=candidate,
        tier=candidate.tier,
        worth=candidate.worth,
        topics=candidate.topics,
        specificity=candidate.specificity,
        dice=candidate.dice,
        reason=f"{targeted}; tier {candidate.tier}, expected value ",
        outranked=orjson.dumps({"module": candidate.key, "tier": candidate.tier})[:-1] + b',"score":',
    )


Row: TypeAlias = tuple[int, int, tuple[str, ...], float, int, int, Entry, float]
"""An entry's bit, negated tier, topics, worth, negated specificity, dice, itself, and its negated score for somebody
of whose interests nothing is known: read for every candidate of every page, and unpacking a tuple is quicker than
reading attributes."""


def row_of(entry: Entry, chance: float) -> Row:
    """The entry ready to be ranked; `chance` is that of an action of somebody of whose interests nothing is known."""
    score = -chance * entry.worth
    return entry.bit, -entry.tier, entry.topics, entry.worth, -entry.specificity, entry.dice, entry, score


class Chances(dict[tuple[str, ...], float]):
    """Topics -> chance of an action for one person, worked out once."""

    def __init__(self, interest: Mapping[str, float]) -> None:
        self.interest = interest

    def __missing__(self, topics: tuple[str, ...]) -> float:
        chance = self[topics] = expected_value(1.0, topics, self.interest)
        return chance


class Standing:
    """Some modules of a place, and their order for everybody of whose interests nothing is known."""

    __slots__ = ("_order", "_told", "rows")

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self._order: tuple[tuple[Ranked, ...], tuple[slice, ...]] | None = None
        self._told: dict[int, bytes] = {}

    @property
    def order(self) -> tuple[tuple[Ranked, ...], tuple[slice, ...]]:
        """They in order, and the runs in it that only the draw can settle. Put in order at the first look."""
        if self._order is None:
            self._order = _ordered(self.rows)
        return self._order

    def told(self, last: int) -> bytes:
        """What is told of the last so many of them, as the items of a JSON list. Where no draw is needed, every
        answer says the same."""
        found = self._told.get(last)
        if found is None:
            found = self._told[last] = told_of(self.order[0][-last:])
        return found


def _ordered(rows: tuple[Row, ...]) -> tuple[tuple[Ranked, ...], tuple[slice, ...]]:
    ranked = tuple(sorted(((tier, score, narrow, 0, e) for _, tier, _, _, narrow, _, e, score in rows), key=_head))
    sizes = [len(tuple(run)) for _, run in groupby(ranked, key=_head)]
    ties = tuple(slice(end - size, end) for size, end in zip(sizes, accumulate(sizes), strict=True) if size > 1)
    return ranked, ties


def _head(one: Ranked) -> tuple[int, float, int]:
    return one[:3]
