"""Why a person gets an item, in a reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.interactions import Known, Positions, Touch
from recommender.protocol import Strengths
from recommender.sentences import Sentences

NAMED = 2
"""Items named in one reason."""

WORTH_NAMING = 0.5
"""The second item must have added at least this share of what the first did."""

LOOKED_AT = 10
"""Strongest own items among which those to name are sought: some may not be named to this person."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The words, and the ids of the own items that they name."""

    text: str = ""
    because_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """Names and ids by position; the name is None where it may not be read out to this person."""

    names: Sequence[str | None]
    ids: Sequence[str]


def reasons_for(chosen: Positions, strengths: Strengths, known: Known, naming: Naming, say: Sentences) -> list[Reason]:
    """The reason of each chosen item: the recommender's own words, or the items of theirs that added most."""
    if strengths.words is not None:
        return [Reason(text) for text in strengths.words(chosen, say)]
    if strengths.added is None:
        return [Reason()] * len(chosen)
    touched, added = strengths.added(chosen)
    order = np.argsort(-added, axis=1, kind="stable")[:, :LOOKED_AT]
    own = touched[order].tolist()
    shares = np.take_along_axis(added, order, axis=1).tolist()
    touches = _strongest_touches(known)
    return [
        _because(item, zip(*mine, strict=True), touches, naming, say)
        for item, mine in zip(chosen.tolist(), zip(own, shares, strict=True), strict=True)
    ]


def _because(
    item: int, own: Iterable[tuple[int, float]], touches: dict[int, float], naming: Naming, say: Sentences
) -> Reason:
    """Names the strongest of the own items, and a second one touched the same way that is nearly as strong."""
    named: list[int] = []
    least, sentence = 0.0, ""
    for other, share in own:
        if share <= least or len(named) == NAMED:
            break
        if other != item and naming.names[other] and sentence in ("", _sentence(touches[other], say)):
            named.append(other)
            least, sentence = WORTH_NAMING * share, _sentence(touches[other], say)
    if not named:
        return Reason()
    names = say.both.join(str(naming.names[other]) for other in named)
    return Reason(sentence.format(names=names), tuple(naming.ids[other] for other in named))


def _strongest_touches(known: Known) -> dict[int, float]:
    """The weight of the strongest touch of each item."""
    strongest: dict[int, float] = {}
    for position, weight in zip(known.positions.tolist(), known.weights.tolist(), strict=True):
        if weight > strongest.get(position, 0.0):
            strongest[position] = weight
    return strongest


def _sentence(weight: float, say: Sentences) -> str:
    if weight >= Touch.ORDERED:
        return say.bought
    return say.picked if weight >= Touch.ADDED else say.looked_at
