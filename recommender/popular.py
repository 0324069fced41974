"""What most people take now: the answer for strangers, and the yardstick for everything else."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from recommender.interactions import DAY, Assortment, Floats, Interactions, Known
from recommender.protocol import LEFT_OUT, Arrays, Recommender, Strengths
from recommender.settings import Settings
from rules import Instant


class Popular(Recommender):
    """Time-decayed popularity: the newest days weigh most, so that a season shows at once."""

    name: ClassVar[str] = "popular"
    summary: ClassVar[str] = "What most people take now; the newest days weigh most."

    def __init__(self, assortment: Assortment, values: Floats) -> None:
        self._assortment = assortment
        self._values = values

    @property
    def assortment(self) -> Assortment:
        return self._assortment

    @classmethod
    def fit(cls, interactions: Interactions, settings: Settings, now: Instant) -> Self:
        recent = interactions.between(now - settings.popular_days * DAY, now)
        size = len(interactions.assortment)
        decayed = recent.decayed(now, settings.popular_half_life_days)
        # One person counts once an item, by the newest touch: a hoarder does not make a bestseller.
        pairs, newest = np.unique((recent.people.astype(np.int64) * size + recent.items)[::-1], return_index=True)
        totals = np.bincount(pairs % max(size, 1), decayed[::-1][newest], minlength=size)
        known = np.isin(np.arange(size), recent.items)
        return cls(interactions.assortment, np.where(known, totals, LEFT_OUT).astype(np.float32))

    def strengths(self, known: Known) -> Strengths:
        return Strengths(self._values, words=lambda chosen, say: [say.popular] * len(chosen))

    def save(self) -> Arrays:
        return {"values": self._values}

    @classmethod
    def load(cls, assortment: Assortment, arrays: Arrays) -> Self:
        return cls(assortment, arrays["values"])
