"""One exam for every entry of RECOMMENDERS."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender import RECOMMENDERS, Interactions, Recommender
from recommender.factors import FoldIn
from recommender.interactions import DAY
from tests.recommender.worlds import (
    NOW,
    ORDERED,
    SMALL,
    VIEWED,
    black,
    checkerboard,
    gathered,
    hidden_tile,
    history_of,
    shop,
    white,
)

ALL_IDS = [item.id for item in shop()]
COLLABORATIVE = [name for name, kind in RECOMMENDERS.items() if issubclass(kind, FoldIn)]


@pytest.fixture(params=list(RECOMMENDERS))
def kind(request: pytest.FixtureRequest) -> type[Recommender]:
    return RECOMMENDERS[request.param]


@pytest.fixture
def fitted(kind: type[Recommender]) -> Recommender:
    return kind.fit(gathered(), SMALL, NOW)


def bits(recommender: Recommender) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in recommender.save().items()}


def test_it_stands_in_the_table_under_its_own_name_and_says_what_it_does(kind: type[Recommender]) -> None:
    assert RECOMMENDERS[kind.name] is kind
    assert len(kind.summary) > 20


def test_it_scores_what_it_knows_with_finite_numbers(fitted: Recommender) -> None:
    scores = fitted.scores(history_of(0, checkerboard()), ALL_IDS)
    assert scores
    assert np.isfinite(list(scores.values())).all()


def test_an_item_that_it_never_saw_is_left_out_and_not_0(kind: type[Recommender]) -> None:
    never = replace(shop()[0], id="never-touched")
    fitted = kind.fit(Interactions.gather(checkerboard(), (*shop(), never)), SMALL, NOW)
    scores = fitted.scores(history_of(0, checkerboard()), [black(1), "never-touched", "not-in-the-catalogue"])
    assert set(scores) == {black(1)}


def test_a_history_of_unknown_items_is_the_history_of_a_stranger(fitted: Recommender) -> None:
    assert fitted.scores([("gone", 5.0)], ALL_IDS) == fitted.scores([], ALL_IDS)


def test_only_candidates_are_scored(fitted: Recommender) -> None:
    assert set(fitted.scores(history_of(0, checkerboard()), [black(3)])) <= {black(3)}


def test_what_is_saved_is_loaded_bit_by_bit(kind: type[Recommender], fitted: Recommender) -> None:
    again = kind.load(fitted.assortment, fitted.save())
    history = history_of(3, checkerboard())
    assert again.scores(history, ALL_IDS) == fitted.scores(history, ALL_IDS)
    assert bits(again) == bits(fitted)


def test_two_fits_of_the_same_rows_in_any_order_are_equal_bit_by_bit(kind: type[Recommender]) -> None:
    one = kind.fit(gathered(), SMALL, NOW)
    other = kind.fit(gathered(checkerboard()[::-1]), SMALL, NOW)
    alone = kind.fit(gathered(), replace(SMALL, threads=1), NOW)
    assert bits(one) == bits(other) == bits(alone)


def test_what_happens_at_or_after_now_is_not_learned(kind: type[Recommender]) -> None:
    future = [("person-99", white(n), ORDERED, NOW + n) for n in range(10)]
    assert bits(kind.fit(gathered(checkerboard() + future), SMALL, NOW)) == bits(kind.fit(gathered(), SMALL, NOW))


def test_what_is_older_than_the_window_is_not_learned(kind: type[Recommender]) -> None:
    old = [(f"person-{person:02}", white(1), ORDERED, NOW - 100 * DAY) for person in range(0, 20, 2)]
    assert bits(kind.fit(gathered(checkerboard() + old), SMALL, NOW)) == bits(kind.fit(gathered(), SMALL, NOW))


def test_a_shop_without_interactions_has_nothing_to_say(kind: type[Recommender]) -> None:
    fitted = kind.fit(gathered([]), SMALL, NOW)
    assert fitted.scores([], ALL_IDS) == {}


@pytest.mark.parametrize("name", COLLABORATIVE)
def test_the_hidden_tile_of_a_checkerboard_comes_first(name: str) -> None:
    fitted = RECOMMENDERS[name].fit(gathered(), SMALL, NOW)
    for person in range(20):
        history = history_of(person, checkerboard())
        touched = {item for item, _ in history}
        scores = fitted.scores(history, [id_ for id_ in ALL_IDS if id_ not in touched])
        assert max(scores, key=scores.__getitem__) == (black, white)[person % 2](hidden_tile(person))


@pytest.mark.parametrize("name", COLLABORATIVE)
def test_somebody_new_is_understood_from_three_touches(name: str) -> None:
    fitted = RECOMMENDERS[name].fit(gathered(), SMALL, NOW)
    scores = fitted.scores([(white(1), VIEWED), (white(2), VIEWED), (white(3), VIEWED)], ALL_IDS)
    assert min(scores[white(n)] for n in range(10)) > max(scores[black(n)] for n in range(10))


@pytest.mark.parametrize("name", COLLABORATIVE)
def test_what_the_own_items_added_sums_up_to_the_score(name: str) -> None:
    fitted = RECOMMENDERS[name].fit(gathered(), SMALL, NOW)
    known = fitted.known(history_of(4, checkerboard()))
    strengths = fitted.strengths(known)
    assert strengths is not None
    assert strengths.added is not None
    chosen = np.arange(20, dtype=np.int32)
    touched, added = strengths.added(chosen)
    assert set(touched) == set(known.positions)
    np.testing.assert_allclose(added.sum(axis=1), strengths.values, atol=1e-4)


@pytest.mark.parametrize("name", COLLABORATIVE)
def test_an_item_of_too_few_people_has_no_factors(name: str) -> None:
    rows = [*checkerboard(), ("person-00", "rare", ORDERED, NOW - DAY)]
    rare = replace(shop()[0], id="rare")
    fitted = RECOMMENDERS[name].fit(Interactions.gather(rows, (*shop(), rare)), SMALL, NOW)
    assert fitted.scores(history_of(0, rows), ["rare"]) == {}
    assert fitted.scores([("rare", ORDERED)], ALL_IDS) == {}


def test_both_ways_of_fitting_agree() -> None:
    """Conjugate gradient and exact solving end near the same model."""
    one, other = (RECOMMENDERS[name].fit(gathered(), replace(SMALL, iterations=30), NOW) for name in COLLABORATIVE)
    for person in range(20):
        history = history_of(person, checkerboard())
        left, right = one.scores(history, ALL_IDS), other.scores(history, ALL_IDS)
        assert np.corrcoef([left[id_] for id_ in ALL_IDS], [right[id_] for id_ in ALL_IDS])[0, 1] > 0.98


def test_popular_counts_people_and_not_units_and_the_newest_days_most() -> None:
    hoarder = [("person-00", black(0), ORDERED, NOW - day * DAY) for day in range(1, 30)]
    many = [(f"person-{n:02}", black(1), ORDERED, NOW - 10 * DAY) for n in range(5)]
    fresh = [(f"person-{n:02}", black(2), ORDERED, NOW - DAY) for n in range(5)]
    popular = RECOMMENDERS["popular"].fit(gathered(hoarder + many + fresh), SMALL, NOW)
    scores = popular.scores([], ALL_IDS)
    assert sorted(scores, key=scores.__getitem__, reverse=True) == [black(2), black(1), black(0)]


def test_again_puts_first_what_was_bought_most_often_and_leaves_out_what_was_only_looked_at() -> None:
    again = RECOMMENDERS["again"].fit(gathered(), SMALL, NOW)
    history = [(black(1), VIEWED), (black(2), ORDERED), (black(3), ORDERED), (black(3), ORDERED)]
    scores = again.scores(history, ALL_IDS)
    assert sorted(scores, key=scores.__getitem__, reverse=True) == [black(3), black(2)]
    assert again.scores([(black(1), VIEWED)], ALL_IDS) == {}
