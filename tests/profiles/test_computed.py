"""Computed attributes: the same as counting the log by hand, in whatever order it came."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import orjson
import pytest

from profiles import Event, Profile, fold_all
from profiles.computed import Plan, read
from rules import Json, read_computed

DAY = 86_400.0
NOW = 1_750_000_000.0
HISTORIES = int(os.environ.get("INTARSIA_TEST_COMPUTED", "150"))

DEFINITIONS: dict[str, dict[str, Json]] = {
    "orders": {"count": "Order Completed"},
    "orders_9d": {"count": "Order Completed", "within": "9d"},
    "large": {"count": "Order Completed", "where": {">": [{"var": "total"}, 50]}},
    "spend": {"sum": "Order Completed", "of": "total"},
    "spend_9d": {"sum": ["Order Completed", "Order Refunded"], "of": "total", "within": "9d"},
    "first_at": {"first": "Order Completed"},
    "last_9d": {"last": "Order Completed", "of": "coupon", "within": "9d"},
    "first_coupon": {"first": "*", "of": "coupon"},
    "favourite": {"most_frequent": "Order Completed", "of": "products.category"},
    "favourite_9d": {"most_frequent": "Order Completed", "of": "products.category", "within": "9d"},
    "kinds": {"unique": "Order Completed", "of": "products.category"},
    "kinds_9d": {"unique": "Order Completed", "of": "products.category", "within": "9d"},
    "rfm": {
        "rfm": "Order Completed",
        "of": "total",
        "bounds": {"recency": ["3d", "9d"], "frequency": [2, 5], "monetary": [100, 300]},
    },
    "rfm_9d": {"rfm": "Order Completed", "of": "total", "within": "9d"},
    "session": {"sessions": "*", "gap": "30m"},
}
PLAN = Plan.of({name: read_computed(body) for name, body in DEFINITIONS.items()})


def order(number: int, at: float, total: float = 10.0, name: str = "Order Completed", **more: Any) -> Event:
    return Event(f"m{number}", "test", "track", name, at, at, user_id="ann", properties={"total": total, **more})


def history(dice: Random) -> list[Event]:
    """What somebody did in three weeks, in bursts, some of it in the same moment."""
    events, at = [], NOW - 21 * DAY
    for number in range(dice.randrange(1, 60)):
        at += dice.choice([0, 0.5, 700, 1_799, 1_800, 1_801, DAY / 2, 1.5 * DAY])
        products = [{"category": dice.choice(["Tea", "Coffee", "Nuts & Seeds"])} for _ in range(dice.randrange(3))]
        coupon = {"coupon": dice.choice(["A", "B"])} if dice.random() < 0.5 else {}
        name = dice.choice(["Order Completed"] * 3 + ["Order Refunded", "Page Viewed"])
        url = dice.choice(["https://shop.example/?utm_source=x", "https://shop.example/"])
        total = dice.choice([0.1, 0.2, 19.99, 60, -5])
        events.append(order(number, min(at, NOW + 60), total, name, products=products, url=url, **coupon))
    return events


def words(events: Sequence[Event]) -> list[tuple[float, str]]:
    slugs = {"Tea": "tea", "Coffee": "coffee", "Nuts & Seeds": "nuts-seeds"}
    return [(one.at, slugs[product["category"]]) for one in events for product in one.properties["products"]]  # type: ignore[index, call-overload, union-attr]


def favourite(told: Sequence[tuple[float, str]]) -> str | None:
    counts, newest = Counter(word for _, word in told), {word: at for at, word in sorted(told)}
    return min(counts, key=lambda word: (-counts[word], -newest[word], word), default=None)


def total(events: Sequence[Event]) -> float:
    return sum(round(float(str(one.properties["total"])) * 100) for one in events) / 100


def brute(events: Sequence[Event], now: float) -> dict[str, Json]:
    """Every definition, counted by hand over the whole log."""
    orders = [one for one in events if one.name == "Order Completed"]
    recent = [one for one in events if one.at <= now < one.at + 9 * DAY]
    recent_orders = [one for one in recent if one.name == "Order Completed"]
    coupons = sorted((one.at, one.properties["coupon"]) for one in events if "coupon" in one.properties)
    last = max(
        ((one.at, one.properties["coupon"]) for one in recent_orders if "coupon" in one.properties), default=None
    )
    return {
        "orders": len(orders),
        "orders_9d": len(recent_orders),
        "large": sum(one.properties["total"] == 60 for one in orders),
        "spend": total(orders),
        "spend_9d": total([one for one in recent if one.name != "Page Viewed"]),
        "first_at": min((one.at for one in orders), default=None),
        "last_9d": last[1] if last else None,
        "first_coupon": coupons[0][1] if coupons else None,
        "favourite": favourite(words(orders)),
        "favourite_9d": favourite(words(recent_orders)),
        "kinds": len({word for _, word in words(orders)}),
        "kinds_9d": len({word for _, word in words(recent_orders)}),
        "rfm": worth(orders, now, scored=True),
        "rfm_9d": worth(recent_orders, now, scored=False),
        "session": sessions(events, now),
    }


def worth(orders: Sequence[Event], now: float, *, scored: bool) -> Json:
    if not orders:
        return None
    last, spent = max(one.at for one in orders), total(orders)
    age = max(now - last, 0)
    r = 1 + (age < 3 * DAY) + (age < 9 * DAY) if scored else 1
    f = 1 + (len(orders) >= 2) + (len(orders) >= 5) if scored else 1
    m = 1 + (spent >= 100) + (spent >= 300) if scored else 1
    told: dict[str, Json] = {"recency": int(age // DAY), "frequency": len(orders), "monetary": spent, "last_at": last}
    return {**told, "r": r, "f": f, "m": m, "score": f"{r}{f}{m}"}


def sessions(events: Sequence[Event], now: float) -> Json:
    runs: list[list[Event]] = []
    for one in sorted(events, key=lambda one: one.at):
        if runs and one.at < runs[-1][-1].at + 1_800:
            runs[-1].append(one)
        else:
            runs.append([one])
    last = runs[-1]
    pages = [one for one in last if one.name == "Page Viewed"]
    ways = [
        {"referrer_kind": "campaign", "source": "x"}
        if "utm" in str(one.properties["url"])
        else {"referrer_kind": "direct"}
        for one in pages
        if one.at == pages[0].at
    ]
    entry = min(ways, key=lambda way: orjson.dumps(way, option=orjson.OPT_SORT_KEYS), default={})
    return {
        "count": len(runs),
        "started_at": last[0].at,
        "duration": last[-1].at - last[0].at,
        "events": len(last),
        "pages": len(pages),
        "active": now < last[-1].at + 1_800,
        **entry,
    }


def values(profile: Profile, now: float) -> dict[str, Json]:
    return {name: read(one, profile.computed[name][1], now)[0] for name, one in PLAN.definitions.items()}


def folded(events: Sequence[Event], plan: Plan = PLAN) -> Profile:
    return fold_all(Profile(id="p", computed=plan.begun()), events, plan)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_counting_by_hand_gives_in_any_order(seed: int) -> None:
    dice = Random(seed)
    for _ in range(HISTORIES // 5):
        events = history(dice)
        shuffled = dice.sample(events, len(events))
        one, other = folded(events), Profile(id="p", computed=PLAN.begun())
        for event in shuffled:
            other = fold_all(other, [event], PLAN)
        assert orjson.dumps(one.computed, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
            other.computed, option=orjson.OPT_SORT_KEYS
        )
        for now in (NOW, NOW + 61, NOW + dice.random() * 12 * DAY):
            assert values(one, now) == brute(events, now)


def test_until_a_turn_no_value_changes() -> None:
    dice = Random(7)
    for _ in range(HISTORIES // 5):
        profile, now = folded(history(dice)), NOW - DAY + dice.random() * DAY
        for name, computed in PLAN.definitions.items():
            value, turns = read(computed, profile.computed[name][1], now)
            assert all(at > now for at in turns.values())
            for part in value if isinstance(value, dict) else ("",):
                until = min((at for place, at in turns.items() if place in ("", part)), default=now + 40 * DAY)
                later = read(computed, profile.computed[name][1], now + (until - now) * 0.999)[0]
                assert later == value if not part else later[part] == value[part], (name, part)  # type: ignore[index, call-overload]


def test_the_document_stays_small_and_the_newest_count() -> None:
    events = [order(n, NOW - n, 1, products=[{"category": f"c{n}"}]) for n in range(3_000)]
    profile = folded(events)
    assert len(orjson.dumps(profile.computed)) < 120_000
    told = values(profile, NOW)
    assert (told["orders"], told["orders_9d"], told["kinds"]) == (3_000, 500, 500)


def test_sums_are_exact_however_large() -> None:
    events = [order(n, NOW - n, 1e12 if n % 2 else -0.01) for n in range(2_000)]
    assert values(folded(events), NOW)["spend"] == pytest.approx(1e15 - 10, abs=0.01)
    assert values(folded(events[::-1]), NOW) == values(folded(events), NOW)
