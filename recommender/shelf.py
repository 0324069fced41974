"""A model laid over the items as they are now: what is recommended to whom, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from recommender.errors import UnknownChoiceError
from recommender.evaluation import best
from recommender.interactions import Floats, History, Known, Positions
from recommender.items import Item
from recommender.ladders import LADDERS, Ladder
from recommender.model import Model
from recommender.protocol import LEFT_OUT, Strengths
from recommender.reasons import Naming, reasons_for
from recommender.sentences import FALLBACK, SENTENCES, language_of
from recommender.stock import Stock, Where, conditions

ANSWERS = 8192
"""Answers kept, 3.5 kB each with a full history: every stranger asks the same, and a person's next page asks again."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One item for one person, and why: in words, and the ids of the own items that the words name."""

    item: Item
    because: str = ""
    because_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The items, best first, and who answered (`for you`, `popular this month`, `picked`)."""

    items: tuple[Suggestion, ...]
    answered_by: str


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer depends on, beside the model and the items. The history comes as the bytes of its arrays."""

    ladder: Ladder
    count: int
    where: Where
    barred_tags: frozenset[str]
    exclude: frozenset[str]
    language: str
    positions: bytes
    weights: bytes

    def known(self) -> Known:
        """The history."""
        return Known(np.frombuffer(self.positions, np.int32), np.frombuffer(self.weights, np.float32))


class Shelf:
    """Recommends from one model and one state of the items; a worker makes a new one when either changes."""

    def __init__(self, model: Model | None, items: Iterable[Item]) -> None:
        self.model = model
        self.stock = Stock(model.assortment if model else None, items)
        self._answer = lru_cache(maxsize=ANSWERS)(self._work_out)

    def recommend(
        self,
        *,
        model: str,
        count: int,
        history: History,
        pick: Sequence[str] = (),
        where: Sequence[tuple[str, str]] = (),
        barred_tags: frozenset[str] = frozenset(),
        exclude: frozenset[str] = frozenset(),
        locale: str = FALLBACK,
    ) -> Recommendation:
        """At most `count` items: the picked ones that may be shown first, then the model's, best first.

        `where` holds (field, value) pairs that all must match: category slug, department or brand. Items that
        can not be had, carry a barred tag or are excluded never come. An empty `model` asks for the picked
        alone, and before the first training there are no others. Reasons are told in the locale's language, or
        in English. UnknownChoiceError for a model or field there is not.
        """
        ladder = _ladder(model)
        checked = conditions(where)
        picked = self.stock.picked(pick, barred_tags, exclude)[:count]
        if ladder is None or self.model is None or len(picked) >= count:
            return Recommendation(tuple(map(Suggestion, picked)), "picked" if picked else "")
        known = Known.of(history, self.model.assortment)
        closed = exclude.union(item.id for item in picked)
        arrays = (known.positions.tobytes(), known.weights.tobytes())
        left = count - len(picked)
        answer = self._answer(Question(ladder, left, checked, barred_tags, closed, language_of(locale), *arrays))
        return _after(picked, answer) if picked else answer

    def interest(self, history: History) -> dict[str, float]:
        """Category slug -> how much more than others this person touches it; empty without a model."""
        return self.model.interest(history) if self.model else {}

    def _work_out(self, question: Question) -> Recommendation:
        found: list[Suggestion] = []
        answered: list[str] = []
        for suggestions, answered_by in self._climb(question):
            found += suggestions
            answered.append(answered_by)
        return Recommendation(tuple(found), ", ".join(answered))

    def _climb(self, question: Question) -> Iterator[tuple[list[Suggestion], str]]:
        """Rung by rung until there are enough: what one leaves open, the next fills."""
        assert self.model is not None
        known = question.known()
        different = len(np.unique(known.positions))
        closed = self.stock.closed(question.where, question.barred_tags)
        naming = Naming(self.stock.names(question.barred_tags), self.model.assortment.ids)
        taken = self._taken(question, known)
        missing = question.count
        for rung in question.ladder.rungs:
            recommender = self.model.named(rung.recommender)
            strengths = recommender.strengths(known) if missing and different >= rung.needs else None
            if strengths is None:
                continue
            chosen = _choose(strengths, closed, taken, missing)
            if len(chosen):
                reasons = reasons_for(chosen, strengths, known, naming, SENTENCES[question.language])
                items = [self.stock.item(at) for at in chosen]
                yield (
                    [Suggestion(i, r.text, r.because_of) for i, r in zip(items, reasons, strict=True)],
                    rung.answered_by,
                )
            taken = np.concatenate((taken, chosen))
            missing -= len(chosen)

    def _taken(self, question: Question, known: Known) -> Positions:
        """Positions that must not come: on the page already, or touched where the model leaves such out."""
        assert self.model is not None
        find = self.model.assortment.positions.get
        excluded = np.array([at for id_ in question.exclude if (at := find(id_)) is not None], dtype=np.int32)
        least = question.ladder.leave_out
        return excluded if least is None else np.concatenate((excluded, known.at_least(least).positions))


def _ladder(model: str) -> Ladder | None:
    if model and model not in LADDERS:
        raise UnknownChoiceError("model", model, LADDERS)
    return LADDERS.get(model)


def _choose(strengths: Strengths, closed: Floats, taken: Positions, count: int) -> Positions:
    """The strongest positions that are neither closed nor taken."""
    values = strengths.values + closed
    values[taken] = LEFT_OUT
    return best(values, count)


def _after(picked: Sequence[Item], answer: Recommendation) -> Recommendation:
    answered_by = f"picked, {answer.answered_by}" if answer.answered_by else "picked"
    return Recommendation((*map(Suggestion, picked), *answer.items), answered_by)
