from __future__ import annotations

import re
from dataclasses import replace

import pytest

from recommender import LADDERS, Item, Shelf, Suggestion, UnknownChoiceError
from tests.recommender.worlds import (
    ADDED,
    NOW,
    ORDERED,
    VIEWED,
    black,
    checkerboard,
    hidden_tile,
    history_of,
    ids,
    shelf,
    shop,
    trained,
    white,
)

THREE = [(white(1), ORDERED), (white(2), ORDERED), (white(3), ORDERED)]


@pytest.mark.parametrize("person", [0, 1, 7, 12])
def test_for_you_puts_the_hidden_tile_first_and_leaves_out_what_was_bought(person: int) -> None:
    history = history_of(person, checkerboard())
    answer = shelf().recommend(model="for-you", count=3, history=history)
    assert ids(answer)[0] == (black, white)[person % 2](hidden_tile(person))
    assert not {item for item, _ in history} & set(ids(answer))
    assert answer.answered_by == "for you"


def test_what_is_in_the_cart_is_left_out_and_what_was_only_looked_at_is_not() -> None:
    history = [(white(1), ADDED), (white(2), VIEWED), (white(3), VIEWED)]
    answer = ids(shelf().recommend(model="for-you", count=20, history=history))
    assert white(1) not in answer
    assert {white(2), white(3)} <= set(answer)


def test_the_reason_names_what_they_bought_and_most_of_all_counted() -> None:
    answer = shelf().recommend(model="for-you", count=4, history=[*THREE, (black(1), VIEWED)])
    for suggestion in answer.items:
        assert suggestion.because.startswith("because you bought Tea ")
        assert set(suggestion.because_of) <= {white(1), white(2), white(3)}
        assert " and " in suggestion.because
        assert len(suggestion.because_of) == 2


@pytest.mark.parametrize(
    ("weight", "words"),
    [(VIEWED, "because you looked at"), (ADDED, "because you picked"), (ORDERED, "because you bought")],
)
def test_the_reason_says_what_they_did(weight: float, words: str) -> None:
    history = [(white(n), weight) for n in (1, 2, 3)]
    assert shelf().recommend(model="for-you", count=1, history=history).items[0].because.startswith(words)


@pytest.mark.parametrize(
    ("model", "weight", "words"),
    [
        ("for-you", VIEWED, r"weil Sie Tea \d( und Tea \d)? angesehen haben"),
        ("for-you", ADDED, r"weil Sie Tea \d( und Tea \d)? ausgesucht haben"),
        ("for-you", ORDERED, r"weil Sie Tea \d( und Tea \d)? gekauft haben"),
        ("buy-again", ORDERED, "schon 2-mal gekauft"),
        ("popular", ORDERED, "beliebt in diesem Monat"),
    ],
)
def test_the_reason_speaks_the_language_of_the_page(model: str, weight: float, words: str) -> None:
    one = shelf()
    history = [(white(n), weight) for n in (1, 1, 2, 2, 3, 3)]
    for locale, german in (("de", True), ("en", False), ("de-AT", True)):
        answer = one.recommend(model=model, count=2, history=history, locale=locale)
        assert len(answer.items) == 2
        assert all(bool(re.fullmatch(words, s.because)) == german for s in answer.items), locale


def test_where_a_language_is_not_written_the_reason_is_english() -> None:
    one = shelf()
    answers = [
        one.recommend(model="popular", count=2, history=[], locale=locale) for locale in ("en", "fr", "", "en-US")
    ]
    assert all(answer == answers[0] for answer in answers)


def test_an_item_is_never_its_own_reason() -> None:
    history = [(white(n), VIEWED) for n in (1, 2, 3)]
    for suggestion in shelf().recommend(model="for-you", count=10, history=history).items:
        assert suggestion.item.id not in suggestion.because_of


def test_a_barred_item_is_not_named_in_a_reason() -> None:
    items = [replace(item, tags=frozenset({"alcohol"})) if item.id == white(1) else item for item in shop()]
    bar = shelf(items)
    open_answer = bar.recommend(model="for-you", count=8, history=THREE)
    assert any(white(1) in s.because_of for s in open_answer.items)
    barred = bar.recommend(model="for-you", count=8, history=THREE, barred_tags=frozenset({"alcohol"}))
    assert barred.items
    assert not any(white(1) in s.because_of or "Tea 1" in s.because for s in barred.items)


@pytest.mark.parametrize("history", [[], THREE[:2], [("gone", ORDERED)] * 5, [THREE[0]] * 5])
def test_whom_it_knows_by_fewer_than_three_items_gets_what_is_popular(history: list[tuple[str, float]]) -> None:
    answer = shelf().recommend(model="for-you", count=3, history=history)
    assert answer.answered_by == "popular this month"
    assert {s.because for s in answer.items} == {"popular this month"}
    assert len(answer.items) == 3


def test_where_the_first_rung_runs_out_the_next_one_fills_and_both_are_named() -> None:
    newcomer = Item("one-fan", "One fan", "coffee")
    rows = [*checkerboard(), ("person-02", "one-fan", ORDERED, NOW - 9)]
    items = [*shop(), newcomer]
    answer = shelf(items, trained(rows, items)).recommend(model="for-you", count=20, history=THREE)
    assert answer.answered_by == "for you, popular this month"
    assert ids(answer)[-1] == "one-fan"
    assert len(set(ids(answer))) == len(answer.items) == 18


