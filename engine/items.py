"""Filling a module's items: hand-picked first, then what the recommender knows; never what a policy bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.values import History, ItemCard, Recommend
from modules import Items


@dataclass(frozen=True, slots=True)
class Filling:
    """The cards of each items field, and who answered; `failure` names a recommender that did not."""

    cards: Mapping[str, tuple[ItemCard, ...]]
    answered_by: str = ""
    failure: str = ""


@dataclass(slots=True)
class Filler:
    """Asks the recommender for one request; an item that stands on the page already is not asked for again."""

    recommend: Recommend | None
    history: Callable[[], History]
    barred_tags: frozenset[str]
    locale: str
    strict: bool
    shown: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    _history: History | None = None

    def fill(self, parts: Sequence[Items]) -> Filling:
        """Cards for every items part of one module; a part that nobody can fill is left out."""
        if self.recommend is None:
            return Filling({}, failure="no recommender is loaded")
        cards: dict[str, tuple[ItemCard, ...]] = {}
        answered: list[str] = []
        try:
            for part in parts:
                found = self._ask(self.recommend, part)
                if found:
                    cards[part.field] = found[0]
                    answered.append(found[1])
        except Exception as error:  # a model's bug costs its slot, never the page
            if self.strict:
                raise
            failure = f"recommender failed: {type(error).__name__}"
            self.failures.append(failure)
            return Filling({}, failure=failure)
        self.shown.update(card.id for found_cards in cards.values() for card in found_cards)
        return Filling(cards, ", ".join(dict.fromkeys(answered)))

    def _known(self) -> History:
        if self._history is None:
            self._history = self.history()
        return self._history

    def _ask(self, recommend: Recommend, part: Items) -> tuple[tuple[ItemCard, ...], str] | None:
        spec = part.spec
        answer = recommend(
            model=spec.recommend or "",
            pick=spec.pick,
            count=spec.count,
            history=self._known(),
            where=spec.where,
            barred_tags=self.barred_tags,
            exclude=frozenset(self.shown),
            locale=self.locale,
        )
        return (answer.cards, answer.answered_by) if answer.cards else None
