"""What a person is more interested in than others are, and what a module is therefore worth showing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recommender.interactions import Assortment, Floats, Interactions, Known

CAUTION = 10.0
"""Weight that a person's touches must gather (two orders) before they count as much as what is usual."""

STRONGEST = 4.0

BASE_CHANCE = 0.05
"""Chance of an action on a module about which nothing is known. Only ratios between modules matter for order."""


class Interest:
    """Compares a person's touches by category with everybody's."""

    def __init__(self, assortment: Assortment, shares: Floats) -> None:
        self._assortment = assortment
        self._shares = shares
        self._met = np.flatnonzero(shares > 0)
        self._names = [assortment.categories[at] for at in self._met]

    @classmethod
    def fit(cls, interactions: Interactions) -> Interest:
        """Take everybody's shares from these interactions."""
        assortment = interactions.assortment
        of_touch = assortment.category_of[interactions.items]
        totals = np.bincount(of_touch, interactions.weights, minlength=len(assortment.categories))
        return cls(assortment, (totals / max(totals.sum(), 1.0)).astype(np.float32))

    @property
    def shares(self) -> Floats:
        """Everybody's share of each category."""
        return self._shares

    def of(self, known: Known) -> dict[str, float]:
        """Category -> lift, 1 as everybody, at most 4; empty for a stranger.

        lift = (observed + c) / (expected + c): the weight of the person's touches in the category against what
        it would be with everybody's habits; c = 10 keeps a single touch of a rare category near 1. Categories
        that nobody touched are left out.
        """
        if not len(known.positions):
            return {}
        of_touch = self._assortment.category_of[known.positions]
        observed = np.bincount(of_touch, known.weights, minlength=len(self._shares))
        expected = self._shares * known.weights.sum()
        lift = np.minimum((observed + CAUTION) / (expected + CAUTION), STRONGEST)
        return dict(zip(self._names, lift[self._met].tolist(), strict=True))


def expected_value(
    worth: float, topics: Sequence[str], interest: Mapping[str, float], base_chance: float = BASE_CHANCE
) -> float:
    """Chance of an action times its worth; chance = base chance × mean lift of the topics known, at most 1."""
    if not topics or not interest:
        return base_chance * worth
    lifts = [interest[topic] for topic in topics if topic in interest]
    lift = sum(lifts) / len(lifts) if lifts else 1.0
    return min(base_chance * lift, 1.0) * worth
