"""Search by effect: who is certainly kept out is told with a proof; of all others it is said that they could see it."""

from __future__ import annotations

from typing import Any

import pytest

from engine import (
    Asks,
    Catalogue,
    Could,
    Gate,
    Sight,
    UnknownLayout,
    UnknownSegment,
    UnknownSlot,
    could_see,
    known_of,
)
from tests.engine.toys import NOW, catalogue, decide, layout, module, shown

AGE = {"var": "profile.age"}
HOUR = {"var": "context.hour"}
GROWN = {"title": "Grown up", "logic": {">=": [AGE, 18]}}
ADDED = {">=": [{"events": {"type": "Product Added", "within": "10m"}}, 1]}
MODULES: dict[str, Any] = {
    "all": module(),
    "kids": module(targeting={"<": [AGE, 18]}),
    "kids-or-unknown": module(targeting={"<": [AGE, 18]}, unknown="yes"),
    "seniors": module(targeting={">": [AGE, 60]}),
    "shoppers": module(targeting=ADDED),
    "morning": module(targeting={"<": [HOUR, 12]}),
    "not-grown": module(targeting={"!": {"in_segment": "grown"}}),
    "young-or-early": module(targeting={"or": [{"<": [AGE, 10]}, {"<": [HOUR, 12]}]}),
    "named": module(targeting="minors"),
    "over": module(schedule={"until": "2020-01-01T00:00:00"}),
    "barred": module(tags=["gone"]),
    "wine": module(tags=["wine"]),
}
MORE: dict[str, Any] = {
    "rules": {"minors": {"title": "Minors", "logic": {"<": [AGE, 18]}}},
    "segments": {"grown": GROWN, "kids": {"title": "Kids", "logic": {"<": [AGE, 12]}}},
    "policies": {
        "gone": {"title": "Gone", "tags": ["gone"], "logic": False},
        "wine": {"title": "Wine", "tags": ["wine"], "logic": {">=": [AGE, 18]}},
    },
}
SLOT = {"key": "top", "max": 3, "fallback": "kids"}


def _shop(many: int = 1_000) -> Catalogue:
    return catalogue(many=many, modules=MODULES, layouts={"home": layout(SLOT)}, **MORE)


def _sights(shop: Catalogue, **known: Any) -> dict[str, Sight]:
    seen = could_see(shop, "home", "top", known_of(shop, **known), NOW)
    return {sight.module: sight for sight in seen.sights}


@pytest.mark.parametrize("many", [1, 1_000])
def test_what_a_segment_could_see_and_what_keeps_it_from_the_rest(many: int) -> None:
    found = _sights(_shop(many), segment="grown")
    kept = {key: (sight.gate, sight.detail) for key, sight in found.items() if sight.could is Could.NO}
    assert kept == {
        "kids": (Gate.TARGETING, "its own rule"),
        "kids-or-unknown": (Gate.TARGETING, "its own rule"),
        "named": (Gate.TARGETING, "minors"),
        "not-grown": (Gate.TARGETING, "its own rule"),
        "over": (Gate.SCHEDULE, "over"),
        "barred": (Gate.POLICY, "gone"),
    }
    assert "profile.age" in found["kids"].proof
    assert found.keys() == MODULES.keys()


def test_what_is_not_known_keeps_nobody_out() -> None:
    """Events, the hour and other segments may be anything, though nothing of them is given."""
    found = _sights(_shop())
    assert {key for key, sight in found.items() if sight.could is Could.NO} == {"over", "barred"}
    some = _sights(_shop(), segment="kids")
    assert {some[key].could for key in ("shoppers", "morning", "not-grown")} == {Could.UNKNOWN}
    assert {some[key].could for key in ("wine", "seniors")} == {Could.NO}


@pytest.mark.parametrize("many", [1, 1_000])
def test_who_certainly_sees_it_and_what_would_tell_of_the_others(many: int) -> None:
    found = _sights(_shop(many), segment="grown")
    assert {key for key, sight in found.items() if sight.could is Could.YES} == {"all", "wine"}
    asks = {key: sight.asks for key, sight in found.items() if sight.could is Could.UNKNOWN}
    own = (Asks(Gate.TARGETING, "its own rule"),)
    assert asks == dict.fromkeys(["seniors", "shoppers", "morning", "young-or-early"], own)
    assert _sights(_shop(many))["wine"].asks == (Asks(Gate.POLICY, "wine"),)


def test_a_locale_keeps_out_what_has_no_words_for_it_and_asks_for_what_its_words_need() -> None:
    words = {"heading": "Hello {{ profile.name }}", "body": "<p>Hi</p>"}
    shop = catalogue(
        modules={
            "plain": module(),
            "german": module(locales={"de": {"heading": "Hallo"}}),
            "named": module(locales={"en": words}),
        },
        layouts={"home": layout(SLOT | {"fallback": None})},
        locales={"all": {"locales": [{"code": "en"}, {"code": "de"}]}},
    )
    found = {one.module: one for one in could_see(shop, "home", "top", (), NOW, locale="en").sights}
    assert (found["german"].could, found["german"].gate) == (Could.NO, Gate.LOCALE)
    assert (found["named"].could, found["named"].asks) == (Could.UNKNOWN, (Asks(Gate.MERGE, "profile.name"),))
    assert found["plain"].could is Could.YES


def test_only_the_answers_that_are_wanted_are_told_and_pages_lose_none() -> None:
    shop, sure = _shop(), known_of(_shop(), segment="grown")
    found, after = [], ""
    while after is not None:
        seen = could_see(shop, "home", "top", sure, NOW, only=[Could.NO], after=after, limit=2)
        found += [sight.module for sight in seen.sights]
        after = seen.next  # type: ignore[assignment]
    assert found == sorted(["kids", "kids-or-unknown", "named", "not-grown", "over", "barred"])


def test_facts_that_are_known_keep_out_as_a_decision_does() -> None:
    found = _sights(_shop(), facts={"profile": {"age": 70}, "context": {"hour": 20}})
    assert {key for key, sight in found.items() if sight.could is not Could.NO} == {
        "all",
        "seniors",
        "shoppers",
        "not-grown",
        "wine",
    }
    page = decide(_shop(), values={"profile": {"age": 70}, "context": {"hour": 20}})
    assert set(shown(page)["top"]) <= {key for key, sight in found.items() if sight.could is not Could.NO}


def test_what_stands_in_is_kept_from_nobody_by_its_rule() -> None:
    shop = _shop()
    seen = could_see(shop, "home", "top", known_of(shop, segment="grown"), NOW)
    assert seen.stands_in == (Sight(shop.modules["kids"], Could.YES),)


def test_pages_follow_the_keys() -> None:
    shop, found, after = _shop(), [], ""
    while after is not None:
        seen = could_see(shop, "home", "top", (), NOW, after=after, limit=5)
        assert len(seen.sights) <= 5
        found += [sight.module for sight in seen.sights]
        after = seen.next  # type: ignore[assignment]
    assert found == sorted(MODULES)


def test_what_is_not_there_is_named_with_the_nearest() -> None:
    shop = _shop()
    with pytest.raises(UnknownSegment, match="did you mean 'grown'"):
        known_of(shop, segment="grwn")
    with pytest.raises(UnknownSlot, match="did you mean 'top'"):
        could_see(shop, "home", "tp", (), NOW)
    with pytest.raises(UnknownLayout):
        could_see(shop, "hme", "top", (), NOW)
