"""What a predicate asks, as a value: enough to lay many predicates over one fact into one table."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Count:
    """Whether there were at least so many events of a type within a window of seconds, or not so many."""

    type: str
    within: float
    needed: int

    def until(self, events: EventLog) -> Instant:
        """When there are no longer so many, if there are now."""
        return events[self.type][self.needed - 1][0] + self.within  # type: ignore[operator]  # an instant, by the contract of EventLog
