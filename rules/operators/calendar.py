"""Reckoning with dates: to add lengths of time, to count whole ones, to take an instant apart."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rules.javascript import Value
from rules.operators.zones import EARLIEST, EPOCH, LATEST, instant, wall
from rules.values import Instant

SECONDS: Final[Mapping[str, int]] = {"second": 1, "minute": 60, "hour": 3_600}
"""Units of elapsed time."""

DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7}
MONTHS: Final[Mapping[str, int]] = {"month": 1, "year": 12}
"""Units of the calendar: what the clock on the wall shows stays, whatever time elapses."""

UNITS: Final = (*SECONDS, *DAYS, *MONTHS)

DAYPARTS: Final = ((5, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night"))
"""Until which hour each part of the day lasts."""

LONGEST: Final = 64
"""Characters of a date written as a text."""


def daypart(hour: int) -> str:
    """The part of the day that an hour is in."""
    return next(name for end, name in DAYPARTS if hour < end)


PARTS: Final[Mapping[str, Callable[[datetime], Value]]] = {
    "year": lambda shown: shown.year,
    "month": lambda shown: shown.month,
    "day": lambda shown: shown.day,
    "weekday": lambda shown: shown.isoweekday(),
    "hour": lambda shown: shown.hour,
    "minute": lambda shown: shown.minute,
    "second": lambda shown: shown.second,
    "daypart": lambda shown: daypart(shown.hour),
}
"""What can be read off a calendar and a clock. Weekdays go from 1, Monday, to 7 (ISO 8601)."""


def instant_of(value: Value, zone: ZoneInfo | None = None) -> Instant | None:
    """The instant of a number of seconds or of a text in ISO 8601; one without offset is of the zone, else of UTC."""
    if type(value) is str:
        value = _read(value, zone)
    if type(value) is not int and type(value) is not float:
        return None
    return value if EARLIEST <= value <= LATEST else None


def midnight(year: Value, month: Value, day: Value, zone: ZoneInfo | None = None) -> Instant | None:
    """The start of a day in a zone, else in UTC; None where there is no such day."""
    if not all(type(value) is int and value > 0 for value in (year, month, day)):
        return None
    return instant_of(f"{year:04}-{month:02}-{day:02}", zone)


def _read(text: str, zone: ZoneInfo | None) -> Instant | None:
    try:
        shown = datetime.fromisoformat(text) if len(text) <= LONGEST else None
        if shown is None:
            return None
        if shown.tzinfo is not None:
            return (shown - EPOCH) / timedelta(seconds=1)
        return instant(shown, zone or UTC)
    except (ValueError, OverflowError):
        return None


def added(at: Instant, amount: float, unit: str, zone: ZoneInfo) -> Instant | None:
    """The instant so many units later; None where the calendar has none."""
    if unit in SECONDS:
        later = at + amount * SECONDS[unit]
        return later if EARLIEST <= later <= LATEST else None
    if not amount:
        return at
    shown = moved(wall(at, zone), amount, unit)
    return None if shown is None else instant(shown, zone)


def moved(shown: datetime, amount: float, unit: str) -> datetime | None:
    """The date and time so many units of the calendar later: the last of the month where it has no such day."""
    if not float(amount).is_integer() or abs(amount) > 4_000_000:
        return None
    try:
        if unit in DAYS:
            return _inside(shown + timedelta(days=int(amount) * DAYS[unit]))
        year, month = divmod(shown.year * 12 + shown.month - 1 + int(amount) * MONTHS[unit], 12)
        return _inside(shown.replace(year=year, month=month + 1, day=min(shown.day, _days(year, month + 1))))
    except (ValueError, OverflowError):
        return None


def _days(year: int, month: int) -> int:
    return monthrange(year, month)[1] if 1 <= year <= 9_999 else 0


def _inside(shown: datetime) -> datetime | None:
    """Not in the first and last year of the calendar, which no zone has whole."""
    return shown if 1 < shown.year < 9_999 else None


def whole_units(start: datetime, end: datetime, unit: str) -> int:
    """How many whole units of the calendar lie between two dates, below zero where the end comes first.

    A month is full on the same day and time of the next (or, where that has no such day, when it is over), a year
    likewise: who was born on 29 February is a year older on 1 March.
    """
    if unit in DAYS:
        return math.trunc((end - start) / timedelta(days=DAYS[unit]))
    months = (end.year - start.year) * 12 + end.month - start.month
    rest_of_start, rest_of_end = _rest(start), _rest(end)
    if months > 0 and rest_of_end < rest_of_start:
        months -= 1
    elif months < 0 and rest_of_end > rest_of_start:
        months += 1
    return math.trunc(months / MONTHS[unit])


def _rest(shown: datetime) -> tuple[int, time]:
    return shown.day, shown.time()
