"""Collaborative filtering from item factors: a person's factors are folded in from their history at request time.

Serving needs NumPy only; the two files that fit (`als`, `als_numpy`) are loaded by training alone.
The model is Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets" (2008), with
confidence 1 + αw for a touched item of weight w and 1 for all others.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Self

import numpy as np
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from recommender.interactions import DAY, Assortment, Floats, Interactions, Known, Positions, Touch
from recommender.protocol import LEFT_OUT, Arrays, Recommender, Strengths
from recommender.settings import Settings
from rules import Instant


class FoldIn(Recommender):
    """Scores items by x·y, with x folded in from a history: x = (YᵀY + λI + Σ αw yyᵀ)⁻¹ Σ (1 + αw) y."""

    def __init__(self, assortment: Assortment, factors: Floats, unknown: Positions, alpha: float, gram: Floats) -> None:
        self._assortment = assortment
        self._factors = factors
        self._unknown = unknown
        self._is_known = ~np.isin(np.arange(len(assortment)), unknown)
        self._alpha = alpha
        self._gram = gram

    @property
    def assortment(self) -> Assortment:
        return self._assortment

    @classmethod
    @abstractmethod
    def factorise(cls, confidence: csr_matrix, penalty: float, settings: Settings) -> Floats:
        """Item factors (items × factors) of a people × items matrix of confidences; `penalty` is λ."""

    @classmethod
    def fit(cls, interactions: Interactions, settings: Settings, now: Instant) -> Self:
        window = interactions.between(now - settings.window_days * DAY, now)
        crowd = window.people_per_item()
        learned = np.flatnonzero(crowd >= settings.min_people).astype(np.int32)
        unknown = np.flatnonzero(crowd < settings.min_people).astype(np.int32)
        factors = np.zeros((len(window.assortment), settings.factors), dtype=np.float32)
        gram = np.eye(settings.factors, dtype=np.float32)
        if len(learned):
            matrix = confidences(window.of_items(learned), learned, settings, now)
            penalty = np.float32(settings.regularization * np.linalg.norm(matrix.data))
            # A BLAS that spreads one product over threads makes the fit slower, and its last bits uncertain.
            with threadpool_limits(1, "blas"):
                factors[learned] = cls.factorise(matrix, float(penalty), settings)
                gram = factors.T @ factors + penalty * gram
        return cls(window.assortment, factors, unknown, settings.alpha, gram)

    def strengths(self, known: Known) -> Strengths | None:
        positions, totals = known.totals()
        met = self._is_known[positions]
        positions = positions[met]
        if not len(positions):
            return None
        touched = self._factors[positions]
        extra = self._alpha * _damped(totals[met])
        system = self._gram + (touched.T * extra) @ touched
        person = np.linalg.solve(system, (1 + extra) @ touched)
        values = self._factors @ person
        values[self._unknown] = LEFT_OUT

        def added(chosen: Positions) -> tuple[Positions, Floats]:
            # The strength x·y_i is a sum over the touched items j: (1 + αw_j) y_jᵀ A⁻¹ y_i. A is symmetric.
            solved = np.linalg.solve(system, self._factors[chosen].T)
            return positions, ((touched @ solved).T * (1 + extra)).astype(np.float32)

        return Strengths(values, added=added)

    def save(self) -> Arrays:
        alpha = np.array([self._alpha], dtype=np.float64)
        return {"factors": self._factors, "unknown": self._unknown, "alpha": alpha, "gram": self._gram}

    @classmethod
    def load(cls, assortment: Assortment, arrays: Arrays) -> Self:
        return cls(assortment, arrays["factors"], arrays["unknown"], float(arrays["alpha"][0]), arrays["gram"])


def confidences(window: Interactions, learned: Positions, settings: Settings, now: Instant) -> csr_matrix:
    """People × learned items: 1 + αw where there was a touch, nothing where there was none."""
    columns = np.searchsorted(learned, window.items)
    people, rows = np.unique(window.people, return_inverse=True)
    weights = window.decayed(now, settings.half_life_days)
    matrix = csr_matrix((weights, (rows, columns)), shape=(len(people), len(learned)), dtype=np.float32)
    matrix.sum_duplicates()
    matrix.data = (1 + settings.alpha * _damped(matrix.data)).astype(np.float32)
    return matrix


def _damped(totals: Floats) -> Floats:
    # The tenth carton of milk says less than the first: one order weighs 1, three weigh 2.
    return np.log2(1 + totals / Touch.ORDERED).astype(np.float32)
