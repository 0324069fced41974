"""Recency, frequency and monetary value, with scores by bounds: the highest is the best of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, Final

from profiles.computed.values import plain
from rules import Bounds, Instant, Json

DAY: Final = 86_400.0


def rfm_of(
    frequency: int, monetary: int, last: Instant, bounds: Bounds, now: Instant
) -> tuple[Json, Mapping[str, Instant]]:
    """The value of somebody who did it `frequency` times, and when each part of it can change by time alone.

    `recency` is in whole days. A score is 1 and one more for each bound that is reached; of recency, for each that is
    not.
    """
    age = max(now - last, 0.0)
    days = int(age // DAY)
    passed = bisect_right(bounds.recency, age)
    scores = {
        "r": len(bounds.recency) - passed + 1,
        "f": bisect_right(bounds.frequency, frequency) + 1,
        "m": bisect_right(bounds.monetary, plain(monetary)) + 1,
    }
    told: dict[str, Json] = {"recency": days, "frequency": frequency, "monetary": plain(monetary), "last_at": last}
    turns = {"recency": last + (days + 1) * DAY}
    if passed < len(bounds.recency):
        turns["r"] = turns["score"] = last + bounds.recency[passed]
    return {**told, **scores, "score": "".join(str(one) for one in scores.values())}, turns


def monetary_of(entries: Sequence[Sequence[Any]]) -> int:
    """What these entries came to, in ten-thousandths."""
    return sum(units for _, units in entries)
