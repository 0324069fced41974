"""When something that holds now ceases to hold: the search along the line of time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Final

from rules.course import Watch
from rules.values import Instant
from rules.zones import LATEST

STEPS: Final = 64
"""Spans that one predicate looks through; the end of the last one bounds its answer."""

STRIDE: Final = 16
"""How much longer than the last the next span is that is tried."""


def turn(
    stays: Callable[[Instant], bool],
    holds: Callable[[Instant, Instant], bool],
    watches: Sequence[Watch],
    now: Instant,
) -> Instant | None:
    """The first moment at which it no longer holds; None where it holds to the end of the calendar.

    `stays` says whether it holds at a moment, `holds` whether it surely does from one until before another. The
    answer is early, and only a bound, where after many spans there is still no end.
    """
    at = now
    moments = sorted({moment for watch in watches for moment in watch.moments(now)})
    for _ in range(STEPS):
        place = bisect_right(moments, at)
        limit = moments[place] if place < len(moments) else max(at, LATEST)
        at = reach(holds, at, limit, watches)
        if at >= LATEST:
            return None
        if not stays(at):
            return at
    return at


def reach(holds: Callable[[Instant, Instant], bool], at: Instant, limit: Instant, watches: Sequence[Watch]) -> Instant:
    """How far it surely holds: to the limit, to a whole second, or until anything turns at all."""
    if holds(at, limit):
        return limit
    first = math.floor(at) + 1
    if first >= limit or not holds(at, first):
        # Between two turns of a second, and of an age, nothing moves.
        return min(first, limit, *(watch.tick(at) for watch in watches))
    low, stride = first, 1
    while low + stride < limit and holds(at, low + stride):
        low, stride = low + stride, stride * STRIDE
    high = min(low + stride, math.ceil(limit))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(at, middle) else (low, middle)
    return float(low)
