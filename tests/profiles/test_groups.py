"""Groups: what rules read of the group that a person belongs to, in whatever order calls arrive."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import permutations
from typing import Any

import pytest

from profiles import STRANGER, Event, Profile, facts_of, fold
from profiles.groups import GROUPS_KEPT, TRAIT_BYTES, TRAITS_KEPT
from rules import Attribute, FactType, Vocabulary
from tests.profiles.calls import NOW, call


def group(name: str, at: float = NOW, **traits: Any) -> Event:
    return call("group", at, groupId=name, traits=traits)


def after(*events: Event) -> Profile:
    return reduce(fold, events, STRANGER)


def test_the_group_is_the_one_that_was_named_last_with_the_latest_of_each_trait() -> None:
    events = [
        group("acme", NOW, plan="free", seats=3),
        group("acme", NOW + 1, plan="pro"),
        group("home", NOW + 2, plan="own"),
        group("acme", NOW + 3),
    ]
    for order in permutations(events):
        counters = after(*order).counters
        assert counters["group"] == {"id": "acme", "plan": "pro", "seats": 3}
        assert counters["groups"] == {"acme": {"plan": "pro", "seats": 3}, "home": {"plan": "own"}}


def test_a_trait_of_the_person_is_no_trait_of_the_group() -> None:
    profile = after(call("identify", traits={"plan": "mine"}), group("acme", plan="pro"))
    assert profile.traits == {"plan": "mine"}


@pytest.mark.parametrize("names", [("a.b", "a"), ("a", "a.b")])
def test_ids_with_dots_are_kept_apart(names: tuple[str, str]) -> None:
    first, second = names
    groups = after(group(first, NOW, c=1), group(second, NOW - 1, c=2)).counters["groups"]
    assert groups == {first: {"c": 1}, second: {"c": 2}}


def test_groups_are_bounded_and_the_newest_stay() -> None:
    profile = after(*(group(f"g{n}", NOW + n, x="y") for n in range(GROUPS_KEPT + 5)))
    assert len(profile.counters["groups"]) == GROUPS_KEPT
    assert "g0" not in profile.counters["groups"]
    assert not [told for told in profile.since if told.startswith("groups.g0")]
    many = after(group("g", **{f"t{n}": n for n in range(TRAITS_KEPT + 5)}, large="x" * TRAIT_BYTES))
    assert len(many.counters["groups"]["g"]) == TRAITS_KEPT


def test_rules_read_the_group_where_its_purpose_is_granted() -> None:
    def facts(purpose: str) -> Any:
        paths = [Attribute("profile.group.plan", FactType.STRING, "Plan", purpose=purpose)]
        vocabulary = Vocabulary(attributes={one.path: one for one in paths})
        ann = replace(after(group("acme", plan="pro", secret="x")), id="ann")
        return facts_of(ann, vocabulary, {}, NOW).values["profile"]

    assert facts("personalization") == {"group": {"plan": "pro"}}
    assert facts("marketing") == {}
