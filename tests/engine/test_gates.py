"""Gates: nothing is shown that may not be, and each loser is named with what stopped it."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from engine import Gate, Level, validate
from rules import RuleError
from tests.engine.toys import NOW, catalogue, contents, decide, layout, module, shown, stops

SLOT = {"key": "top", "max": 1}
ADULT = {">=": [{"var": "profile.age"}, 18]}


def test_a_rule_lets_in_only_those_it_targets_and_says_what_failed() -> None:
    shop = catalogue(modules={"wine": module(targeting=ADULT, tier=1), "tea": module()}, layouts={"home": layout(SLOT)})
    assert shown(decide(shop, values={"profile": {"age": 40}})) == {"top": ["wine"]}
    young = decide(shop, values={"profile": {"age": 12}})
    assert shown(young) == {"top": ["tea"]}
    stop = stops(young, "top")["wine"]
    assert stop.gate is Gate.TARGETING
    assert stop.because == ("",) or stop.because[0].startswith("/")


def test_unknown_does_not_match_unless_the_owner_says_so() -> None:
    shop = catalogue(
        modules={"strict": module(targeting=ADULT), "open": module(targeting=ADULT, unknown="yes")},
        layouts={"home": layout({"key": "top", "max": 5})},
    )
    page = decide(shop, values={})
    assert shown(page) == {"top": ["open"]}
    assert stops(page, "top")["strict"].detail.endswith("(unknown)")


def test_a_policy_gates_whatever_carries_its_tag_whatever_its_own_rule_says() -> None:
    shop = catalogue(
        modules={"wine": module(tags=["alcohol"], targeting={"==": [1, 1]}), "tea": module()},
        policies={"adults": {"title": "Adults", "tags": ["alcohol"], "logic": ADULT}},
        layouts={"home": layout({"key": "top", "max": 5})},
    )
    assert shown(decide(shop, values={"profile": {"age": 12}})) == {"top": ["tea"]}
    assert stops(decide(shop), "top")["wine"].gate is Gate.POLICY
    assert set(shown(decide(shop, values={"profile": {"age": 30}}))["top"]) == {"tea", "wine"}


def test_a_policy_of_false_bars_its_tag_from_everybody() -> None:
    shop = catalogue(
        modules={"gone": module(tags=["out-of-stock"]), "tea": module()},
        policies={"stock": {"title": "Stock", "tags": ["out-of-stock"], "logic": False}},
        layouts={"home": layout({"key": "top", "max": 5})},
    )
    assert shown(decide(shop, values={"profile": {"age": 99}})) == {"top": ["tea"]}


@pytest.mark.parametrize(("now", "there"), [(NOW - 1, False), (NOW, True), (NOW + 3599, True), (NOW + 3600, False)])
def test_a_schedule_opens_and_closes_on_the_second(now: float, there: bool) -> None:
    schedule = {"from": "2027-01-15T08:00:00", "until": "2027-01-15T09:00:00", "zone": "UTC"}
    shop = catalogue(modules={"sale": module(schedule=schedule)}, layouts={"home": layout(SLOT)})
    assert shown(decide(shop, now=now)) == {"top": ["sale"] if there else []}


def test_the_page_holds_until_the_next_schedule_boundary() -> None:
    schedule = {"from": "2027-01-15T08:00:00", "until": "2027-01-15T09:00:00", "zone": "UTC"}
    shop = catalogue(modules={"sale": module(schedule=schedule)}, layouts={"home": layout(SLOT)})
    assert decide(shop, now=NOW - 60).valid_until == NOW
    assert decide(shop, now=NOW).valid_until == NOW + 3600
    assert decide(shop, now=NOW + 3600).valid_until is None


def test_the_page_holds_until_a_window_lapses() -> None:
    waiting = {">": [{"events": {"type": "Product Added", "within": "10m"}}, 0]}
    shop = catalogue(modules={"cart": module(targeting=waiting)}, layouts={"home": layout(SLOT)})
    added = {"Product Added": [[NOW - 60, {}]]}
    assert decide(shop, events=added).valid_until == NOW + 540
    assert shown(decide(shop, events=added, now=NOW + 539.9)) == {"top": ["cart"]}
    assert shown(decide(shop, events=added, now=NOW + 540)) == {"top": []}


def test_a_merge_field_without_its_fact_stops_the_module_unless_it_has_a_default() -> None:
    shop = catalogue(
        modules={
            "named": module("Hi {{ profile.first_name }}", tier=1),
            "there": module('Hi {{ profile.first_name | default("there") }}'),
        },
        layouts={"home": layout({"key": "top", "max": 5})},
    )
    page = decide(shop)
    assert shown(page) == {"top": ["there"]}
    assert stops(page, "top")["named"].gate is Gate.MERGE
    for view in (dict, MappingProxyType):
        values = view({"profile": view({"first_name": "Ada"})})
        assert shown(decide(shop, values=values)) == {"top": ["named", "there"]}


def test_a_module_that_failed_to_render_is_gated_as_broken_and_named() -> None:
    shop = catalogue(modules={"bad": module(tier=1), "good": module()}, layouts={"home": layout(SLOT)})
    page = decide(shop, without={"bad": "the template raised"})
    assert shown(page) == {"top": ["good"]}
    assert stops(page, "top")["bad"].detail == "the template raised"


def test_a_reader_of_another_locale_gets_their_language_or_the_first() -> None:
    texts = {"en": {"heading": "Tea"}, "de": {"heading": "Tee"}}
    shop = catalogue(modules={"tea": {"type": "card", "locales": texts}}, layouts={"home": layout(SLOT)})
    assert {locale: decide(shop, locale=locale).placements[0].content.locale for locale in ("de-AT", "fr", "en")} == {
        "de-AT": "de",
        "fr": "en",
        "en": "en",
    }


def test_a_variation_shows_its_variant_and_off_takes_the_module_out() -> None:
    variants = [{"key": "bold", "locales": {"en": {"heading": "HELLO"}}}]
    experiment = {
        "title": "Words",
        "status": "running",
        "seed": "words",
        "coverage": 1.0,
        "variations": [
            {"key": "control", "weight": 0.34, "modules": {"hero": "bold"}},
            {"key": "none", "weight": 0.33, "modules": {"hero": "off"}},
            {"key": "plain", "weight": 0.33, "modules": {}},
        ],
    }
    shop = catalogue(
        modules={"hero": module(variants=variants)}, layouts={"home": layout(SLOT)}, experiments={"words": experiment}
    )
    seen = set()
    for unit in map(str, range(200)):
        page = decide(shop, unit=unit)
        placed = page.placements[0] if page.placements else None
        seen.add((placed.variant, placed.assigned[0].variation) if placed else stops(page, "top")["hero"].detail)
    assert seen == {("bold", "control"), "words: none", (None, "plain")}


SO_FAR = {"var": "accumulator"}
ENDLESS = {"==": [{"reduce": [[0] * 40, {"cat": [SO_FAR, SO_FAR]}, {"var": "profile.first_name"}]}, "x"]}
"""A text doubled forty times."""


@pytest.mark.parametrize("many", [1, 1_000], ids=["a crowd", "few"])
def test_a_rule_that_fails_costs_its_own_module_its_place_and_strict_mode_raises(many: int) -> None:
    shop = catalogue(
        modules={
            "bad": module(targeting=ENDLESS, tier=1),
            "wine": module(targeting=ADULT),
            "tea": module(targeting={"<": [{"var": "profile.age"}, 18]}, unknown="yes"),
        },
        layouts={"home": layout({"key": "top", "max": 5})},
        many=many,
    )
    ada = {"profile": {"first_name": "Ada", "age": 36}}
    page = decide(shop, values=ada)
    assert shown(page) == {"top": ["wine"]}
    assert {key: stop.gate for key, stop in stops(page, "top").items()} == {
        "bad": Gate.BROKEN,
        "tea": Gate.TARGETING,
    }
    assert page.level is Level.DEGRADED
    assert "1,000,000 characters" in page.notes[0]
    assert decide(shop, values={"profile": {"age": 36}}).notes == ()
    with pytest.raises(RuleError):
        decide(shop, values=ada, strict=True)


def test_a_policy_whose_rule_fails_bars_its_tag() -> None:
    shop = catalogue(
        modules={"wine": module(tags=["alcohol"]), "tea": module()},
        policies={"adults": {"title": "Adults", "tags": ["alcohol"], "logic": ENDLESS}},
        layouts={"home": layout({"key": "top", "max": 5})},
    )
    page = decide(shop, values={"profile": {"first_name": "Ada"}})
    assert shown(page) == {"top": ["tea"]}
    assert stops(page, "top")["wine"].gate is Gate.POLICY
    assert "adults" in page.notes[0]


def test_a_chain_of_fallbacks_says_which_locale_is_served_and_shuts_out_where_none_is() -> None:
    site = {"locales": [{"code": "en"}, {"code": "de", "fallback": ["en"]}, {"code": "de-AT", "fallback": ["de"]},
                        {"code": "fr"}]}  # fmt: skip
    texts = {"en": {"heading": "Tea"}, "de": {"heading": "Tee"}}
    shop = catalogue(
        modules={"tea": {"type": "card", "locales": texts}, "coffee": module("Coffee")},
        layouts={"home": layout({"key": "top", "max": 2})},
        locales={"site": site},
    )

    def served(locale: str) -> dict[str, str]:
        return {p.module: p.content.locale for p in decide(shop, locale=locale).placements}

    assert served("de-AT") == {"tea": "de", "coffee": "en"}
    assert served("it") == {"tea": "en", "coffee": "en"}, "the default serves who reads in none of them"
    assert served("fr") == {}
    assert stops(decide(shop, locale="fr"), "top")["tea"].gate is Gate.LOCALE


def test_words_in_a_locale_that_is_not_declared_are_a_warning_and_circles_an_error() -> None:
    body = {"type": "card", "locales": {"en": {"heading": "Tea"}, "it": {"heading": "Tè"}}}
    site = {"locales": [{"code": "en"}]}
    (one,) = validate(contents(modules={"tea": body}, locales={"site": site}))
    assert (one.pointer, one.severity) == ("/modules/tea/locales/it", "warning")
    circle = {"locales": [{"code": "en", "fallback": ["en"]}]}
    (error,) = validate(contents(locales={"site": circle}))
    assert (error.pointer, error.severity) == ("/locales/site/locales/0/fallback/0", "error")
