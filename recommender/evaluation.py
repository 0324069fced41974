"""How good a recommender is on what it did not see: NDCG@10 and Recall@10 over a split in time."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from recommender.interactions import Interactions, Known, Positions, Touch
from recommender.protocol import LEFT_OUT, Recommender
from recommender.settings import Settings

DEPTH = 10
GAINS = 1 / np.log2(np.arange(2, DEPTH + 2))


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over `people`, those who bought something that counts after the split."""

    ndcg: float
    recall: float
    people: int


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One recommender's quality over all that was bought, and over what the person had never bought before."""

    all_items: Quality
    never_before: Quality

    def as_json(self) -> dict[str, dict[str, float]]:
        """The figures as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One person at the split: the history that a request would bring, all bought before, all bought after."""

    history: Known
    before: Positions
    after: Positions


def cases(before: Interactions, after: Interactions, settings: Settings) -> list[Case]:
    """Everybody with a history who bought something after the split."""
    histories = before.by_person()
    return [
        Case(
            history=histories[person].newest(settings.history),
            before=np.unique(histories[person].at_least(Touch.ORDERED).positions),
            after=np.unique(bought.positions),
        )
        for person, bought in after.of_weight(Touch.ORDERED).by_person().items()
        if person in histories
    ]


def held_out(recommender: Recommender, questions: list[Case]) -> HeldOut:
    """Ask for every person as a request would, and compare with what was bought."""
    everything: list[tuple[float, float]] = []
    new: list[tuple[float, float]] = []
    for case in questions:
        strengths = recommender.strengths(case.history)
        values = None if strengths is None else strengths.values
        everything.append(_measure(values, case.after))
        first_bought = np.setdiff1d(case.after, case.before)
        if len(first_bought):
            if values is not None:
                values = values.copy()
                values[case.before] = LEFT_OUT
            new.append(_measure(values, first_bought))
    return HeldOut(_mean(everything), _mean(new))


def best(values: np.ndarray, count: int) -> Positions:
    """Positions of the highest values, best first; equals in the order of positions; what is left out never."""
    there = np.flatnonzero(values > LEFT_OUT)
    left = values[there]
    if len(left) > count:
        # Everything that equals the last one taken stays in, so that the sort, and not the partition, decides.
        keep = left >= np.partition(left, len(left) - count)[len(left) - count]
        there, left = there[keep], left[keep]
    return there[np.argsort(-left, kind="stable")[:count]].astype(np.int32)


def _measure(values: np.ndarray | None, wanted: Positions) -> tuple[float, float]:
    """NDCG and recall of one list; a recommender that says nothing scores 0."""
    if values is None:
        return 0.0, 0.0
    hits = np.isin(best(values, DEPTH), wanted)
    ideal = GAINS[: len(wanted)].sum()
    return float(GAINS[: len(hits)][hits].sum() / ideal), float(hits.sum() / len(wanted))


def _mean(measured: list[tuple[float, float]]) -> Quality:
    if not measured:
        return Quality(0.0, 0.0, 0)
    ndcg, recall = np.mean(measured, axis=0)
    return Quality(round(float(ndcg), 4), round(float(recall), 4), len(measured))
