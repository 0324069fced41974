"""Variants: the first one that fits somebody is what they get, and the answer says which and why."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from engine import Catalogue, Page, validate
from tests.engine.test_gates import ENDLESS
from tests.engine.toys import NOW, catalogue, contents, decide, layout, module

SLOT = {"key": "top", "max": 1}
ADULT = {">=": [{"var": "profile.age"}, 18]}
UNITS = [str(number) for number in range(2_000)]


def variant(key: str, heading: str | None = None, **more: Any) -> dict[str, Any]:
    """A variant in English."""
    return {"key": key, "locales": {"en": {"heading": heading or key}}, **more}


def shop(*variants: dict[str, Any], **more: Any) -> Catalogue:
    """A page with one module of these variants."""
    return catalogue(modules={"hero": module("own", variants=list(variants))}, layouts={"home": layout(SLOT)}, **more)


def heading(page: Page) -> str:
    """What is read in the slot."""
    (placed,) = page.placements
    assert placed.variant in {None, placed.content.fields["heading"]}
    return str(placed.content.fields["heading"])


def who_gets(made: Catalogue, **more: Any) -> dict[str, set[str]]:
    """Variant -> the units that get it."""
    got: dict[str, set[str]] = {}
    for unit in UNITS:
        got.setdefault(heading(decide(made, unit=unit, **more)), set()).add(unit)
    return got


def told(page: Page) -> list[dict[str, Any]]:
    """What the answer says of the variants."""
    encoded: list[dict[str, Any]] = orjson.loads(b"{" + page.placements[0].encoded).get("variants", [])
    return encoded


def test_the_first_that_passes_wins_and_else_the_module_s_own_body() -> None:
    made = shop(
        variant("senior", targeting={">=": [{"var": "profile.age"}, 65]}),
        variant("adult", targeting="adults"),
        variant("kids", targeting={"<": [{"var": "profile.age"}, 7]}),
        rules={"adults": {"title": "Adults", "logic": ADULT}},
    )
    ages = {70: "senior", 65: "senior", 64: "adult", 18: "adult", 17: "own", 6: "kids"}
    assert {age: heading(decide(made, values={"profile": {"age": age}})) for age in ages} == ages
    assert heading(decide(made)) == "own", "unknown does not pass"
    page = decide(made, values={"profile": {"age": 30}})
    assert [(one["variant"], one["shown"], one["detail"]) for one in told(page)] == [
        ("senior", False, "its own rule"),
        ("adult", True, "adults"),
    ]
    assert told(page)[1]["because"], "the predicates that decided"
    assert told(decide(made))[0]["detail"] == "its own rule (unknown)"


def test_unknown_passes_where_the_variant_says_so() -> None:
    assert heading(decide(shop(variant("open", targeting=ADULT, unknown="yes")))) == "open"


def test_a_variant_with_neither_rule_nor_share_waits_for_an_experiment() -> None:
    made = shop(variant("bold"))
    assert heading(decide(made)) == "own"
    assert told(decide(made)) == []


def test_an_experiment_overrides_and_what_it_does_not_say_stays() -> None:
    words = {"title": "W", "status": "running", "seed": "w", "coverage": 1.0, "variations": [
        {"key": "bold", "weight": 0.5, "modules": {"hero": "bold"}}, {"key": "as-is", "weight": 0.5, "modules": {}},
    ]}  # fmt: skip
    made = shop(variant("adult", targeting=ADULT), variant("bold"), experiments={"words": words})
    grown = {"profile": {"age": 30}}
    seen = {(decide(made, unit=unit, values=grown).placements[0].assigned[0].variation, heading(decide(made, unit=unit,
            values=grown))) for unit in UNITS[:100]}  # fmt: skip
    assert seen == {("bold", "bold"), ("as-is", "adult")}


def test_shares_are_what_they_say_and_whoever_is_in_one_stays_when_it_grows() -> None:
    before = who_gets(shop(variant("a", share=0.2), variant("b", share=0.3)))
    assert len(before["a"]) / len(UNITS) == pytest.approx(0.2, abs=0.03)
    assert len(before["b"]) / len(UNITS) == pytest.approx(0.3, abs=0.03)
    for shares in ((0.5, 0.3), (0.2, 0.8), (0.7, 0.3)):
        after = who_gets(shop(variant("a", share=shares[0]), variant("b", share=shares[1])))
        grown = "a" if shares[0] > 0.2 else "b"
        assert before[grown] < after[grown]
        other = "b" if grown == "a" else "a"
        assert before[other] - after[other] <= after[grown], "another one loses only those whom it takes"
        if sum(shares) == 1:
            assert "own" not in after


def test_a_share_of_nobody_is_nobody_and_a_share_of_all_is_all() -> None:
    assert set(who_gets(shop(variant("none", share=0), variant("half", share=0.5)))) == {"half", "own"}
    assert set(who_gets(shop(variant("all", share=1), variant("late", share=0)))) == {"all"}


def test_dice_of_two_modules_know_nothing_of_each_other() -> None:
    made = catalogue(
        modules={key: module("own", variants=[variant("a", share=0.5)]) for key in ("one", "two")},
        layouts={"home": layout({"key": "top", "max": 2})},
    )
    both = [tuple(p.variant for p in decide(made, unit=unit).placements) for unit in UNITS]
    assert sum(one == two for one, two in both) / len(both) == pytest.approx(0.5, abs=0.05)


def test_a_share_of_a_rule_is_a_share_of_those_whom_it_lets_in() -> None:
    made = shop(variant("some-adults", targeting=ADULT, share=0.5), variant("all", share=1))
    got = who_gets(made, values={"profile": {"age": 30}})
    assert len(got["some-adults"]) / len(UNITS) == pytest.approx(0.5, abs=0.04)
    assert set(who_gets(made, values={"profile": {"age": 3}})) == {"all"}
    page = decide(made, unit=min(got["all"]), values={"profile": {"age": 30}})
    assert told(page)[0]["detail"] == "its own rule, not in its share of 0.5"


@pytest.mark.parametrize("many", [1, 1_000], ids=["a crowd", "few"])
def test_two_people_who_differ_only_in_what_a_variant_reads_never_get_each_other_s(many: int) -> None:
    made = shop(variant("adult", targeting=ADULT), many=many)
    for age in (30, 3, 30, None, 3, 30):
        page = decide(made, values={"profile": {"age": age}})
        assert heading(page) == ("adult" if age == 30 else "own")
    assert len({decide(made, values={"profile": {"age": age}}).decision_id for age in (3, 30)}) == 2


def test_what_a_variant_reads_counts_for_the_page_and_for_how_long_it_holds() -> None:
    waiting = {">": [{"events": {"type": "Product Added", "within": "10m"}}, 0]}
    made = shop(variant("cart", targeting=waiting), variant("early", targeting={"<": [{"var": "context.hour"}, 9]}))
    assert made.plans["home"].reads == {"context.hour"}
    added = {"Product Added": [[NOW - 60, {}]]}
    assert decide(made, events=added).valid_until == NOW + 540
    assert heading(decide(made, events=added, now=NOW + 539.9)) == "cart"
    assert heading(decide(made, events=added, now=NOW + 540)) == "own"


def test_a_variant_that_a_person_cannot_get_is_passed_over() -> None:
    """It has no words in their language, or needs a fact that is not known, or its rule fails."""
    named = variant("named", "named", share=1)
    named["locales"]["en"]["heading"] = "Hi {{ profile.first_name }}"
    both = {"en": {"heading": "own"}, "de": {"heading": "eigen"}}
    made = catalogue(
        modules={"hero": {"type": "card", "locales": both, "variants": [variant("bad", targeting=ENDLESS), named]}},
        layouts={"home": layout(SLOT)},
    )
    ada = {"profile": {"first_name": "Ada"}}
    assert decide(made, values=ada).placements[0].variant == "named"
    nameless = decide(made)
    assert nameless.placements[0].variant is None
    assert [one["detail"] for one in told(nameless)][1] == "nothing known for profile.first_name"
    german = decide(made, values=ada, locale="de-AT")
    assert german.placements[0].content.fields["heading"] == "eigen"
    assert [one["detail"] for one in told(german)] == ["the rule of its own rule fails", "no words for de-AT"]
    assert any("failed" in note for note in german.notes)


def findings(*variants: dict[str, Any]) -> dict[str, str]:
    """What validation says of a module with these."""
    found = validate(contents(modules={"hero": module("own", variants=list(variants))}))
    return {finding.pointer: f"{finding.severity}: {finding.message}" for finding in found}


def test_a_variant_behind_one_that_everybody_gets_is_a_warning() -> None:
    wide, narrow = {">": [{"var": "profile.age"}, 3]}, {">": [{"var": "profile.age"}, 30]}
    late = {"/modules/hero/variants/1": "warning: 'late' comes too late"}
    for first, second in (
        ({"share": 1}, {"targeting": ADULT}),
        ({"targeting": wide}, {"targeting": narrow}),
        ({"share": 1}, {"share": 0}),
    ):
        told = findings(variant("first", **first), variant("late", **second))
        assert {at: message.split(" in ")[0] for at, message in told.items()} == late
    for first, second in (
        ({"share": 0.9}, {"targeting": ADULT}),
        ({"targeting": narrow}, {"targeting": wide}),
        ({}, {"share": 1}),
        ({"targeting": wide, "share": 0.5}, {"targeting": narrow}),
    ):
        assert findings(variant("first", **first), variant("late", **second)) == {}


@pytest.mark.parametrize(
    ("more", "pointer", "words"),
    [
        ({"targeting": {"==": [{"var": "profile.aeg"}, 1]}}, "/modules/hero/variants/0/targeting/==/0", "profile.aeg"),
        ({"targeting": "adluts"}, "/modules/hero/variants/0/targeting", "no rule"),
        ({"share": 1.5}, "/modules/hero/variants/0/share", "from 0 to 1"),
        ({"share": "half"}, "/modules/hero/variants/0/share", "number"),
    ],
)
def test_a_variant_s_rule_and_share_are_checked_like_a_module_s(more: dict[str, Any], pointer: str, words: str) -> None:
    told = findings(variant("a", **more))
    assert any(at.startswith(pointer) and words in message for at, message in told.items()), told


def test_shares_add_up_to_one_at_most() -> None:
    assert (
        "add up to 1.2" in findings(variant("a", share=0.5), variant("b", share=0.7))["/modules/hero/variants/1/share"]
    )
    assert findings(*(variant(f"v{n}", share=0.1) for n in range(10))) == {}
