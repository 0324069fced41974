"""Named zones: what a clock on the wall shows at an instant, and when such clocks are put forward or back.

The data is that of the package `tzdata`, not that of the machine: a rule says the same everywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from rules.javascript import Value
from rules.values import Instant

EARLIEST: Final = -62_135_500_000.0
LATEST: Final = 253_402_200_000.0
"""Instants that have a date in every zone: years 1 to 9999."""

UNIVERSAL: Final = "UTC"
"""The zone where none is named."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

WIDEST: Final = 25 * 3_600.0
"""No clock was ever put back by more: the Philippines and Alaska left out or repeated one day.

In no stretch of that length are clocks put forward or back twice; a test looks through all zones.
"""


@lru_cache(1)
def zone_names() -> frozenset[str]:
    """Every zone there is."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def zone_of(name: Value) -> ZoneInfo | None:
    """The zone of this name; None where there is none."""
    return _loaded(name) if type(name) is str and name in zone_names() else None


@lru_cache(None)
def _loaded(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def wall(at: Instant, zone: ZoneInfo) -> datetime:
    """What a clock in the zone shows at an instant between `EARLIEST` and `LATEST`."""
    return (EPOCH + timedelta(seconds=at)).astimezone(zone).replace(tzinfo=None)


def instant(shown: datetime, zone: tzinfo) -> Instant:
    """When a clock in the zone shows this: the first time where it does so twice.

    What is left out when clocks are put forward is as long after the change as it would have been
    (RFC 5545, section 3.3.5).
    """
    return (shown.replace(tzinfo=zone, fold=0) - EPOCH) / timedelta(seconds=1)


def walls(low: Instant, high: Instant, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The earliest and the latest that a clock in the zone shows between two instants, both included."""
    first = wall(low, zone)
    if low == high:
        return first, first
    last = wall(high, zone)
    put = change(low, min(high, low + WIDEST), zone)
    if put is not None:
        first = min(first, wall(put, zone))
    put = change(max(low, high - WIDEST), high, zone)
    if put is not None:
        last = max(last, wall(put - 1e-6, zone))
    return first, last


def change(low: Instant, high: Instant, zone: ZoneInfo) -> Instant | None:
    """The one instant after `low` and up to `high`, `WIDEST` later at most, at which clocks are put forward or back."""
    before = _offset(low, zone)
    if before == _offset(high, zone):
        return None
    start, end = int(low // 1), int(-(-high // 1))
    while end - start > 1:
        middle = (start + end) // 2
        if _offset(middle, zone) == before:
            start = middle
        else:
            end = middle
    return float(end)


def _offset(at: Instant, zone: ZoneInfo) -> timedelta | None:
    return (EPOCH + timedelta(seconds=at)).astimezone(zone).utcoffset()


def shift(at: Instant, zone: ZoneInfo) -> float:
    """By how many seconds clocks are put forward at an instant; below zero where they are put back."""
    before, then = _offset(at - 1, zone), _offset(at, zone)
    return (then - before).total_seconds() if before is not None and then is not None else 0.0
