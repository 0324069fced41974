"""Placing: the order is total, nothing stands twice, and no slot that must be filled stays empty."""

from __future__ import annotations

import random

import pytest

from engine import Engine, Gate, Level
from tests.engine.toys import NOW, catalogue, decide, layout, module, shelf, shown, stops

ADULT = {">=": [{"var": "profile.age"}, 18]}


def test_tier_goes_before_score_and_score_before_specificity() -> None:
    narrow = {"and": [ADULT, {"==": [{"var": "profile.first_name"}, "Ada"]}]}
    shop = catalogue(
        modules={
            "plain": module(),
            "narrow": module(targeting=narrow),
            "wide": module(targeting=ADULT),
            "worthy": module(worth=2.0),
            "first": module(tier=9, worth=0.1),
        },
        layouts={"home": layout({"key": "top", "max": 9})},
    )
    page = decide(shop, values={"profile": {"age": 30, "first_name": "Ada"}})
    assert shown(page) == {"top": ["first", "worthy", "narrow", "wide", "plain"]}


def test_what_is_otherwise_equal_is_drawn_by_person_the_same_each_time_and_evenly() -> None:
    shop = catalogue(modules={"a": module(), "b": module(), "c": module()}, layouts={"home": layout({"key": "top"})})
    first = {unit: shown(decide(shop, unit=unit))["top"][0] for unit in map(str, range(3000))}
    assert all(shown(decide(shop, unit=unit))["top"][0] == winner for unit, winner in list(first.items())[:50])
    shares = [list(first.values()).count(key) / 3000 for key in "abc"]
    assert all(abs(share - 1 / 3) < 0.04 for share in shares)


def test_no_module_stands_in_two_slots() -> None:
    shop = catalogue(
        modules={"one": module(tier=1), "two": module()}, layouts={"home": layout({"key": "top"}, {"key": "bottom"})}
    )
    page = decide(shop)
    assert shown(page) == {"top": ["one"], "bottom": ["two"]}
    assert stops(page, "bottom")["one"].gate is Gate.PLACED


def test_pins_come_first_in_their_order_if_their_gates_are_open() -> None:
    shop = catalogue(
        modules={"a": module(), "b": module(targeting=ADULT), "c": module(tier=9)},
        layouts={"home": layout({"key": "top", "max": 3, "pinned": ["b", "a"]})},
    )
    assert shown(decide(shop, values={"profile": {"age": 20}})) == {"top": ["b", "a", "c"]}
    page = decide(shop)
    assert shown(page) == {"top": ["a", "c"]}
    assert stops(page, "top")["b"].gate is Gate.TARGETING


def test_diversity_shows_one_of_each_topic_before_a_second() -> None:
    shop = catalogue(
        modules={
            "c1": module(tier=5, topics=["coffee"]),
            "c2": module(tier=4, topics=["coffee"]),
            "t1": module(tier=1, topics=["tea"]),
        },
        layouts={"home": layout({"key": "top", "max": 3, "diverse_by": "topic"})},
    )
    assert shown(decide(shop)) == {"top": ["c1", "t1", "c2"]}


def test_the_fallback_ladder_goes_slot_then_layout_then_static_and_the_level_says_how_far() -> None:
    slot = {"key": "top", "types": ["card"], "tags": ["special"], "min": 1, "fallback": "stand-in"}
    made = {
        "modules": {"special": module(tags=["special"], targeting=ADULT), "stand_in": module(), "last": module()},
        "layouts": {"home": layout(slot, fallback="last", static="Welcome")},
    }
    shop = catalogue(**made)
    full = decide(shop, values={"profile": {"age": 30}})
    assert (shown(full), full.level) == ({"top": ["special"]}, Level.FULL)
    slot_level = decide(shop)
    assert (shown(slot_level), slot_level.level) == ({"top": ["stand-in"]}, Level.SLOT_FALLBACK)
    layout_level = decide(shop, without={"stand-in": "broken"})
    assert (shown(layout_level), layout_level.level) == ({"top": ["last"]}, Level.LAYOUT_FALLBACK)
    static = decide(shop, without={"stand-in": "broken", "last": "broken"})
    assert (shown(static), static.level, static.static) == ({"top": []}, Level.STATIC, "Welcome")


def test_a_fallback_obeys_policies() -> None:
    shop = catalogue(
        modules={"wine": module(tags=["alcohol"]), "special": module(tags=["special"], targeting=ADULT)},
        policies={"adults": {"title": "Adults", "tags": ["alcohol"], "logic": ADULT}},
        layouts={"home": layout({"key": "top", "tags": ["special"], "min": 1, "fallback": "wine"})},
    )
    page = decide(shop)
    assert shown(page) == {"top": []}
    assert "policy" in page.filled[0].why.note


