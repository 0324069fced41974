"""Dice: GrowthBook's public hash version 2 and its bucket ranges, so that outside test vectors apply.

Described at https://docs.growthbook.io/lib/build-your-own (hash, getBucketRanges, chooseVariation).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from struct import iter_unpack
from typing import TypeAlias

Range: TypeAlias = tuple[float, float]
"""From, and until before."""

_OFFSET, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def fnv1a32(text: str) -> int:
    """The 32-bit FNV-1a hash of the text's UTF-16 code units, as GrowthBook's first SDK (JavaScript) takes it."""
    value = _OFFSET
    for (unit,) in iter_unpack("<H", text.encode("utf-16-le", "surrogatepass")):
        value = ((value ^ unit) * _PRIME) & _MASK
    return value


def bucket(seed: str, unit: str) -> float:
    """Where this unit falls in [0, 1), in steps of 1/10,000; the same on every machine for ever."""
    return fnv1a32(str(fnv1a32(seed + unit))) % 10000 / 10000


def bucket_ranges(count: int, coverage: float, weights: Sequence[float]) -> tuple[Range, ...]:
    """The range of each of `count` variations: it begins at the weights before it, its width scaled by coverage.

    Weights of another number, or whose sum is not 1 within 0.01, count as equal.
    """
    share = min(max(coverage, 0.0), 1.0)
    if len(weights) != count or not 0.99 <= sum(weights) <= 1.01:
        weights = [1 / count] * count
    starts = accumulate(weights, initial=0.0)
    return tuple((start, start + share * weight) for start, weight in zip(starts, weights, strict=False))


def choose(n: float, ranges: Sequence[Range]) -> int | None:
    """The index of the range that holds n, None where no range does."""
    return next((index for index, (low, high) in enumerate(ranges) if low <= n < high), None)
