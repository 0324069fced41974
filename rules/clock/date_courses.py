"""What the operators of date and time may give over a span: how far a date moves while the clock does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from rules.clock.course import ANYTHING, Course, Range
from rules.javascript import ABSENT
from rules.operators.calendar import MONTHS, PARTS, SECONDS, UNITS, daypart, instant_of, moved, whole_units
from rules.operators.zones import EARLIEST, LATEST, UNIVERSAL, WIDEST, change, instant, shift, wall, walls, zone_of
from rules.values import Instant

CYCLES: Final[Mapping[str, tuple[int, int, int]]] = {
    "month": (1, 1, 12),
    "day": (2, 1, 31),
    "hour": (3, 0, 23),
    "minute": (4, 0, 59),
    "second": (5, 0, 59),
}
"""Part -> how many larger parts there are, its least and its greatest value."""

EVENING: Final = 22
MORNING: Final = 5
"""Between these hours is night, with midnight in the middle."""


def before_over(one: Course, other: Course) -> Course:
    """A question of order: sure where the ends of the ranges agree."""
    a, b = _bounds(one), _bounds(other)
    if a is None or b is None:
        return ABSENT if _is_lost(one, other) else ANYTHING
    if a[1] < b[0]:
        return True
    return ANYTHING if a[0] < b[1] else False


def between_over(at: Course, start: Course, end: Course) -> Course:
    """Two questions of order."""
    if _is_lost(at, start, end):
        return ABSENT
    begun, over = before_over(at, start), before_over(at, end)
    if begun is True or over is False:
        return False
    return True if begun is False and over is True else ANYTHING


def diff_over(start: Course, end: Course, unit: Course, name: Course = UNIVERSAL) -> Course:
    """It rises with the end and falls with the start."""
    zone = zone_of(name)
    if zone is None or unit not in UNITS:
        return ABSENT
    one, other = _bounds(start, zone), _bounds(end, zone)
    if one is None or other is None:
        return ABSENT if _is_lost(start, end) else ANYTHING
    if unit in SECONDS:
        size = SECONDS[unit]
        return Range(math.trunc((other[0] - one[1]) / size), math.trunc((other[1] - one[0]) / size), whole=True)
    (first, last), (least, most) = walls(*one, zone), walls(*other, zone)
    return Range(whole_units(last, least, unit), whole_units(first, most, unit), whole=True)


def add_over(at: Course, amount: Course, unit: Course, name: Course = UNIVERSAL) -> Course:
    """Elapsed time is added evenly; of the calendar, the dates between which all results lie."""
    zone = zone_of(name)
    if zone is None or unit not in UNITS or type(amount) not in {int, float} or not math.isfinite(amount):
        return ANYTHING if type(amount) is Range else ABSENT
    bounds = _bounds(at, zone)
    if bounds is None:
        return ABSENT if _is_lost(at) else ANYTHING
    if unit in SECONDS or not amount:
        low, high = (bound + amount * SECONDS.get(unit, 0) for bound in bounds)
        sure = low >= EARLIEST and high <= LATEST
        return Range(low, high, at.whole and type(amount) is int) if sure else ANYTHING
    shown = walls(*bounds, zone)
    first, last = moved(shown[0], amount, unit), moved(shown[1], amount, unit)
    if first is None or last is None:
        return ANYTHING
    # In the last days of a month several days become one.
    if unit in MONTHS and shown[0].day > 27:
        first = datetime.combine(first, time.min)
    if unit in MONTHS and shown[1].day > 28:
        last = datetime.combine(last, time.max)
    return _instants(first, last, zone)


def part_over(at: Course, part: Course, name: Course) -> Course:
    """It rises until the next larger part turns; then all of its values come."""
    zone = zone_of(name)
    if zone is None or type(part) is not str or part not in PARTS:
        return ABSENT
    bounds = _bounds(at, zone)
    if bounds is None:
        return ABSENT if _is_lost(at) else ANYTHING
    first, last = walls(*bounds, zone)
    if part == "daypart":
        return _daypart(first, last)
    if part == "weekday":
        same = first.isocalendar()[:2] == last.isocalendar()[:2]
        low, high = (first.isoweekday(), last.isoweekday()) if same else (1, 7)
    elif part == "year":
        low, high = first.year, last.year
    else:
        above, low, high = CYCLES[part]
        if first.timetuple()[:above] == last.timetuple()[:above]:
            low, high = PARTS[part](first), PARTS[part](last)
    return Range(low, high, whole=True)


def _daypart(first: datetime, last: datetime) -> Course:
    name = daypart(first.hour)
    if daypart(last.hour) != name:
        return ANYTHING
    days = (last.date() - first.date()).days
    if name == "night":
        # One night goes over midnight.
        days -= first.hour >= EVENING and last.hour < MORNING
        if not days and first.hour < MORNING and last.hour >= EVENING:
            return ANYTHING
    return name if not days else ANYTHING


def _instants(first: datetime, last: datetime, zone: ZoneInfo) -> Range:
    """Between which instants clocks show what is between these; where they are put forward, none is left out."""
    low, high = instant(first, zone), instant(last, zone)
    if wall(low, zone) != first:
        low = change(low - WIDEST, low, zone) or low
    put = change(high - WIDEST, high, zone)
    if put is not None:
        high = max(high, put + shift(put, zone))
    return Range(low, high)


def _bounds(course: Course, zone: ZoneInfo | None = None) -> tuple[Instant, Instant] | None:
    """The first and the last instant; None where some of it, or all, is no instant."""
    if type(course) is Range:
        return (course.low, course.high) if course.low >= EARLIEST and course.high <= LATEST else None
    at = instant_of(course, zone)
    return None if at is None else (at, at)


def _is_lost(*courses: Course) -> bool:
    """Whether one is no instant throughout."""
    return any(type(course) is not Range and instant_of(course) is None for course in courses)
