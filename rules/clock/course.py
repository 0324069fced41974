"""What a value may be over a span of time: one value throughout, numbers within a range, or anything.

To look ahead, a rule is worked out for a whole span at once, with ranges for what moves (interval arithmetic, Moore
1966): what holds for the range holds at every moment of the span.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any, Final, Protocol, TypeAlias

from rules.javascript import ABSENT, Value, is_number, primitive, to_number, truthy
from rules.values import Facts, Instant

MOVING: Final = 4
"""Arguments that may move at once."""

MOST: Final = 64
"""Values of a range, or combinations of them, that are tried one by one."""


class Unsure(Enum):
    """A value that may be anything."""

    ANYTHING = "anything"


ANYTHING: Final = Unsure.ANYTHING


@dataclass(frozen=True, slots=True)
class Range:
    """A number from `low` to `high`, both included; whole numbers only where `whole`."""

    low: float
    high: float
    whole: bool = False


Course: TypeAlias = Any
"""A value that stays, a `Range`, or `ANYTHING`."""

Ahead: TypeAlias = Callable[[Instant, Instant], Course]
"""What a value may be from an instant until before another. In between no `Watch` has a moment of its own."""


class Watch(Protocol):
    """What changes at moments of its own, not with the whole seconds of the clock."""

    def moments(self, now: Instant) -> Iterator[Instant]:
        """The moments after `now` at which it changes for good."""
        ...

    def tick(self, at: Instant) -> Instant:
        """The first moment after `at` at which its seconds turn; infinite where they do not."""
        ...


Sweep: TypeAlias = Callable[[Value, Facts, list[Watch]], Ahead]
"""A compiled look ahead: (what `var` reads, the facts, where watches are left) -> what the value may be."""

Function: TypeAlias = Callable[..., Value]


def truth(course: Course) -> Course:
    """Whether it is true throughout, false throughout, absent, or `ANYTHING`."""
    if course is ANYTHING or course is ABSENT:
        return course
    if type(course) is not Range:
        return truthy(course)
    return True if course.low > 0 or course.high < 0 else ANYTHING


def corners(function: Function, *courses: Course) -> Course:
    """Of a function that rises or falls steadily with each of its arguments: from its least to its greatest value."""
    if sum(type(course) is Range for course in courses) > MOVING:
        return ANYTHING
    found = [function(*values) for values in product(*map(_ends, courses))]
    if not all(is_number(value) and math.isfinite(value) for value in found):
        return ANYTHING
    whole = all(type(value) is int for value in found) and all(
        course.whole if type(course) is Range else type(course) is int for course in courses
    )
    return Range(min(found), max(found), whole)


def order(function: Function, *courses: Course) -> Course:
    """Of a question of order between two: its answer where the ends of the ranges agree on it."""
    first, *others = [function(*values) for values in product(*map(_ends, courses))]
    return first if all(other is first for other in others) else ANYTHING


def apart(one: Course, other: Course) -> bool:
    """Whether the two are surely different numbers."""
    (low, high), (least, most) = _bounds(one), _bounds(other)
    return not (low <= most and least <= high)


def tried(function: Function, *courses: Course) -> Course:
    """Of any function: its value for each combination of whole numbers, where they are few."""
    sizes = [course.high - course.low + 1 if type(course) is Range and course.whole else 1 for course in courses]
    if math.prod(sizes) > MOST or any(type(course) is Range and not course.whole for course in courses):
        return ANYTHING
    found = [function(*values) for values in product(*map(_all, courses))]
    first = found[0]
    if all(type(value) is type(first) and value == first for value in found):
        return first if type(first) is not list and type(first) is not dict else ANYTHING
    if all(is_number(value) and math.isfinite(value) for value in found):
        return Range(min(found), max(found), all(type(value) is int for value in found))
    return ANYTHING


def _ends(course: Course) -> tuple[Value, ...]:
    return (course.low, course.high) if type(course) is Range else (course,)


def _all(course: Course) -> Iterator[Value]:
    return iter(range(int(course.low), int(course.high) + 1) if type(course) is Range else (course,))


def _bounds(course: Course) -> tuple[float, float]:
    if type(course) is Range:
        return course.low, course.high
    value = to_number(primitive(course))
    return value, value
