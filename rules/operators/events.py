"""Reading the event log: how often, how much, how long ago, within a window that moves with the clock.

An occurrence counts from its own moment until the window has passed or what ends it has happened. So each
is a span of time, and everything else follows: the value at any moment, and the moments at which it changes.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from rules.clock.course import Ahead, Course, Range, Sweep, Watch
from rules.javascript import ABSENT, Value, number, to_number
from rules.nodes import FOREVER, Events
from rules.operator import Builder, Decision, Example, Expression, Operator
from rules.operators.reading import follow
from rules.operators.sets import identity
from rules.values import Facts, Instant, Outcome

MOMENTS: Final = 256
"""Changes that one predicate looks ahead: beyond them an answer is asked again."""


Span: TypeAlias = tuple[Instant, Instant, Instant, Any]
"""One occurrence: it counts from the first moment until before the second, happened at the third, and bears a value."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A compiled reading. `ages` are the ages at which a comparison may flip; None where any may."""

    node: Events
    where: Decision | None
    path: tuple[str, ...]
    ages: frozenset[float] | None

    def spans(self, facts: Facts) -> list[Span]:
        """The occurrences that count now or will, newest first."""
        node, now = self.node, facts.now
        log = facts.events.get(node.type)
        if not log:
            return []
        where, closers = self.where, self._closers(facts)
        spans = []
        for occurrence in log:
            at: Any = occurrence[0]
            properties = occurrence[1]
            end = at + node.within
            if end <= now:
                break
            start, end = self._open(at, end, closers)
            if end > now and end > start and (where is None or where(properties, facts).outcome is Outcome.YES):
                spans.append((start, end, at, self._borne(properties) if self.path else None))
        return spans

    def _open(self, at: Instant, end: Instant, closers: list[Any]) -> tuple[Instant, Instant]:
        """From when until when an occurrence counts, for what follows it."""
        place = bisect_left(closers, at)
        closer = closers[place] if place < len(closers) else FOREVER
        patience = self.node.not_followed_within
        if patience >= FOREVER:
            return at, min(end, closer)
        # What does not follow is only sure when its time is over.
        start = at + patience
        return start, end if closer >= start else start

    def value(self, spans: Iterable[Span], now: Instant) -> Value:
        """The measure at a moment; null where there is nothing to tell the age of."""
        active = [span for span in spans if span[0] <= now < span[1]]
        match self.node.measure:
            case "count":
                return len(active)
            case "sum":
                return number(_total([span[3] for span in active]))
            case "distinct":
                return len({span[3] for span in active} - {None})
            case "last_age":
                return _age(active[0][2], now) if active else None
            case _:
                return _age(active[-1][2], now) if active else None

    def moments(self, spans: Iterable[Span], now: Instant) -> Iterator[Instant]:
        """The moments after `now` at which the measure may change what is said of it."""
        for start, end, at, _ in spans:
            if start > now:
                yield start
            if end < FOREVER:
                yield end
            if self.node.measure.endswith("age"):
                for age in self.ages if self.ages is not None else (max(_age(at, now), -1) + 1,):
                    if max(start, now) < at + age < end:
                        yield at + age

    def timeline(self, spans: list[Span], now: Instant) -> Iterator[tuple[Instant, Value]]:
        """What the measure will be at each of those moments, in order."""
        moments = sorted(set(self.moments(spans, now)))
        if self.node.measure != "count":
            yield from ((moment, self.value(spans, moment)) for moment in moments[:MOMENTS])
            return
        starts, ends = sorted([span[0] for span in spans]), sorted([span[1] for span in spans])
        for moment in moments:
            yield moment, bisect_right(starts, moment) - bisect_right(ends, moment)

    def _closers(self, facts: Facts) -> list[Any]:
        """The instants at which what ends an occurrence happened, oldest first."""
        if not self.node.not_followed_by:
            return []
        return [one[0] for one in reversed(facts.events.get(self.node.not_followed_by, ()))]

    def _borne(self, properties: Value) -> Any:
        """What an occurrence adds to the measure: an amount, or what a value of its own is equal to."""
        found = follow(properties, self.path)
        if self.node.measure == "distinct":
            return identity(found) if type(found) in {int, float, str, bool} else None
        amount = to_number(found) if type(found) in {int, float, str} else 0.0
        return amount if math.isfinite(amount) else 0.0