def test_buy_again_counts_and_is_empty_for_a_stranger() -> None:
    history = [(black(1), ORDERED), (black(2), ORDERED), (black(2), ORDERED), (black(3), VIEWED)]
    answer = shelf().recommend(model="buy-again", count=5, history=history)
    assert [(s.item.id, s.because) for s in answer.items] == [
        (black(2), "you bought it 2 times"),
        (black(1), "you bought it before"),
    ]
    assert answer.answered_by == "buy again"
    nothing = shelf().recommend(model="buy-again", count=5, history=[])
    assert (nothing.items, nothing.answered_by) == ((), "")


@pytest.mark.parametrize("model", list(LADDERS))
def test_no_model_shows_what_cannot_be_had_is_barred_or_excluded(model: str) -> None:
    items = [
        replace(item, available=item.id != black(1), tags=frozenset({"alcohol"} if item.id == black(2) else ()))
        for item in shop()
    ]
    history = [(black(n), VIEWED if model == "for-you" else ORDERED) for n in range(5)]
    answer = shelf(items).recommend(
        model=model, count=20, history=history, barred_tags=frozenset({"alcohol"}), exclude=frozenset({black(3)})
    )
    assert black(0) in ids(answer)
    assert not {black(1), black(2), black(3)} & set(ids(answer))


@pytest.mark.parametrize("model", list(LADDERS))
def test_no_model_shows_an_item_that_left_the_catalogue(model: str) -> None:
    history = [(black(n), VIEWED if model == "for-you" else ORDERED) for n in range(5)]
    answer = shelf(shop()[1:]).recommend(model=model, count=20, history=history)
    assert answer.items
    assert black(0) not in ids(answer)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ([("category", "tea")], {white(n) for n in range(10)}),
        ([("category", "TEA"), ("brand", "assam")], {white(n) for n in range(10)}),
        ([("brand", "Moka")], {black(n) for n in range(10)}),
        ([("department", "drinks")], {item.id for item in shop()}),
        ([("category", "tea"), ("brand", "Moka")], set()),
    ],
)
def test_where_keeps_what_matches_all_conditions(where: list[tuple[str, str]], expected: set[str]) -> None:
    assert set(ids(shelf().recommend(model="popular", count=20, history=[], where=where))) == expected


def test_picked_items_come_first_in_their_order_and_only_where_they_may_be_shown() -> None:
    items = [replace(item, available=item.id != white(4)) for item in shop()]
    pick = [white(5), "gone", white(4), white(6), white(5)]
    answer = shelf(items).recommend(model="popular", pick=pick, count=4, history=[], exclude=frozenset({white(6)}))
    assert ids(answer)[0] == white(5)
    assert not {white(4), white(6)} & set(ids(answer))
    assert len(set(ids(answer))) == 4
    assert answer.answered_by == "picked, popular this month"


def test_without_a_model_the_picked_are_all_there_is() -> None:
    bare = Shelf(None, shop())
    answer = bare.recommend(model="for-you", pick=[black(1)], count=3, history=THREE)
    assert answer.items == (Suggestion(shop()[1]),)
    assert answer.answered_by == "picked"
    assert bare.recommend(model="for-you", count=3, history=THREE).items == ()
    assert bare.interest(THREE) == {}


def test_enough_picked_items_ask_no_model() -> None:
    answer = shelf().recommend(model="popular", pick=[black(1), black(2), black(3)], count=2, history=[])
    assert (ids(answer), answer.answered_by) == ([black(1), black(2)], "picked")


def test_a_wrong_model_or_field_is_named_with_what_was_meant() -> None:
    with pytest.raises(UnknownChoiceError, match="no model 'for-yuo'; did you mean 'for-you'"):
        shelf().recommend(model="for-yuo", count=1, history=[])
    with pytest.raises(UnknownChoiceError, match="no field of an item 'categroy'; did you mean 'category'"):
        shelf().recommend(model="popular", count=1, history=[], where=[("categroy", "tea")])


def test_the_same_question_has_the_same_answer_kept_or_fresh() -> None:
    one, other = shelf(), shelf()
    first = one.recommend(model="for-you", count=5, history=THREE)
    assert one.recommend(model="for-you", count=5, history=THREE) == first
    assert other.recommend(model="for-you", count=5, history=THREE) == first


def test_kept_answers_are_told_apart_by_all_they_depend_on() -> None:
    one = shelf()
    base = one.recommend(model="for-you", count=5, history=THREE)
    assert len(one.recommend(model="for-you", count=4, history=THREE).items) == 4
    assert one.recommend(model="for-you", count=5, history=THREE[:1]) != base
    assert one.recommend(model="for-you", count=5, history=[(i, VIEWED) for i, _ in THREE]) != base
    assert ids(base)[0] not in ids(one.recommend(model="for-you", count=5, history=THREE, exclude=frozenset(ids(base))))
    assert one.recommend(model="for-you", count=5, history=THREE, where=[("category", "coffee")]) != base


def test_an_event_counts_at_once() -> None:
    """Two coffees and a tea, then three more teas: the answer turns to tea with no training between."""
    one = shelf()
    coffee = [(black(1), ORDERED), (black(2), ORDERED), (white(1), ORDERED)]
    assert ids(one.recommend(model="for-you", count=1, history=coffee))[0].startswith("black")
    turned = [(white(n), ORDERED) for n in range(2, 7)] + coffee
    assert ids(one.recommend(model="for-you", count=1, history=turned))[0].startswith("white")
