"""How one person differs from themselves, learned without being told who is who: expectation maximisation.

Fellegi and Sunter's model (https://doi.org/10.1080/01621459.1969.10501049), m by EM as Winkler did, u given. Splink's
own stops with an error where a likeness is seen of strangers alone; here what was never seen stays possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Shares: TypeAlias = Mapping[str, Sequence[float]]
"""Comparison -> the share of pairs at each level, from different (0) to the same."""

ROUNDS: Final = 50
STILL: Final = 1e-5
"""Nothing moves any more by more than this."""

UNSEEN: Final = 0.1
"""Pairs that each level is taken to have been seen of beforehand."""

FEWEST_PAIRS: Final = 5
"""Of fewer pairs that are one person nothing is learned."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Pairs that agree in something, by how alike they are in all else.

    `levels` has a row for each way of being alike and a column for each of `names`; -1 is not known.
    """

    names: tuple[str, ...]
    levels: npt.NDArray[np.int64]
    counts: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned from such pairs: of how many that are one person, and what they are like."""

    pairs: float
    same: dict[str, list[float]]


def lesson_of(seen: Seen, strangers: Shares) -> Lesson:
    """What one person is like, where strangers are alike as told."""
    same = {name: _first_guess(len(strangers[name])) for name in seen.names}
    part = 0.1
    for _ in range(ROUNDS):
        weights = _one_person(seen, same, strangers, part) * seen.counts
        before, same = (
            same,
            {name: _shares(seen, column, weights, len(same[name])) for column, name in enumerate(seen.names)},
        )
        part = min(max(weights.sum() / seen.counts.sum(), 1e-6), 1 - 1e-6)
        if max(float(np.abs(same[name] - before[name]).max()) for name in seen.names) < STILL:
            break
    return Lesson(float(weights.sum()), {name: list(map(float, shares)) for name, shares in same.items()})


def all_of(lessons: Sequence[Lesson]) -> dict[str, list[float]]:
    """What all lessons come to, each by the pairs that it was learned from."""
    found: dict[str, list[float]] = {}
    useful = [lesson for lesson in lessons if lesson.pairs >= FEWEST_PAIRS]
    for name in dict.fromkeys(name for lesson in useful for name in lesson.same):
        told = [(lesson.pairs, np.array(lesson.same[name])) for lesson in useful if name in lesson.same]
        whole = sum(pairs for pairs, _ in told)
        shares = np.sum([pairs * one for pairs, one in told], axis=0) / whole
        found[name] = [float(share) for share in shares]
    return found


def _first_guess(levels: int) -> npt.NDArray[np.float64]:
    # The same person is mostly the same, and now and then anything else.
    rest = 0.1 / max(levels - 1, 1)
    return np.array([rest] * (levels - 1) + [0.9])


def _one_person(
    seen: Seen, same: Mapping[str, npt.NDArray[np.float64]], strangers: Shares, part: float
) -> npt.NDArray[np.float64]:
    odds = np.full(len(seen.counts), np.log(part / (1 - part)))
    for column, name in enumerate(seen.names):
        levels = seen.levels[:, column]
        bits = np.log(same[name]) - np.log(np.maximum(np.array(strangers[name]), 1e-9))
        odds += np.where(levels >= 0, bits[np.maximum(levels, 0)], 0.0)
    chance: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
    return chance


def _shares(seen: Seen, column: int, weights: npt.NDArray[np.float64], levels: int) -> npt.NDArray[np.float64]:
    known = seen.levels[:, column] >= 0
    found = np.bincount(seen.levels[known, column], weights[known], minlength=levels) + UNSEEN
    shares: npt.NDArray[np.float64] = found / found.sum()
    return shares