def _total(amounts: list[float]) -> float:
    try:
        return math.fsum(amounts)
    except OverflowError:  # the exact sum needs more room than a number has: one after the other, as JavaScript does
        total = 0.0
        for amount in amounts:  # not sum(): it compensates for rounding since Python 3.12
            total += amount
        return total


def _age(at: Instant, now: Instant) -> int:
    """Whole seconds since, such that `at + age <= now < at + age + 1` holds in floating point too."""
    age = math.floor(now - at)
    if at + age + 1 <= now:
        return age + 1
    return age - 1 if at + age > now else age


def reader_of(node: Events, builder: Builder, ages: frozenset[float] | None = None) -> Reader:
    """The reading made ready."""
    where = None if node.where is None else builder.truth(node.where).decide
    path = tuple(node.field.split(".")) if node.field else ()
    return Reader(node, where, path, ages)


def flips(bounds: Iterable[Value]) -> frozenset[float]:
    """The whole ages at which a comparison with one of these bounds can change its answer."""
    numbers = [to_number(bound) for bound in bounds]
    near = {float(edge) for n in numbers if math.isfinite(n) for edge in (math.ceil(n), math.floor(n) + 1)}
    return frozenset(age for age in near if age >= 0)


def build_events(node: Events, builder: Builder) -> Expression:
    """The measure now. Ages of what never happened are absent."""
    reader = reader_of(node, builder)
    nothing: Value = ABSENT if builder.known else None

    def run(data: Value, facts: Facts) -> Value:
        value = reader.value(reader.spans(facts), facts.now)
        return nothing if value is None else value

    return run


@dataclass(frozen=True, slots=True)
class Watched:
    """A reading of one person's events, as the clock goes on."""

    reader: Reader
    spans: list[Span]

    def moments(self, now: Instant) -> Iterator[Instant]:
        """When an occurrence begins or ceases to count."""
        for start, end, *_ in self.spans:
            if start > now:
                yield start
            if end < FOREVER:
                yield end

    def tick(self, at: Instant) -> Instant:
        """When the age is a second more."""
        aged = self._aged(at)
        return FOREVER if aged is None else aged + _age(aged, at) + 1

    def course(self, start: Instant, end: Instant) -> Course:
        """Between two moments only an age moves."""
        aged = self._aged(start)
        if aged is not None:
            return Range(_age(aged, start), _age(aged, math.nextafter(end, start)), whole=True)
        value = self.reader.value(self.spans, start)
        return ABSENT if value is None else value

    def _aged(self, at: Instant) -> Instant | None:
        """The occurrence whose age is asked for."""
        measure = self.reader.node.measure
        if not measure.endswith("age"):
            return None
        active = [span for span in self.spans if span[0] <= at < span[1]]
        return active[0 if measure == "last_age" else -1][2] if active else None


def sweep_events(node: Events, builder: Builder) -> Sweep:
    """The measure over a span of time."""
    reader = reader_of(node, builder)

    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        watched = Watched(reader, reader.spans(facts))
        watches.append(watched)
        return watched.course

    return prepare


OPERATORS: Final = (
    Operator(
        "events",
        "How often, how much or how long ago an event happened: a number that changes with the clock.",
        (
            Example({"events": {"type": "Product Added", "within": "10m"}}, None, 0),
            Example({">": [{"events": {"type": "Product Added", "within": "10m"}}, 0]}, None, False),
            Example(
                {">=": [{"events": {"type": "Product Viewed", "where": {"==": [{"var": "category"}, "tea"]}}}, 3]},
                None,
                False,
            ),
            Example(
                {
                    "events": {
                        "type": "Product Added",
                        "within": "1d",
                        "not_followed_by": "Order Completed",
                        "not_followed_within": "1h",
                    }
                },
                None,
                0,
            ),
            Example({"events": {"type": "Product Viewed", "measure": "distinct", "field": "product_id"}}, None, 0),
            Example({"events": {"type": "Order Completed", "measure": "sum", "field": "total"}}, None, 0),
            Example({">": [{"events": {"type": "Order Completed", "measure": "last_age"}}, 3600]}, None, False),
        ),
        build_events,
        "facts",
        most=1,
        unknown="only an age, of what never happened",
        clock=sweep_events,
    ),
)
