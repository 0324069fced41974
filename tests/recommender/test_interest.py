from __future__ import annotations

import pytest

from recommender import Item, expected_value
from tests.recommender.worlds import NOW, ORDERED, VIEWED, black, checkerboard, history_of, shop, trained


def test_interest_is_above_1_where_a_person_touches_more_than_others_and_below_where_less() -> None:
    interest = trained().interest(history_of(0, checkerboard()))
    assert interest["coffee"] > 1.5
    assert interest["tea"] < 0.5


def test_who_does_as_everybody_does_has_interest_1() -> None:
    history = history_of(0, checkerboard()) + history_of(1, checkerboard())
    assert trained().interest(history) == pytest.approx({"coffee": 1.0, "tea": 1.0})


def test_one_look_says_little_and_nothing_is_ever_above_4() -> None:
    rare = Item("rare", "Rare", "truffles")
    rows = [*checkerboard(), ("person-00", "rare", VIEWED, NOW - 1)]
    model = trained(rows, [*shop(), rare])
    assert 1.0 < model.interest([("rare", VIEWED)])["truffles"] < 1.2
    assert model.interest([("rare", ORDERED)] * 100)["truffles"] == 4.0


def test_a_stranger_has_no_interests_and_an_untouched_category_none() -> None:
    model = trained(items=[*shop(), Item("new", "New", "never-touched")])
    assert model.interest([]) == {}
    assert set(model.interest([(black(1), ORDERED)])) == {"coffee", "tea"}


def test_expected_value_is_chance_times_worth() -> None:
    interest = {"coffee": 2.0, "tea": 0.5}
    assert expected_value(3.0, ["coffee"], interest, base_chance=0.1) == pytest.approx(0.6)
    assert expected_value(3.0, ["coffee", "tea"], interest, base_chance=0.1) == pytest.approx(0.375)


@pytest.mark.parametrize("topics", [[], ["unknown"]])
def test_a_module_about_which_nothing_is_known_has_the_base_chance(topics: list[str]) -> None:
    assert expected_value(2.0, topics, {"coffee": 4.0}, base_chance=0.1) == pytest.approx(0.2)
    assert expected_value(2.0, topics, {}, base_chance=0.1) == pytest.approx(0.2)


def test_an_unknown_topic_does_not_dilute_a_known_one() -> None:
    assert expected_value(1.0, ["coffee", "unknown"], {"coffee": 2.0}, base_chance=0.1) == pytest.approx(0.2)


def test_a_chance_is_never_above_1() -> None:
    assert expected_value(5.0, ["coffee"], {"coffee": 4.0}, base_chance=0.9) == 5.0
