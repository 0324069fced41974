"""The items of an assortment as they are now: which may be shown, and by what name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeGuard

import numpy as np

from recommender.errors import UnknownChoiceError
from recommender.interactions import Assortment, Floats
from recommender.items import Item
from recommender.protocol import LEFT_OUT

Where: TypeAlias = tuple[tuple[str, str], ...]

FIELDS = ("brand", "category", "department")
"""What `where` can choose items by."""

FILTERS = 256
"""Combinations of conditions and barred tags kept: as many as modules and policies make, 34 kB each at most."""


class Stock:
    """All items by id, and those of one assortment by position."""

    def __init__(self, assortment: Assortment | None, items: Iterable[Item]) -> None:
        self.items = {item.id: item for item in items}
        self._at = [self.items.get(id_) for id_ in assortment.ids] if assortment else []
        self.closed = lru_cache(maxsize=FILTERS)(self._closed)
        self.names = lru_cache(maxsize=FILTERS)(self._names)

    def item(self, position: int) -> Item:
        """The item at a position that `closed` left open."""
        item = self._at[position]
        assert item is not None
        return item

    def picked(self, pick: Sequence[str], barred_tags: frozenset[str], exclude: frozenset[str]) -> tuple[Item, ...]:
        """Those of the picked items that may be shown, in the order in which they were picked."""
        found = (self.items.get(id_) for id_ in dict.fromkeys(pick) if id_ not in exclude)
        return tuple(item for item in found if may_show(item, barred_tags))

    def _closed(self, where: Where, barred_tags: frozenset[str]) -> Floats:
        """To be added to strengths: 0 for what can be had, matches all conditions and is not barred, else minus ∞."""
        fits = [may_show(item, barred_tags) and _matches(item, where) for item in self._at]
        return np.where(fits, np.float32(0), LEFT_OUT)

    def _names(self, barred_tags: frozenset[str]) -> tuple[str | None, ...]:
        """Names by position that may be read out to a person with these barred tags; None for all others."""
        return tuple(item.name if item and not item.tags & barred_tags else None for item in self._at)


def conditions(where: Iterable[tuple[str, str]]) -> Where:
    """The conditions as a value that can be looked up; UnknownChoiceError for a field there is not."""
    checked = tuple((field, value) for field, value in where)
    for field, _ in checked:
        if field not in FIELDS:
            raise UnknownChoiceError("field of an item", field, FIELDS)
    return checked


def may_show(item: Item | None, barred_tags: frozenset[str]) -> TypeGuard[Item]:
    """Whether an item is there, can be had, and carries no barred tag."""
    return item is not None and item.available and not item.tags & barred_tags


def _matches(item: Item, where: Where) -> bool:
    return all(getattr(item, field).casefold() == value.casefold() for field, value in where)
