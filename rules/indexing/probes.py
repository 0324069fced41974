"""Values that stand for all: of a predicate whose answer changes only at certain points of the value that it reads."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any


def probes(kind: type, points: Iterable[Any]) -> tuple[Any, list[tuple[Any, Any]]]:
    """A value below all points; and each point in order, with the value right above it. All are of one kind.

    Where nothing is beside a point, that stretch of values is empty, and what is said of it no matter.
    """
    own = sorted(set(points))
    if kind is str:
        return "", [(text, text + "\0") for text in own]
    if kind is bool:
        return False, [(truth, truth) for truth in own]
    below = math.nextafter(own[0], -math.inf) if own else 0.0
    return below, [(number, math.nextafter(number, math.inf)) for number in own]
