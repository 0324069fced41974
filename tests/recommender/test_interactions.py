from __future__ import annotations

import numpy as np

from recommender import Assortment, Interactions, Item, Known
from recommender.interactions import DAY
from tests.recommender.worlds import NOW

A, B, C = Item("a", "A", "x"), Item("b", "B", "y"), Item("c", "C", "x")
ROWS = [("bo", "b", 5.0, NOW), ("al", "a", 1.0, NOW - DAY), ("bo", "gone", 5.0, NOW), ("bo", "a", 3.0, NOW - 2 * DAY)]


def test_rows_are_kept_oldest_first_and_items_not_given_are_left_out() -> None:
    gathered = Interactions.gather(ROWS, [C, B, A])
    assert gathered.items.tolist() == [0, 0, 1]
    assert gathered.weights.tolist() == [3.0, 1.0, 5.0]
    assert gathered.people.tolist() == [1, 0, 1]
    assert gathered.at.tolist() == [NOW - 2 * DAY, NOW - DAY, NOW]


def test_the_order_of_rows_and_of_the_feed_does_not_matter() -> None:
    one, other = Interactions.gather(ROWS, [A, B, C]), Interactions.gather(ROWS[::-1], [C, A, B])
    for name in ("people", "items", "weights", "at"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    assert one.assortment.ids == other.assortment.ids == ("a", "b", "c")


def test_a_span_holds_its_beginning_and_not_its_end() -> None:
    gathered = Interactions.gather(ROWS, [A, B, C])
    assert gathered.between(NOW - 2 * DAY, NOW).at.tolist() == [NOW - 2 * DAY, NOW - DAY]


def test_a_half_life_halves_the_weight() -> None:
    gathered = Interactions.gather([("al", "a", 4.0, NOW - 10 * DAY), ("al", "a", 4.0, NOW)], [A])
    np.testing.assert_allclose(gathered.decayed(NOW, half_life_days=10), [2.0, 4.0])


def test_an_item_has_as_many_people_as_touched_it_however_often() -> None:
    rows = [("al", "a", 1.0, NOW), ("al", "a", 5.0, NOW), ("bo", "a", 1.0, NOW), ("bo", "c", 1.0, NOW)]
    assert Interactions.gather(rows, [A, B, C]).people_per_item().tolist() == [2, 0, 1]


def test_histories_are_newest_first_each_person_s_own() -> None:
    mine = Interactions.gather(ROWS, [A, B, C]).by_person()[1]
    assert mine.positions.tolist() == [1, 0]
    assert mine.weights.tolist() == [5.0, 3.0]
    assert mine.newest(1).positions.tolist() == [1]


def test_a_history_keeps_its_touches_and_their_sum_by_item() -> None:
    known = Known.of([("c", 1.0), ("gone", 5.0), ("a", 5.0), ("c", 3.0)], Assortment.of([A, B, C]))
    assert known.positions.tolist() == [2, 0, 2]
    positions, totals = known.totals()
    assert (positions.tolist(), totals.tolist()) == ([0, 2], [5.0, 4.0])
    assert known.at_least(3.0).positions.tolist() == [0, 2]


def test_no_interactions_at_all_are_fine() -> None:
    nothing = Interactions.gather([], [])
    assert len(nothing) == 0
    assert nothing.by_person() == {}
    assert nothing.people_per_item().tolist() == []
