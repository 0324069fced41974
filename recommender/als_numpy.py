"""ALS in NumPy alone: for machines where `implicit` can not be loaded. Slower, the same model."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from recommender.factors import FoldIn
from recommender.interactions import Floats
from recommender.settings import Settings


class AlsNumpy(FoldIn):
    """Alternating least squares, each row solved exactly."""

    name: ClassVar[str] = "als-numpy"
    summary: ClassVar[str] = "The same as als, fitted in NumPy where the library implicit can not be loaded."

    @classmethod
    def factorise(cls, confidence: csr_matrix, penalty: float, settings: Settings) -> Floats:
        dice = np.random.default_rng(settings.seed)
        by_person, by_item = confidence.tocsr(), confidence.T.tocsr()
        items = dice.random((by_item.shape[0], settings.factors), dtype=np.float32) * np.float32(0.01)
        for _ in range(settings.iterations):
            people = _solve_rows(by_person, items, penalty)
            items = _solve_rows(by_item, people, penalty)
        return items


def _solve_rows(confidence: csr_matrix, others: Floats, penalty: float) -> Floats:
    """The factors of every row, best for these factors of the columns."""
    gram = others.T @ others + np.float32(penalty) * np.eye(others.shape[1], dtype=np.float32)
    solved = np.zeros((confidence.shape[0], others.shape[1]), dtype=np.float32)
    bounds, columns, values = confidence.indptr, confidence.indices, confidence.data
    for row in range(len(solved)):
        touched = slice(bounds[row], bounds[row + 1])
        near, weight = others[columns[touched]], values[touched]
        if len(weight):
            solved[row] = np.linalg.solve(gram + (near.T * (weight - 1)) @ near, weight @ near)
    return solved
