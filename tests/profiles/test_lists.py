"""Static lists: who is on one is known at once, also of people who come later, and of people who turn out to be one."""

from __future__ import annotations

import pytest

from profiles import Listed, Lists, UnknownList
from rules import Attribute, FactType, Vocabulary
from tests.profiles.calls import NOW, YES, call, viewed
from tests.profiles.world import VOCABULARY, World, segments

KNOWN = Vocabulary(
    {
        **VOCABULARY.attributes,
        "lists.*": Attribute("lists.*", FactType.BOOLEAN, "On the list", purpose="personalization"),
    },
    VOCABULARY.events,
)
ME = "test"
ON_LISTS = segments(
    vip={"var": "lists.vip"},
    plain={"!": [{"in_segment": "vip"}]},
    looking_vip={"and": [{"in_segment": "vip"}, {">": [{"events": {"type": "Product Viewed", "within": "1d"}}, 0]}]},
)


@pytest.fixture
def lists(world: World, monkeypatch: pytest.MonkeyPatch) -> Lists:
    monkeypatch.setattr("tests.profiles.world.VOCABULARY", KNOWN)
    world.kept = ON_LISTS
    return Lists(world.database, lambda: world.kept, lambda: KNOWN, world.hot, on_changes=world._tell)


def inside(world: World, alias: str) -> set[str]:
    document, _ = world.profiles.raw(alias)
    return set(world.profiles.current(document, world.kept, KNOWN, NOW + 10).segments)


def test_who_is_put_on_a_list_is_in_its_segment_at_once(world: World, lists: Lists) -> None:
    world.intake.accept([viewed("1", NOW), viewed("1", NOW, user="bob")], NOW)
    assert inside(world, "user:ann") == {"plain"}
    assert lists.replace("vip", "Very important", ["user:ann"], NOW + 1, author=ME) == Listed(added=1)
    assert inside(world, "user:ann") == {"vip", "looking-vip"}
    assert inside(world, "user:bob") == {"plain"}
    assert world.moves("user:ann")[1:] == [
        ("left", "plain", NOW + 1, "list"),
        ("entered", "vip", NOW + 1, "list"),
        ("entered", "looking-vip", NOW + 1, "list"),
    ]
    assert lists.remove("vip", ["user:ann", "user:carl"], NOW + 2, author=ME) == Listed(removed=1, unchanged=1)
    assert inside(world, "user:ann") == {"plain"}


def test_who_comes_later_is_on_it_from_the_first_event(world: World, lists: Lists) -> None:
    lists.replace("vip", "", ["user:ann", "anon:x"], NOW, author=ME)
    world.intake.accept([viewed("1", NOW)], NOW)
    assert inside(world, "user:ann") == {"vip", "looking-vip"}
    assert lists.get("vip").names == 2
    assert lists.get("vip").people == 1


def test_without_consent_to_the_purpose_of_lists_nobody_is_on_one(world: World, lists: Lists) -> None:
    lists.replace("vip", "", ["user:ann"], NOW, author=ME)
    no = {**YES, "personalization": False}
    world.intake.accept([call(at=NOW, event="Product Viewed", context={"consent": {"categoryPreferences": no}})], NOW)
    assert "vip" not in inside(world, "user:ann")
    world.intake.accept([viewed("1", NOW + 1)], NOW + 1)
    assert "vip" in inside(world, "user:ann")


def test_two_who_turn_out_to_be_one_are_on_the_lists_of_both(world: World, lists: Lists) -> None:
    lists.replace("vip", "", ["anon:x"], NOW, author=ME)
    world.intake.accept([viewed("1", NOW, user=None, anonymous="x"), viewed("1", NOW)], NOW)
    assert inside(world, "anon:x") == {"vip", "looking-vip"}
    assert inside(world, "user:ann") == {"plain"}
    world.intake.accept([call("identify", NOW + 1, anonymous="x")], NOW + 1)
    assert inside(world, "user:ann") == {"vip", "looking-vip"}


def test_a_list_is_replaced_as_a_whole_and_names_may_be_profile_ids(world: World, lists: Lists) -> None:
    world.intake.accept([viewed("1", NOW), viewed("1", NOW, user="bob")], NOW)
    lists.replace("vip", "", [f"user:u{number}" for number in range(1_200)], NOW, author=ME)
    bob = world.profiles.find("user:bob")
    done = lists.replace("vip", "", ["user:u7", f"profile:{bob}", "profile:nobody"], NOW + 1, author=ME)
    assert done == Listed(added=1, removed=1_199, unchanged=1, unknown=("nobody",))
    assert {(one.profile_id, one.at) for one in lists.people("vip")} == {(bob, NOW + 1), (None, NOW)}
    assert inside(world, "user:bob") == {"vip", "looking-vip"}
    assert [one.key for one in lists.every()] == ["vip"]
    assert lists.drop("vip", NOW + 2, author=ME) == Listed(removed=2)
    assert lists.every() == []
    assert inside(world, "user:bob") == {"plain"}


def test_a_list_that_there_is_not_is_told(lists: Lists) -> None:
    lists.replace("vip", "", [], NOW, author=ME)
    with pytest.raises(UnknownList, match="did you mean 'vip'"):
        lists.add("vips", ["user:ann"], NOW, author=ME)
