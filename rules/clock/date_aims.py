"""The operators of date and time asked backwards: when is it likely to be so late, or so long after?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from rules.javascript import Value
from rules.operators.calendar import DAYPARTS, PARTS, UNITS, added, instant_of, moved
from rules.operators.zones import UNIVERSAL, instant, wall, zone_of
from rules.values import Instant


def back_add(place: int, values: list[Value], wanted: Value, now: Instant) -> list[Value]:
    """So many units before what is wanted."""
    _, amount, unit, name = (*values, UNIVERSAL)[:4]
    return _moved(wanted, -amount, unit, name) if place == 0 and type(amount) in {int, float} else []


def back_diff(place: int, values: list[Value], wanted: Value, now: Instant) -> list[Value]:
    """So many units from the one that stays: the number on either side of the wanted one too."""
    if (type(wanted) is not int and type(wanted) is not float) or place > 1 or not math.isfinite(wanted):
        return []
    *both, unit, name = (*values, UNIVERSAL)[:4]
    sign = 1 if place == 1 else -1
    # A difference is cut towards zero, so below it the number before turns last.
    counts = [math.floor(wanted) + more for more in ((0, 1) if wanted > 0 else (-1, 0, 1))]
    return [at for count in counts for at in _moved(both[1 - place], sign * count, unit, name)]


def back_part(place: int, values: list[Value], wanted: Value, now: Instant) -> list[Value]:
    """When clocks next show it, and when they next show what comes after it."""
    _, part, name = values
    zone, at = zone_of(name), instant_of(now)
    if zone is None or at is None or place or part not in PARTS:
        return []
    shown = wall(at, zone)
    steps = [wanted, wanted + 1] if type(wanted) is int and 0 <= wanted < 10_000 else []
    found = _dayparts(shown) if part == "daypart" else (near for step in steps for near in _next(shown, part, step))
    try:
        return [instant(near, zone) for near in found if 1 < near.year < 9_999]
    except OverflowError:  # the calendar ends before
        return []


def _moved(at: Value, amount: float, unit: Value, name: Value) -> list[Value]:
    zone = zone_of(name)
    start = instant_of(at, zone)
    if zone is None or start is None or unit not in UNITS or not math.isfinite(amount):
        return []
    found = added(start, amount, unit, zone)
    return [] if found is None else [found]


def _dayparts(shown: datetime) -> Iterator[datetime]:
    today = shown.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (0, 1):
        yield from (today + timedelta(days=day, hours=end) for end, _ in DAYPARTS)


def _next(shown: datetime, part: str, wanted: int) -> Iterator[datetime]:
    """The starts of what is wanted in this turn of the next larger part, and in the next turn."""
    today = shown.replace(hour=0, minute=0, second=0, microsecond=0)
    match part:
        case "year":
            yield today.replace(year=max(2, min(9_998, wanted)), month=1, day=1)
        case "month":
            first = today.replace(month=1, day=1)
            yield from (near for months in (-1, 11) if (near := moved(first, months + wanted, "month")))
        case "day":
            first = today.replace(day=1)
            yield from (near + timedelta(days=wanted - 1) for month in (0, 1) if (near := moved(first, month, "month")))
        case "weekday":
            monday = today - timedelta(days=today.weekday())
            yield from (monday + timedelta(days=wanted - 1 + week * 7) for week in (0, 1))
        case "hour":
            yield from (today + timedelta(days=day, hours=wanted) for day in (0, 1))
        case "minute":
            yield from (shown.replace(minute=0, second=0) + timedelta(hours=hour, minutes=wanted) for hour in (0, 1))
