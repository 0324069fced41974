"""Schedules: local times of an author's zone as moments, and when a module is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor, inf
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from rules import Instant

Window: TypeAlias = tuple[Instant, Instant]
"""From when until before when; infinities where there is no bound."""


@dataclass(frozen=True, slots=True)
class Times:
    """When a module may be shown: from `opens` until before `closes`, but for the `pauses` between.

    `expires` is the moment after which it is over for good; `closes` is never later.
    """

    opens: Instant | None = None
    closes: Instant | None = None
    pauses: tuple[Window, ...] = ()
    expires: Instant | None = None

    def is_expired(self, now: Instant) -> bool:
        """Whether it is over for good."""
        return self.expires is not None and now >= self.expires

    def at(self, now: Instant) -> tuple[str, Instant | None]:
        """Why it may not be shown at a moment, nothing where it may; and when that changes next."""
        if self.opens is not None and now < self.opens:
            return "not yet", self.opens
        if self.closes is not None and now >= self.closes:
            return "expired" if self.is_expired(now) else "over", None
        for start, end in self.pauses:
            if now < end:
                return ("not now", end) if now >= start else ("", start)
        return "", self.closes


ALWAYS = Times()
"""The times of a module that says none: it may be shown at any moment."""


def times_of(body: Mapping[str, Any]) -> Times:
    """The times of a checked module's body."""
    schedule = body.get("schedule")
    local = body.get("expires")
    if not schedule and not local:
        return ALWAYS
    schedule = schedule or {}
    zone = schedule.get("zone") or "UTC"
    expires = to_instant(local, zone) if local else None
    rows = schedule.get("windows") or [schedule]
    joined = _joined(_window(row, zone) for row in rows)
    if expires is not None:
        joined = [(start, min(end, expires)) for start, end in joined if start < expires] or [(expires, expires)]
    return Times(
        opens=None if joined[0][0] == -inf else joined[0][0],
        closes=None if joined[-1][1] == inf else joined[-1][1],
        pauses=tuple((one[1], other[0]) for one, other in pairwise(joined)),
        expires=expires,
    )


def expiry_of(body: Mapping[str, Any]) -> Instant | None:
    """The moment at which a module expires, None where it does not, or does not say it so that it can be read."""
    local, schedule = body.get("expires"), body.get("schedule")
    zone = (schedule.get("zone") if isinstance(schedule, dict) else None) or "UTC"
    if not isinstance(local, str) or not local or not isinstance(zone, str) or not is_zone(zone):
        return None
    try:
        return to_instant(local, zone)
    except (ValueError, OverflowError):
        return None


def _window(row: Mapping[str, Any], zone: str) -> Window:
    start, end = row.get("from"), row.get("until")
    return (to_instant(start, zone) if start else -inf), (to_instant(end, zone) if end else inf)


def _joined(windows: Iterable[Window]) -> list[Window]:
    """In order, and those that touch or overlap made one: their borders are real ones."""
    made: list[Window] = []
    for start, end in sorted(windows):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def to_instant(local: str, zone: str = "UTC") -> Instant:
    """The moment of a local time in a named zone; a time with an offset of its own keeps it.

    A time that clocks skip means the end of the gap; a time that they show twice means the first.
    Raises `ValueError` for text that is no time; the zone must be one (`is_zone`).
    """
    naive = datetime.fromisoformat(local)
    if naive.tzinfo is not None:
        return naive.timestamp()
    return _resolve(naive, _zone(zone))


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name, such as Europe/Berlin."""
    try:
        _zone(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _resolve(naive: datetime, zone: ZoneInfo) -> Instant:
    before, after = (_offset(naive, zone, fold) for fold in (0, 1))
    utc = naive.replace(tzinfo=timezone.utc).timestamp()  # noqa: UP017  (read as a count of seconds)
    if after <= before:
        return utc - before.total_seconds()
    return _gap_end(utc - after.total_seconds(), utc - before.total_seconds(), after, zone)


def _offset(naive: datetime, zone: ZoneInfo, fold: int) -> timedelta:
    return naive.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()


def _gap_end(low: Instant, high: Instant, after: timedelta, zone: ZoneInfo) -> Instant:
    """The first second in (low, high] at which the zone's offset is the one after the gap."""
    low, high = floor(low), ceil(high)  # of a time with a fraction the halves would not meet
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return float(high)
