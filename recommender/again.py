"""What a person buys again and again: their own shelf."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from recommender.interactions import Assortment, Interactions, Known, Touch
from recommender.protocol import LEFT_OUT, Arrays, Recommender, Strengths
from recommender.sentences import Sentences
from recommender.settings import Settings
from rules import Instant

FADING = 0.99
"""What a purchase weighs against the one after it: of 200 touches the oldest counts 0.13 of the newest."""


class Again(Recommender):
    """A person's own purchases, the most frequent and newest first. It learns nothing of others."""

    name: ClassVar[str] = "again"
    summary: ClassVar[str] = "What this person bought most often and most recently."

    def __init__(self, assortment: Assortment) -> None:
        self._assortment = assortment

    @property
    def assortment(self) -> Assortment:
        return self._assortment

    @classmethod
    def fit(cls, interactions: Interactions, settings: Settings, now: Instant) -> Self:
        return cls(interactions.assortment)

    def strengths(self, known: Known) -> Strengths | None:
        bought = known.at_least(Touch.ORDERED)
        if not len(bought.positions):
            return None
        size = len(self._assortment)
        faded = FADING ** np.arange(len(bought.positions))
        totals = np.bincount(bought.positions, faded, minlength=size).astype(np.float32)
        totals[totals == 0] = LEFT_OUT
        times = np.bincount(bought.positions, minlength=size)
        return Strengths(totals, words=lambda chosen, say: [_often(int(times[at]), say) for at in chosen])

    def save(self) -> Arrays:
        return {}

    @classmethod
    def load(cls, assortment: Assortment, arrays: Arrays) -> Self:
        return cls(assortment)


def _often(times: int, say: Sentences) -> str:
    return say.once if times < 2 else say.often.format(times=times)
