"""What a predicate asks, as a value: enough to lay many predicates over one fact into one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rules.values import EventLog, Instant


@dataclass(slots=True)
class Fact:
    """A question about the fact at a path, whose answer changes only at certain values of it.

    Between two neighbouring `texts` (in order of code points) all texts give the same answer, and likewise all
    numbers between two neighbouring `numbers`; None where that is not so.
    """

    path: tuple[str, ...]
    texts: tuple[str, ...] | None = None
    numbers: tuple[float, ...] | None = None
    truths: bool = False
    coerced: bool | None = None
    """Whether values of other types are read as JavaScript's comparisons read them (lists and objects as their text,
    all else as a number), or else are all the same as not a number; None where that is not so."""


@dataclass(frozen=True, slots=True)
class Count:
    """Whether there were at least so many events of a type within a window of seconds, or not so many."""

    type: str
    within: float
    needed: int

    def until(self, events: EventLog) -> Instant:
        """When there are no longer so many, if there are now."""
        return events[self.type][self.needed - 1][0] + self.within  # type: ignore[operator]  # an instant, by the contract of EventLog


@dataclass(slots=True)
class Element:
    """Whether the list at a path has this text as an element. Of what is no list, nothing is said here."""

    path: tuple[str, ...]
    text: str


@dataclass(slots=True)
class Membership:
    """Whether the person is in the segment of this key."""

    segment: str


Question: TypeAlias = Fact | Count | Element | Membership
