"""Values within a window: the newest occurrences are kept with their moments, and read as of now."""

from __future__ import annotations

from bisect import bisect_left, insort
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
        if not kept or one[0] > kept[0][0]:  # the usual case
            kept.insert(0, one)
        else:
            insort(kept, one, key=_by_age)
    horizon = kept[0][0] - within - AHEAD
    while kept[-1][0] <= horizon:
        kept.pop()
    del kept[MOST_KEPT:]
    return kept


def inside(entries: Sequence[Entry], within: float, now: Instant) -> tuple[list[Entry], Instant | None]:
    """The entries that count now, newest first, and when another set of them will."""
    begin, end = bisect_left(entries, -now, key=_age), bisect_left(entries, within - now, key=_age)
    counting = list(entries[begin:end])
    # The next to be counted, and the next that is not.
    turns = [entries[begin - 1][0]] if begin else []
    if counting:
        turns.append(counting[-1][0] + within)
    return counting, min(turns, default=None)


def _age(entry: Entry) -> float:
    return -float(entry[0])


def _by_age(entry: Entry) -> tuple[float, bytes]:
    return -entry[0], orjson.dumps(entry[1])
