"""Schedules: local times of an author's zone as moments."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules import Instant


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
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return float(high)
