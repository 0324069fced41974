"""What could have happened otherwise: more or fewer occurrences, as a reading of the event log counts them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rules.compiler import KNOWN
from rules.explaining.anatomy import Predicate, constants
from rules.explaining.changes import MOST, SetLog, span_of, with_value
from rules.explaining.other_lists import Satisfy
from rules.nodes import FOREVER, Events
from rules.operators.events import reader_of
from rules.values import Facts, Json

MOST_ADDED: Final = 1_000
"""More occurrences than that are no small change."""


def log_options(type_: str, asking: Sequence[Predicate], facts: Facts, satisfy: Satisfy) -> list[SetLog]:
    """Other logs of one event type: what is added happens now, what is left out is the newest that counts."""
    made: list[SetLog] = []
    for one in asking:
        bounds = [float(value) for value in constants(one.node) if type(value) in {int, float}]  # type: ignore[arg-type]
        for reading in one.readings:
            if reading.type == type_:
                made += _counted(reading, bounds, facts, satisfy)
            elif reading.not_followed_by == type_:
                made += _closing(type_, facts)
    unlike = {repr(one): one for one in made}.values()
    return sorted(unlike, key=lambda one: one.more or len(one.fewer))[:MOST]


def _closing(type_: str, facts: Facts) -> Iterator[SetLog]:
    """What ends the occurrences of another type: one of it now, or none at all."""
    yield SetLog(type_, more=1)
    log = facts.events.get(type_, ())
    if log:
        yield SetLog(type_, fewer=tuple(range(len(log))))


def _counted(reading: Events, bounds: list[float], facts: Facts, satisfy: Satisfy) -> Iterator[SetLog]:
    reader = reader_of(reading, KNOWN)
    spans = [span for span in reader.spans(facts) if span[0] <= facts.now < span[1]]
    value: Any = reader.value(spans, facts.now)
    there = _places(reading, [span[2] for span in spans], facts)
    ages = [facts.now - span[2] for span in spans]
    properties: dict[str, Json] | None = {} if reading.where is None else satisfy(reading.where)
    within = span_of(reading)
    if properties is not None and reading.measure.endswith("age"):
        for ago in _agos(bounds):
            fewer = tuple(there[: sum(age < ago for age in ages)]) if reading.measure == "last_age" else ()
            yield SetLog(reading.type, 1, ago, properties, fewer, within)
    elif properties is not None:
        # What nothing may follow for a time counts when that time is over.
        waits = reading.not_followed_within < FOREVER
        ago, before = (reading.not_followed_within, reading.not_followed_by) if waits else (0.0, "")
        unlike = reading.field if reading.measure == "distinct" else ""
        for count, given in _more(reading, value, bounds or [0.0], properties):
            yield SetLog(reading.type, count, ago, given, (), within, unlike, before)
    for some in _fewer(reading, bounds, ages, [span[3] for span in spans]):
        if 0 < len(some) <= len(there):
            yield SetLog(reading.type, fewer=tuple(there[at] for at in some), within=within)


def _agos(bounds: list[float]) -> list[float]:
    """How long ago one more might have happened: now, and on either side of what ages are compared with."""
    near = (math.floor(bound) + step for bound in bounds for step in (0, 1, -1))
    return [0.0, *dict.fromkeys(float(ago) for ago in near if ago > 0)]


def _more(
    reading: Events, value: Any, bounds: list[float], properties: dict[str, Json]
) -> Iterator[tuple[int, dict[str, Json]]]:
    """How many more, and with what, an amount to be added up among it."""
    if reading.measure == "sum":
        yield 1, properties
        for bound in bounds:
            for amount in (bound - value, bound - value + 1):
                if amount > 0:
                    yield 1, dict(with_value(properties, tuple(reading.field.split(".")), _as_json(amount)))
    else:
        needed = (edge - value for bound in bounds for edge in (math.ceil(bound), math.floor(bound) + 1))
        yield from ((count, properties) for count in needed if 0 < count <= MOST_ADDED)


def _as_json(amount: float) -> int | float:
    """A number as JSON writes it, without the dust of binary fractions."""
    return int(amount) if amount == int(amount) else round(amount, 6)


def _fewer(reading: Events, bounds: list[float], ages: list[float], borne: list[Any]) -> Iterator[range]:
    """Which of the occurrences that count, newest first, to leave out; `borne` is what each adds to the measure."""
    count = len(ages)
    if reading.measure == "count":
        for bound in bounds:
            yield range(count - math.ceil(bound) + 1)
            yield range(count - math.floor(bound))
    elif reading.measure == "distinct":
        left = _different(borne)
        for bound in bounds:
            yield from (range(sum(some > most for some in left)) for most in (math.ceil(bound) - 1, math.floor(bound)))
    elif reading.measure == "last_age":
        for bound in bounds:
            yield range(sum(age < bound + 1 for age in ages))
    elif reading.measure == "first_age":
        for bound in bounds:
            yield range(sum(age < bound for age in ages), count)
    yield range(count)


def _different(borne: list[Any]) -> list[int]:
    """How many different values are left when none, one, two… of the first are left out."""
    seen: set[Any] = {None}
    left = [0]
    for value in reversed(borne):
        seen.add(value)
        left.append(len(seen) - 1)
    return left[::-1]


def _places(reading: Events, starts: list[float], facts: Facts) -> list[int]:
    """Where in the log the occurrences that count stand."""
    moments = set(starts)
    where = None if reading.where is None else KNOWN.truth(reading.where).decide
    return [
        at
        for at, one in enumerate(facts.events.get(reading.type, ()))
        if one[0] in moments and (where is None or where(one[1], facts).outcome.value == "yes")
    ]
