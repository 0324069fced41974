"""Who did what with which item, and when: the arrays that recommenders learn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from recommender.items import Item
from rules import Instant

DAY = 86_400.0

Floats: TypeAlias = npt.NDArray[np.float32]
Positions: TypeAlias = npt.NDArray[np.int32]
Instants: TypeAlias = npt.NDArray[np.float64]
History: TypeAlias = Sequence[tuple[str, float]]
"""Items that one person touched, newest first: (item id, weight)."""


ROW = np.dtype([("at", np.float64), ("person", np.int32), ("item", np.int32), ("weight", np.float32)])


class Touch(IntEnum):
    """What a touch of an item weighs."""

    VIEWED = 1
    ADDED = 3
    ORDERED = 5


class Assortment:
    """The items that a model was made with: their positions, and the category of each."""

    __slots__ = ("categories", "category_of", "ids", "positions")

    def __init__(self, ids: Sequence[str], categories: Sequence[str], category_of: Positions) -> None:
        self.ids = tuple(ids)
        self.positions = {id_: position for position, id_ in enumerate(self.ids)}
        self.categories = tuple(categories)
        self.category_of = category_of

    @classmethod
    def of(cls, items: Iterable[Item]) -> Assortment:
        """The assortment of these items, in the order of their ids: the order of a feed must not matter."""
        ordered = sorted({item.id: item for item in items}.values(), key=lambda item: item.id)
        categories = sorted({item.category for item in ordered})
        code = {category: number for number, category in enumerate(categories)}
        category_of = np.array([code[item.category] for item in ordered], dtype=np.int32)
        return cls([item.id for item in ordered], categories, category_of)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A history in a model's positions, newest first, one entry a touch; items the model has not are left out."""

    positions: Positions
    weights: Floats

    @classmethod
    def of(cls, history: History, assortment: Assortment) -> Known:
        """The part of a history that this assortment knows."""
        find = assortment.positions.get
        positions = np.array([find(touch[0], -1) for touch in history], dtype=np.int32)
        weights = np.array([touch[1] for touch in history], dtype=np.float32)
        met = positions >= 0
        return cls(positions[met], weights[met])

    def totals(self) -> tuple[Positions, Floats]:
        """Each item once, with the sum of its weights, in the order of positions."""
        positions, where = np.unique(self.positions, return_inverse=True)
        return positions, np.bincount(where, self.weights, len(positions)).astype(np.float32)

    def newest(self, limit: int) -> Known:
        """The newest touches, `limit` at most."""
        return Known(self.positions[:limit], self.weights[:limit])

    def at_least(self, weight: float) -> Known:
        """The touches of this weight or more."""
        keep = self.weights >= weight
        return Known(self.positions[keep], self.weights[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """Touches of an assortment's items, oldest first: parallel arrays of person, item, weight and time."""

    assortment: Assortment
    people: Positions
    items: Positions
    weights: Floats
    at: Instants

    @classmethod
    def gather(cls, touches: Iterable[tuple[str, str, float, Instant]], items: Iterable[Item]) -> Interactions:
        """Arrays from (person, item id, weight, at) rows in any order; rows of items not given are left out."""
        assortment = Assortment.of(items)
        find, person_of = assortment.positions.get, _Numbers()
        rows = np.fromiter(
            ((at, person_of[who], where, w) for who, item, w, at in touches if (where := find(item)) is not None),
            dtype=ROW,
        )
        # People are numbered by name, and touches sorted by all they hold: the order of rows must not matter.
        rank = np.empty(len(person_of), dtype=np.int32)
        rank[[person_of[name] for name in sorted(person_of)]] = np.arange(len(person_of), dtype=np.int32)
        people = rank[rows["person"]]
        order = np.lexsort((rows["weight"], rows["item"], people, rows["at"]))
        arrays = (people, rows["item"], rows["weight"], rows["at"])
        return cls(assortment, *(array[order] for array in arrays))

    def __len__(self) -> int:
        return len(self.people)

    def between(self, since: Instant, until: Instant) -> Interactions:
        """Those from `since` on and before `until`."""
        return self._only((self.at >= since) & (self.at < until))

    def of_items(self, positions: Positions) -> Interactions:
        """Those with one of these items."""
        return self._only(np.isin(self.items, positions))

    def decayed(self, now: Instant, half_life_days: float) -> Floats:
        """Their weights, each halved for every half-life of its age."""
        return (self.weights * 0.5 ** ((now - self.at) / (half_life_days * DAY))).astype(np.float32)

    def people_per_item(self) -> Positions:
        """How many different people touched each item of the assortment."""
        pairs = np.unique(self.people.astype(np.int64) * len(self.assortment) + self.items)
        return np.bincount(pairs % max(len(self.assortment), 1), minlength=len(self.assortment)).astype(np.int32)

    def of_weight(self, weight: float) -> Interactions:
        """Those of this weight or more."""
        return self._only(self.weights >= weight)

    def by_person(self) -> dict[int, Known]:
        """Each person's touches, newest first."""
        order = np.argsort(self.people, kind="stable")
        people, starts = np.unique(self.people[order], return_index=True)
        groups = np.split(order, starts[1:]) if len(order) else []
        return {
            int(person): Known(self.items[mine[::-1]], self.weights[mine[::-1]])
            for person, mine in zip(people, groups, strict=True)
        }

    def _only(self, keep: npt.NDArray[np.bool_]) -> Interactions:
        return Interactions(self.assortment, self.people[keep], self.items[keep], self.weights[keep], self.at[keep])


class _Numbers(dict[str, int]):
    """Numbers names in the order in which they are met."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number
