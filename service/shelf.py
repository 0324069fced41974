"""The shelf as the engine wants it: suggestions of the recommender made cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import recommender
from engine import ItemCard, Recommended
from recommender import Item, Model


class Shelf:
    """One state of the items and one model; a worker makes a new one when either changes."""

    def __init__(self, model: Model | None, items: Iterable[Item], currency: str) -> None:
        kept = tuple(items)
        self.shelf = recommender.Shelf(model, kept)
        self.interest = self.shelf.interest
        self._currency = currency

    def recommend(
        self,
        *,
        model: str,
        pick: Sequence[str],
        count: int,
        history: Sequence[tuple[str, float]],
        where: Sequence[tuple[str, str]],
        barred_tags: frozenset[str],
        exclude: frozenset[str],
        locale: str,
    ) -> Recommended:
        """At most `count` cards, picked ones first. See `engine.Recommend`."""
        answer = self.shelf.recommend(
            model=model,
            pick=pick,
            count=count,
            history=history,
            where=where,
            barred_tags=barred_tags,
            exclude=exclude,
            locale=locale,
        )
        return Recommended(tuple(self._card(s.item, s.because) for s in answer.items), answer.answered_by)

    def _card(self, item: Item, because: str) -> ItemCard:
        return ItemCard(
            id=item.id,
            name=item.name,
            price=item.price,
            currency=item.currency or self._currency,
            image=item.image or None,
            url=item.url,
            brand=item.brand,
            category=item.category,
            because=because,
        )
