from __future__ import annotations

from math import log2

import numpy as np
import pytest

from recommender import Settings
from recommender.evaluation import best, cases, held_out
from recommender.interactions import DAY
from recommender.popular import Popular
from tests.recommender.worlds import NOW, ORDERED, VIEWED, black, gathered, white

SPLIT = NOW - 28 * DAY
OPEN = -np.float32(np.inf)


def test_the_best_come_first_equals_by_position_and_what_is_left_out_never() -> None:
    values = np.array([1, 3, OPEN, 3, 2, 3], dtype=np.float32)
    assert best(values, 2).tolist() == [1, 3]
    assert best(values, 4).tolist() == [1, 3, 5, 4]
    assert best(values, 10).tolist() == [1, 3, 5, 4, 0]
    assert best(np.full(3, OPEN), 2).tolist() == []


def test_figures_are_those_of_the_formula() -> None:
    """Popular says black 0, 1, 2; one person buys 1 (again) and 7 after the split."""
    before = [(f"person-{n:02}", black(item), ORDERED, SPLIT - DAY) for item in range(3) for n in range(9 - item)]
    after = [("person-00", black(1), ORDERED, NOW - DAY), ("person-00", black(7), ORDERED, NOW - DAY)]
    world = gathered(before + after)
    questions = cases(world.between(0, SPLIT), world.between(SPLIT, NOW), Settings())
    figures = held_out(Popular.fit(world, Settings(), SPLIT), questions)
    ideal = 1 + 1 / log2(3)
    assert figures.all_items.ndcg == pytest.approx((1 / log2(3)) / ideal, abs=1e-4)
    assert (figures.all_items.recall, figures.all_items.people) == (0.5, 1)
    assert (figures.never_before.ndcg, figures.never_before.recall, figures.never_before.people) == (0.0, 0.0, 1)


def test_who_has_no_history_or_bought_nothing_afterwards_is_not_counted() -> None:
    world = gathered(
        [
            ("person-00", black(0), ORDERED, SPLIT - DAY),
            ("person-00", white(0), VIEWED, NOW - DAY),
            ("person-01", black(0), ORDERED, NOW - DAY),
        ]
    )
    assert cases(world.between(0, SPLIT), world.between(SPLIT, NOW), Settings()) == []


def test_an_item_bought_before_does_not_take_a_place_among_the_new() -> None:
    before = [("person-00", black(n), ORDERED, SPLIT - DAY) for n in range(10)]
    crowd = [(f"person-{n:02}", white(0), ORDERED, SPLIT - DAY) for n in range(1, 3)]
    after = [("person-00", white(0), ORDERED, NOW - DAY)]
    world = gathered(before + crowd + after)
    questions = cases(world.between(0, SPLIT), world.between(SPLIT, NOW), Settings())
    assert held_out(Popular.fit(world, Settings(), SPLIT), questions).never_before.ndcg == 1.0
