"""A few values that stand for all: of predicates whose answers change only at certain points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from rules.javascript import SAFE_INTEGER, number


class Sample(NamedTuple):
    """A value, and whether it stands for itself alone; else for all between two points."""

    value: Any
    alone: bool


def samples(kind: type, points: Iterable[Any]) -> Iterator[Sample]:
    """Each point and one value of every stretch between, above and below them; the points first, then from above."""
    own = sorted(set(points))
    yield from (Sample(number(point + 0.0) if kind is float else point, True) for point in own)
    stretches = _texts(own) if kind is str else _numbers(own)
    yield from (Sample(value, False) for value in stretches)


def _texts(points: list[str]) -> Iterator[str]:
    """The text next to one is the same with a null character; the first of all is empty."""
    if not points:
        yield "x"
        return
    for point, following in zip(reversed(points), [None, *reversed(points[1:])], strict=True):
        yield next(
            text
            for text in (point + "x", point + " ", point + "\0")
            if following is None or text < following or text[-1] == "\0"
        )
    if points[0]:
        yield ""


def _numbers(points: list[float]) -> Iterator[int | float]:
    if not points:
        yield 1
        return
    yield from _beside(points[-1], math.inf)
    for low, high in reversed([*pairwise(points)]):
        if math.nextafter(low, high) < high:
            yield _between(low, high)
    yield from _beside(points[0], -math.inf)


def _between(low: float, high: float) -> int | float:
    whole = math.floor(low) + 1
    return (
        whole
        if whole < high and low < whole <= SAFE_INTEGER
        else low / 2 + high / 2
        if low < low / 2 + high / 2 < high
        else math.nextafter(low, high)
    )


def _beside(point: float, towards: float) -> Iterator[int | float]:
    """A number beyond a point, whole where there is room; none beyond the greatest."""
    whole = math.floor(point) + 1 if towards > 0 else math.ceil(point) - 1
    near = math.nextafter(point, towards)
    if abs(whole) <= SAFE_INTEGER:
        yield whole
    elif math.isfinite(near):
        yield near