def test_an_optional_slot_stays_empty_but_a_broken_module_costs_it_the_fallback() -> None:
    shop = catalogue(
        modules={"note": module(tags=["note"], targeting=ADULT), "stand_in": module()},
        layouts={"home": layout({"key": "top", "tags": ["note"], "min": 0, "fallback": "stand-in"})},
    )
    assert shown(decide(shop)) == {"top": []}
    assert shown(decide(shop, without={"note": "raised"})) == {"top": ["stand-in"]}


def test_items_are_filled_and_no_item_stands_twice_on_a_page() -> None:
    both = {"count": 2, "recommend": "for-you"}
    shop = catalogue(
        modules={"one": module(tags=["a"], products=both), "two": module(tags=["b"], products=both)},
        layouts={"home": layout({"key": "top", "tags": ["a"]}, {"key": "bottom", "tags": ["b"]})},
    )
    page = decide(shop, Engine(shelf("tea", "jam", "oil")))
    assert [[c.id for c in p.items["products"]] for p in page.placements] == [["tea", "jam"], ["oil"]]
    assert {p.items_from for p in page.placements} == {"for-you"}


def test_a_module_without_items_yields_its_slot_to_the_next() -> None:
    shop = catalogue(
        modules={"carousel": module(tier=1, products={"count": 2, "recommend": "for-you"}), "tea": module()},
        layouts={"home": layout({"key": "top"})},
    )
    page = decide(shop, Engine(shelf()))
    assert (shown(page), stops(page, "top")["carousel"].gate) == ({"top": ["tea"]}, Gate.ITEMS)


def test_a_recommender_that_raises_costs_its_slot_only_and_strict_mode_raises() -> None:
    shop = catalogue(
        modules={"carousel": module(tier=1, products={"count": 2, "recommend": "for-you"}), "tea": module()},
        layouts={"home": layout({"key": "top"})},
    )
    broken = Engine(shelf(fails=True))
    page = decide(shop, broken)
    assert (shown(page), page.level) == ({"top": ["tea"]}, Level.DEGRADED)
    assert "ZeroDivisionError" in page.notes[0]
    with pytest.raises(ZeroDivisionError):
        decide(shop, broken, strict=True)


def test_interest_in_a_topic_raises_the_modules_about_it() -> None:
    shop = catalogue(
        modules={"coffee": module(topics=["coffee"]), "tea": module(topics=["tea"])},
        layouts={"home": layout({"key": "top"})},
    )
    for favourite in ("coffee", "tea"):
        engine = Engine(interest=lambda _, favourite=favourite: {favourite: 3.0, "x": 1.0})
        assert all(
            shown(decide(shop, engine, unit=u, history=lambda: [("i", 1.0)])) == {"top": [favourite]} for u in "abcd"
        )


def test_degraded_facts_are_said() -> None:
    shop = catalogue(modules={"tea": module()}, layouts={"home": layout({"key": "top"})})
    page = decide(shop, degraded="profile copies unavailable")
    assert (page.level, page.notes) == (Level.DEGRADED, ("profile copies unavailable",))


def test_the_page_holds_no_longer_than_its_facts() -> None:
    shop = catalogue(modules={"tea": module()}, layouts={"home": layout({"key": "top"})})
    assert decide(shop, facts_until=NOW + 5).valid_until == NOW + 5


def test_every_loser_is_named_and_of_very_many_the_rest_is_counted() -> None:
    made = {f"m{n:02}": module(tier=n) for n in range(24)}
    few = catalogue(modules=dict(list(made.items())[:9]), layouts={"home": layout({"key": "top"})})
    assert [one.module for one in decide(few).filled[0].why.outranked] == [f"m0{n}" for n in range(7, -1, -1)]
    many = decide(catalogue(modules=made, layouts={"home": layout({"key": "top"})})).filled[0].why
    assert (len(many.outranked), many.note) == (20, "3 more came after")


def test_the_order_prepared_for_all_is_the_order_worked_out_for_one() -> None:
    """Interests that lift nothing change nothing: neither who stands where, nor a byte of the reasons."""
    dice = random.Random(5)
    made = {
        f"m{n:02}": module(tier=dice.randrange(3), worth=dice.choice([1.0, 2.0]), targeting=dice.choice([None, ADULT]))
        for n in range(30)
    }
    slots = ({"key": "top", "max": 3}, {"key": "mixed", "max": 2, "diverse_by": "topic"}, {"key": "last"})
    shop = catalogue(modules=made, layouts={"home": layout(*slots)})
    by_person = Engine(interest=lambda _: {"of no module": 1.0})
    orders = set()
    for unit in map(str, range(200)):
        asked = {"unit": unit, "values": {"profile": {"age": dice.choice([12, 30])}}}
        prepared, worked_out = decide(shop, **asked), decide(shop, by_person, **asked)
        assert shown(prepared) == shown(worked_out)
        told, other = ([filled.why for filled in page.filled] for page in (prepared, worked_out))
        assert [why.outranked for why in told] == [why.outranked for why in other]
        assert [why.encoded for why in told] == [why.encoded for why in other]
        orders.add(tuple(one.module for one in told[0].outranked))
    assert len(orders) > 50, "the draw settles what is equal"
