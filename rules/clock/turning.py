"""When something that holds now ceases to hold: the search along the line of time."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Final

from rules.clock.course import Watch
from rules.errors import RuleError
from rules.operators.zones import LATEST
from rules.values import Instant

STEPS: Final = 64
"""Spans that one predicate looks through; the end of the last one bounds its answer."""

STRIDE: Final = 16
"""How much longer than the last the next span is that is tried."""


def turn(
    stays: Callable[[Instant], bool],
    holds: Callable[[Instant, Instant], bool],
    watches: Sequence[Watch],
    now: Instant,
    hints: Sequence[int] = (),
) -> tuple[Instant | None, bool]:
    """The first moment at which it no longer holds, None where it holds to the end of the calendar; whether it is sure.

    `stays` says whether it holds at a moment, `holds` whether it surely does from one until before another; `hints`
    are whole seconds, in order, near which it may cease to. The answer is early, and only a bound, where after many
    spans there is still no end.
    """
    at = now
    moments = sorted({moment for watch in watches for moment in watch.moments(now)})
    try:
        for _ in range(STEPS):
            at = reach(holds, at, _next(moments, at), watches, hints)
            if at >= LATEST:
                return None, True
            if not stays(at):
                return at, True
    except RuleError:  # to look further costs more than the rule may do
        return (at if at > now else _turned(now, _next(moments, now), watches)), False
    return at, False


def _next(moments: Sequence[Instant], at: Instant) -> Instant:
    """The first of the moments after this one, else the end of the calendar."""
    place = bisect_right(moments, at)
    return moments[place] if place < len(moments) else max(at, LATEST)


def _turned(at: Instant, limit: Instant, watches: Sequence[Watch]) -> Instant:
    """Until when nothing moves: the next turn of a second, and of an age."""
    return min(math.floor(at) + 1.0, limit, *(watch.tick(at) for watch in watches))


def reach(
    holds: Callable[[Instant, Instant], bool],
    at: Instant,
    limit: Instant,
    watches: Sequence[Watch],
    hints: Sequence[int] = (),
) -> Instant:
    """How far it surely holds: to the limit, to a whole second, or until anything turns at all."""
    if holds(at, limit):
        return limit
    first = math.floor(at) + 1
    near = hints[bisect_left(hints, first) : bisect_left(hints, limit)]
    held = bisect_left(near, True, key=lambda hint: not holds(at, hint))
    if not held and (first >= limit or not holds(at, first)):
        return _turned(at, limit, watches)
    low = near[held - 1] if held else first
    high = near[held] if held < len(near) else math.ceil(limit)
    return float(_last(lambda end: holds(at, end), low, high))


def _last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The last whole second at which it holds, from one at which it does to one at which it does not."""
    stride = 1
    while low + stride < high and holds(low + stride):
        low, stride = low + stride, stride * STRIDE
    high = min(low + stride, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
