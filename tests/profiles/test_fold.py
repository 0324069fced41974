"""The fold: what events make of a profile, in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from profiles import STRANGER, Event, Profile, category_slug, fold, fold_all
from profiles.profile import at_version
from tests.profiles.calls import DAY, MINUTE, NOW, added, call, ordered, removed, viewed


def after(*events: Event) -> Profile:
    return reduce(fold, events, STRANGER)


def test_views_orders_and_coupons_are_counted() -> None:
    profile = after(
        viewed("1"),
        viewed("2", category="Fresh Fruit"),
        ordered("1", "2", at=NOW + 1, total=12.5),
        ordered("1", at=NOW + 2, total=7.25),
        call(event="Coupon Applied", properties={"coupon_id": "c"}),
    )
    assert profile.counters == {
        "orders": 2,
        "spend": 19.75,
        "first_order_at": NOW + 1,
        "last_order_at": NOW + 2,
        "bought": {"coffee": 3},
        "viewed": {"coffee": 1, "fresh-fruit": 1},
        "coupons_redeemed": 1,
    }


def test_the_newest_touch_comes_first() -> None:
    profile = after(viewed("1", NOW), added("2", NOW + 1), ordered("2", "3", at=NOW + 2))
    assert profile.items == [[NOW + 2, 5.0, ["2", "3"]], [NOW + 1, 3.0, ["2"]], [NOW, 1.0, ["1"]]]


def test_a_late_event_finds_its_place() -> None:
    profile = after(viewed("1", NOW), viewed("3", NOW + 20), viewed("2", NOW + 10))
    assert [props["product_id"] for _, props in profile.events["Product Viewed"]] == ["3", "2", "1"]
    assert [ids for _, _, ids in profile.items] == [["3"], ["2"], ["1"]]


def test_the_cart_holds_what_was_added_and_neither_removed_nor_ordered() -> None:
    assert after(added("1", NOW, quantity=2), added("2", NOW + 1)).cart == {"1": 2, "2": 1}
    assert after(added("1", NOW, quantity=2), removed("1", NOW + 1)).cart == {"1": 1}
    assert after(added("1", NOW), removed("1", NOW + 1)).cart == {}
    assert after(added("1", NOW), ordered("1", at=NOW + 1)).cart == {}
    assert after(added("1", NOW), ordered("1", at=NOW + 1), added("2", NOW + 2)).cart == {"2": 1}


def test_a_late_add_does_not_refill_a_cart_that_was_ordered() -> None:
    assert after(ordered("1", at=NOW + 60), added("1", NOW)).cart == {}


def test_a_cart_is_forgotten_after_thirty_days() -> None:
    assert after(added("1", NOW), viewed("2", NOW + 29 * DAY)).cart == {"1": 1}
    assert after(added("1", NOW), viewed("2", NOW + 31 * DAY)).cart == {}


def test_an_older_trait_does_not_overrule_a_newer_one() -> None:
    new = call("identify", NOW + 10, traits={"first_name": "Anna"})
    old = call("identify", NOW, traits={"first_name": "Ann", "kids": 2})
    assert after(new, old).traits == {"first_name": "Anna", "kids": 2}


def test_only_identify_tells_traits() -> None:
    assert after(call(event="Lantern Lit", traits={"first_name": "Eve"})).traits == {}


def test_the_latest_consent_holds_and_of_two_at_once_the_careful_one() -> None:
    def told(granted: bool, at: float) -> Event:
        return replace(call(event="Segment Consent Preference Updated", at=at), consent={"marketing": granted})

    assert after(told(True, NOW), told(False, NOW + 1)).consent == {"marketing": False}
    assert after(told(False, NOW + 1), told(True, NOW)).consent == {"marketing": False}
    assert after(told(False, NOW), told(True, NOW + 1)).consent == {"marketing": True}
    assert after(told(True, NOW), told(False, NOW)).consent == {"marketing": False}
    assert after(told(False, NOW), told(True, NOW)).consent == {"marketing": False}


def test_folding_changes_nothing_that_was_handed_out() -> None:
    before = after(viewed("1"), added("1"), call("identify", traits={"kids": 1}))
    kept = before.dump()
    fold_all(before, [viewed("2", NOW + 1), added("2", NOW + 2), ordered("1", at=NOW + 3), call("identify")])
    assert before.dump() == kept


def test_each_fold_is_one_version_on() -> None:
    assert after(viewed("1"), viewed("2")).version == 2


def test_a_document_is_read_back_as_it_was() -> None:
    profile = after(viewed("1"), ordered("1"), call("identify", traits={"a": [1, {"b": None}]}))
    assert Profile.load(at_version(profile.dump(), profile.version)) == profile


def test_a_profile_stays_small_whatever_is_sent() -> None:
    events = [viewed(str(n), NOW + n, category=f"c{n}") for n in range(1_000)]
    events += [call(event=f"Odd {n}", properties={"text": "x" * 9_000}) for n in range(300)]
    events += [call("identify", traits={f"t{n}": "x" * 9_000, f"u{n}": 1}) for n in range(400)]
    events += [ordered(*(f"{k}" for k in range(500)), at=NOW + 2_000)]
    profile = fold_all(STRANGER, events)
    assert len(profile.dump()) < 300_000
    assert sum(len(ids) for _, _, ids in profile.items) == 200
    assert {name: len(log) for name, log in profile.events.items()}["Product Viewed"] == 100
    assert profile.counters["orders"] == 1


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"products": None},
        {"products": "x"},
        {"products": [1, None, {}, {"product_id": ["x"], "category": 7, "quantity": "many", "price": "NaN"}]},
        {"total": "inf"},
        {"total": None, "products": [{"product_id": 7, "quantity": -3, "price": 2}]},
    ],
)
def test_odd_orders_count_as_orders_and_spoil_nothing(properties: dict[str, Any]) -> None:
    profile = after(call(event="Order Completed", properties=properties))
    assert profile.counters["orders"] == 1
    assert 0 <= profile.counters["spend"] < 100
    assert Profile.load(at_version(profile.dump(), profile.version)) == profile


def test_numbers_sent_as_text_are_numbers() -> None:
    products = [{"product_id": 7, "category": "Tea", "quantity": "2", "price": "1.50"}]
    profile = after(call(event="Order Completed", properties={"products": products}))
    assert profile.counters["spend"] == 3.0
    assert profile.counters["bought"] == {"tea": 2}


def test_slugs() -> None:
    slugs = [category_slug(text) for text in ("Fresh Fruit & Nuts", "Crème brûlée", "  baby-food ", "!!", "Größe")]
    assert slugs == ["fresh-fruit-nuts", "creme-brulee", "baby-food", "", "grosse"]


MOMENTS = some.integers(0, 40 * 24 * 60).map(lambda minutes: NOW + minutes * MINUTE)
ITEMS = some.sampled_from("abc")
STEPS = some.one_of(
    some.builds(viewed, ITEMS, MOMENTS),
    some.builds(added, ITEMS, MOMENTS, quantity=some.integers(1, 3)),
    some.builds(removed, ITEMS, MOMENTS),
    some.builds(
        lambda items, at, total: ordered(*items, at=at, total=total), some.lists(ITEMS), MOMENTS, some.just(9.99)
    ),
    some.builds(lambda at, n: call("identify", at, traits={"n": at, f"t{n}": 1}), MOMENTS, some.integers(0, 3)),
)


@given(some.lists(STEPS, max_size=25).flatmap(lambda steps: some.tuples(some.just(steps), some.permutations(steps))))
def test_the_order_of_arrival_does_not_matter(orders: tuple[list[Event], list[Event]]) -> None:
    told, shuffled = orders
    at_once, one_by_one = fold_all(STRANGER, told), reduce(fold, shuffled, STRANGER)
    assert at_once.dump() == one_by_one.dump()


def test_a_category_is_kept_as_its_slug_however_a_shop_spells_it() -> None:
    """A rule that asks for "fresh-fruit" must not miss "Fresh Fruit"."""
    profile = after(viewed("2", category="Fresh Fruit"))
    assert profile.events["Product Viewed"][0][1]["category"] == "fresh-fruit"
