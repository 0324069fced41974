"""What every recommender can do. The table of them is `RECOMMENDERS`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from recommender.interactions import Assortment, Floats, History, Interactions, Known, Positions
from recommender.sentences import Sentences
from recommender.settings import Settings
from rules import Instant

Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]

LEFT_OUT = np.float32(-np.inf)
"""The strength of an item of which a recommender knows nothing: it is left out, which is not the same as 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """How strongly each item of an assortment is recommended to one person, `LEFT_OUT` where nothing is known.

    Why is worked out for the chosen few alone: `words` gives a sentence for each, `added` how much each item
    of the person's own added to its strength (positions of the own items, matrix of chosen × own).
    """

    values: Floats
    words: Callable[[Positions, Sentences], list[str]] | None = None
    added: Callable[[Positions], tuple[Positions, Floats]] | None = None


class Recommender(ABC):
    """Orders an assortment's items for a person. Fitted once, then a value that never changes."""

    name: ClassVar[str]
    summary: ClassVar[str]

    @classmethod
    @abstractmethod
    def fit(cls, interactions: Interactions, settings: Settings, now: Instant) -> Self:
        """Learn from what happened before `now`; the same input gives the same bits."""

    @abstractmethod
    def strengths(self, known: Known) -> Strengths | None:
        """The strength of every item for a person with this history; None for a person it can say nothing about."""

    @abstractmethod
    def save(self) -> Arrays:
        """All it learned, as plain arrays."""

    @classmethod
    @abstractmethod
    def load(cls, assortment: Assortment, arrays: Arrays) -> Self:
        """The recommender that `save` wrote down."""

    @property
    @abstractmethod
    def assortment(self) -> Assortment:
        """The items whose positions its arrays speak of."""

    def known(self, history: History) -> Known:
        """The part of a history that it can read."""
        return Known.of(history, self.assortment)

    def scores(self, history: History, candidates: Iterable[str]) -> dict[str, float]:
        """Candidate -> score; an unknown item is left out, and for an unknown person all are."""
        strengths = self.strengths(self.known(history))
        if strengths is None:
            return {}
        find = self.assortment.positions.get
        found = {id_: float(strengths.values[at]) for id_ in candidates if (at := find(id_)) is not None}
        return {id_: score for id_, score in found.items() if score > LEFT_OUT}
