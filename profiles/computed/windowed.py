"""Values within a window: the newest occurrences are kept with their moments, and read as of now."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import orjson

from rules import Instant

MOST_KEPT: Final = 500
"""Occurrences that are kept of one attribute. Of more than that in one window, the newest count."""
AHEAD: Final = 3_600.0
"""Seconds that an event may lie ahead of the clock: so long what it would push out may still be in the window."""

Entry: TypeAlias = "list[Any]"
"""`[at, value]`."""


def put(entries: Sequence[Entry], added: Sequence[Entry], within: float) -> list[Entry]:
    """The entries with some more, newest first, without those that no window can hold any more."""
    kept = list(entries)
    for one in added:
        insort(kept, one, key=_by_age)
    horizon = kept[0][0] - within - AHEAD
    while kept[-1][0] <= horizon:
        kept.pop()
    return kept[:MOST_KEPT]


def inside(entries: Sequence[Entry], within: float, now: Instant) -> tuple[list[Entry], Instant | None]:
    """The entries that count now, newest first, and when another set of them will."""
    counting = [one for one in entries if one[0] <= now < one[0] + within]
    ahead = [one[0] for one in entries if one[0] > now]
    turns = [min(ahead)] if ahead else []
    if counting:
        turns.append(counting[-1][0] + within)
    return counting, min(turns, default=None)


def _by_age(entry: Entry) -> tuple[float, bytes]:
    return -entry[0], orjson.dumps(entry[1])
