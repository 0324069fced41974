"""A module that others always come before is told of when a release is checked; it hinders nothing."""

from __future__ import annotations

from typing import Any

import pytest

from engine import validate
from rules import Finding
from tests.engine.toys import catalogue, contents, decide, layout, module, shown

OLD = {">": [{"var": "profile.age"}, 60]}
ADULT = {">=": [{"var": "profile.age"}, 18]}
SLOT = {"key": "top"}


def warnings(modules: dict[str, Any], *slots: Any, **kinds: Any) -> list[Finding]:
    return validate(contents(modules=modules, layouts={"home": layout(*(slots or (SLOT,)))}, **kinds))


def test_a_module_behind_a_wider_one_is_told_with_both_places_and_why() -> None:
    modules = {"wide": module(tier=2, targeting=ADULT), "narrow": module(tier=1, targeting=OLD)}
    (finding,) = warnings(modules)
    assert (finding.code, finding.severity) == ("shadowed", "warning")
    assert finding.pointer == "/modules/narrow/targeting"
    assert finding.related == ("/modules/wide/targeting",)
    assert "home/top" in finding.message
    assert "more than 60" in finding.proof


def test_what_is_said_of_it_is_what_visitors_see() -> None:
    shop = catalogue(
        modules={"wide": module(tier=2, targeting=ADULT), "narrow": module(tier=1, targeting=OLD)},
        layouts={"home": layout(SLOT)},
    )
    for age in (17, 18, 60, 61, 99):
        assert "narrow" not in shown(decide(shop, values={"profile": {"age": age}}))["top"]


@pytest.mark.parametrize(
    ("wide", "narrow", "slots", "kinds"),
    [
        ({"tier": 1}, {"tier": 1}, (), {}),
        ({"tier": 1}, {"tier": 2}, (), {}),
        ({"tier": 2}, {"tier": 1}, ({"key": "top", "max": 2},), {}),
        ({"tier": 2}, {"tier": 1, "unknown": "yes"}, (), {}),
        ({"tier": 2, "schedule": {"until": "2030-01-01T00:00", "zone": "UTC"}}, {"tier": 1}, (), {}),
        ({"tier": 2, "heading": "Dear {{ profile.first_name }}"}, {"tier": 1}, (), {}),
        ({"tier": 2, "products": {"count": 2, "recommend": "for-you"}}, {"tier": 1}, (), {}),
        (
            {"tier": 2, "tags": ["wine"]},
            {"tier": 1},
            (),
            {"policies": {"adults": {"title": "Adults", "tags": ["wine"], "logic": ADULT}}},
        ),
        ({"tier": 2}, {"tier": 1, "tags": ["side"]}, ({"key": "first"}, {"key": "top", "tags": ["side"]}), {}),
        ({"tier": 2}, {"tier": 1}, ({"key": "first"}, {"key": "top"}), {}),
    ],
)
def test_nothing_is_said_where_something_else_may_keep_the_wider_one_away(
    wide: Any, narrow: Any, slots: Any, kinds: Any
) -> None:
    modules = {"wide": module(targeting=ADULT, **wide), "narrow": module(targeting=OLD, **narrow)}
    assert [one for one in warnings(modules, *slots, **kinds) if one.severity != "warning"] == []
    assert not any("/modules/wide" in one.related[0] for one in warnings(modules, *slots, **kinds))


def test_a_pinned_module_for_everybody_hides_all_others() -> None:
    modules = {"first": module(), "other": module(tier=9, targeting=OLD)}
    (finding,) = warnings(modules, {"key": "top", "pinned": ["first"]})
    assert (finding.pointer, finding.related) == ("/modules/other/targeting", ("/modules/first/targeting",))


def test_one_rule_under_two_names_is_told_of() -> None:
    both = {
        "old": {"title": "Old", "logic": {"and": [OLD, {">": [{"var": "context.hour"}, 9]}]}},
        "aged": {"title": "Aged", "logic": {"and": [{">": [{"var": "context.hour"}, 9]}, OLD]}},
    }
    (finding,) = validate(contents(rules=both))
    assert (finding.code, finding.pointer, finding.related) == ("duplicate", "/rules/aged/logic", ("/rules/old/logic",))


def test_a_slip_below_a_wildcard_is_told_where_other_rules_know_better() -> None:
    sets = {"shop": {"attributes": [{"path": "profile.bought.*", "type": "number", "title": "Bought"}]}}
    rules = {
        name: {"title": name, "logic": {">": [{"var": f"profile.bought.{key}"}, number]}}
        for number, (name, key) in enumerate([("one", "coffee"), ("two", "coffee"), ("slip", "cofee"), ("new", "tea")])
    }
    (finding,) = validate(contents(attributes=sets, rules=rules))
    assert (finding.code, finding.severity, finding.pointer) == ("unknown-key", "warning", "/rules/slip/logic/>/0/var")
    assert "coffee" in finding.remedy


def test_the_keys_of_a_wildcard_can_be_told() -> None:
    row = {"path": "profile.bought.*", "type": "number", "title": "Bought", "keys": ["coffee", "tea"]}
    rules = {"slip": {"title": "Slip", "logic": {">": [{"var": "profile.bought.cofee"}, 1]}}}
    (finding,) = validate(contents(attributes={"shop": {"attributes": [row]}}, rules=rules))
    assert (finding.code, finding.remedy) == ("unknown-key", "did you mean 'coffee'?")
