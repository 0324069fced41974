"""What becomes of scored pairs: merged by itself, shown to somebody, or left alone. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from profiles.matching.scorer import Scored
from profiles.matching.signals import Signals

MOST_TOGETHER: Final = 20
"""People who may become one without anybody looking."""

RARE: Final = 2
"""A first name that fewer people have than this is taken to be a slip of one that is alike."""


class Fate(StrEnum):
    """What becomes of a pair."""

    MERGE = "merge"
    REVIEW = "review"


class Note(StrEnum):
    """Why somebody has to look at a pair."""

    NONE = ""
    LIKELY = "likely"
    """Likely, and not likely enough."""
    FIRST_NAMES = "first names differ"
    """A household: everything else may be the same of two people who live together."""
    REFUSED = "would join a refused pair"
    MANY = "too many become one"
    SPLIT = "split since"
    """They were merged, and somebody split them: that is a no."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on a pair is merged, or shown."""

    automatic: float = 0.99
    review: float = 0.8
    careful: bool = True
    """Show, and never merge, those whose first names are not one name."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A pair and what becomes of it."""

    pair: Scored
    fate: Fate
    note: Note


def decide(
    scored: Sequence[Scored],
    people: Mapping[str, Signals],
    thresholds: Thresholds,
    are_refused: Callable[[Iterable[str], Iterable[str]], bool],
) -> list[Decided]:
    """What becomes of each pair, the likeliest first; those below the review threshold are left out.

    `are_refused(some, others)` says whether somebody said of one of these and one of those that they are two people.
    """
    given = Counter(one.given for one in people.values())
    groups = _Groups()
    decided = []
    for pair in scored:
        left, right = groups.of(pair.left), groups.of(pair.right)
        if pair.probability < thresholds.review or are_refused({pair.left}, {pair.right}):
            continue
        note = _doubt(pair, people, thresholds, given)
        if note is Note.NONE and left is not right:
            note = _too_far(left, right, are_refused)
            if note is Note.NONE:
                groups.join(left, right)
        decided.append(Decided(pair, Fate.REVIEW if note else Fate.MERGE, note))
    return decided


def _doubt(pair: Scored, people: Mapping[str, Signals], thresholds: Thresholds, given: Counter[str | None]) -> Note:
    if pair.probability < thresholds.automatic:
        return Note.LIKELY
    if thresholds.careful and not _one_first_name(people[pair.left], people[pair.right], pair, given):
        return Note.FIRST_NAMES
    return Note.NONE


def _one_first_name(one: Signals, other: Signals, pair: Scored, given: Counter[str | None]) -> bool:
    if one.email is not None and one.email == other.email:
        return True
    likeness = next((like.how for like in pair.because if like.what == "given"), "")
    if likeness in ("the same", "swapped"):
        return True
    return likeness == "alike (0.92)" and min(given[one.given], given[other.given]) < RARE


def _too_far(left: set[str], right: set[str], are_refused: Callable[[Iterable[str], Iterable[str]], bool]) -> Note:
    if len(left) + len(right) > MOST_TOGETHER:
        return Note.MANY
    return Note.REFUSED if are_refused(left, right) else Note.NONE


class _Groups:
    """Who becomes one with whom, so far."""

    def __init__(self) -> None:
        self._groups: dict[str, set[str]] = {}

    def of(self, person: str) -> set[str]:
        return self._groups.setdefault(person, {person})

    def join(self, left: set[str], right: set[str]) -> None:
        left |= right
        self._groups.update(dict.fromkeys(right, left))
