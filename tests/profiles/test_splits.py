"""Every merge can be split again: profiles and segments are what they had been without it, also after later events."""

from __future__ import annotations

import os

import pytest

from profiles import NotTheirLink, OnePerson, Outcome, Profile, TooManyConcerned, UnknownPerson
from profiles.identity import resettling
from storage import read_log
from tests.profiles.calls import NOW, added, call, ordered, viewed
from tests.profiles.histories import (
    cut_beforehand,
    emptied,
    history,
    identities,
    known,
    links,
    play,
    seeds,
    what_is_known,
)
from tests.profiles.world import World

HISTORIES = int(os.environ.get("INTARSIA_TEST_SPLITS", "12"))
BY = {"author": "ann", "reason": "two people"}


def person(world: World, alias: str) -> Profile:
    profile = world.profiles.get(alias)
    assert profile is not None, alias
    return profile


def settled(world: World, at: float) -> dict[str, object]:
    """All that is known when everybody was looked at."""
    while world.timers.run_due(at):
        pass
    return what_is_known(known(world.database))


@pytest.mark.parametrize("start", range(4))
def test_a_split_is_as_if_the_link_had_never_been(world: World, start: int) -> None:
    for dice in seeds(HISTORIES // 4, 1_000 * start):
        batches, moment = history(dice, 12), dice.randint(3, 11)
        end = batches[-1][0] + 1
        emptied(world.database)
        play(world, batches[:moment])
        profile_id, link = dice.choice(links(world) or [("", None)])
        if link is None:
            continue
        identities(world).split(profile_id, [link.id], now=batches[moment - 1][0] + 0.25, **BY)
        play(world, batches[moment:])
        after = settled(world, end)

        emptied(world.database)
        cut_beforehand(world.database, link)
        play(world, batches)
        assert after == settled(world, end), (start, link)


@pytest.mark.parametrize("start", range(2))
def test_merged_split_and_joined_again_is_as_if_nothing_had_been(world: World, start: int) -> None:
    for dice in seeds(HISTORIES // 4, 7_000 + 1_000 * start):
        batches = history(dice, 8)
        now = batches[-1][0] + 1
        emptied(world.database)
        play(world, batches)
        before, people = settled(world, now), sorted(one for one, _ in known(world.database)["profiles"])
        if len(people) >= 2:
            one, other = dice.sample(people, 2)
            (joined,) = identities(world).merge(one, other, now=now, **BY)
            by_hand = [link.id for link in identities(world).links(joined) if link.kind == "hand"]
            identities(world).split(joined, by_hand, now=now, **BY)
            assert settled(world, now) == before
            assert identities(world).merge(one, other, now=now, **BY) == [joined]
            assert len(known(world.database)["profiles"]) == len(people) - 1
            again = [one for one in identities(world).links(joined) if one.kind == "hand" and one.cut_at is None]
            identities(world).split(joined, [one.id for one in again], now=now, **BY)
            assert settled(world, now) == before
        for profile_id, link in dice.sample(some := links(world), min(len(some), 2)):
            identities(world).split(profile_id, [link.id], now=now, **BY)
            (again,) = (one for one, other in links(world) if other.id == link.id)
            identities(world).lift(again, [link.id], author="ann", now=now)
            assert settled(world, now) == before


def test_both_are_who_they_were_and_stay_apart(world: World) -> None:
    world.intake.accept([ordered("1", at=NOW - 50)], NOW)
    world.intake.accept([added("2", NOW - 5, user=None, anonymous="x")], NOW)
    ann, guest = person(world, "user:ann"), person(world, "anon:x")
    world.intake.accept([call("identify", anonymous="x", traits={"first_name": "Ann"})], NOW)
    (link,) = identities(world).links(ann.id)
    assert (link.kind, link.left, link.right, link.outcome) == ("user-anon", "user:ann", "anon:x", Outcome.JOINED)
    assert identities(world).split(ann.id, [link.id], now=NOW, **BY) == [ann.id, guest.id]
    again = person(world, "anon:x")
    assert (again.id, again.cart, again.segments) == (guest.id, guest.cart, guest.segments)
    assert person(world, "user:ann").cart == {}
    assert [(c.change, c.cause, c.at) for c in world.profiles.changes(guest.id)] == [
        ("entered", "event", NOW),
        ("left", "merged", NOW),
        ("entered", "split", NOW),
    ]
    world.intake.accept([added("3", anonymous="x"), added("4", user=None, anonymous="x")], NOW)
    assert person(world, "user:ann").cart == {"3": 1}
    assert person(world, "anon:x").cart == {"2": 1, "4": 1}
    (link,) = identities(world).links(guest.id)
    assert (link.outcome, link.author, link.reason) == (Outcome.CUT, "ann", "two people")


def test_joining_by_hand_holds_against_all_that_speaks_against_it(world: World) -> None:
    world.intake.accept([added("1", anonymous="x"), added("2", user="bob", anonymous="x")], NOW)
    ann, bob = person(world, "user:ann"), person(world, "user:bob")
    assert identities(world).merge(ann.id, bob.id, now=NOW, **BY) == [ann.id]
    world.intake.accept([added("3", user="bob", anonymous="x")], NOW)
    assert person(world, "user:bob") == person(world, "user:ann")
    assert person(world, "user:ann").cart == {"1": 1, "2": 1, "3": 1}


def test_what_cannot_be_is_refused_and_changes_nothing(world: World) -> None:
    world.intake.accept([viewed("1", anonymous="x"), viewed("1", user="bob")], NOW)
    ann, before = person(world, "user:ann").id, known(world.database)
    with pytest.raises(OnePerson):
        identities(world).merge(ann, ann, now=NOW, **BY)
    for act in (
        lambda: identities(world).merge(ann, "nobody", now=NOW, **BY),
        lambda: identities(world).split("nobody", ["x"], now=NOW, **BY),
        lambda: identities(world).links("nobody"),
    ):
        with pytest.raises(UnknownPerson):
            act()
    with pytest.raises(NotTheirLink):
        identities(world).split(ann, ["hand-1"], now=NOW, **BY)
    assert known(world.database) == before


def test_more_people_than_can_be_told_anew_are_left_as_they_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resettling, "MOST_CONCERNED", 3)
    world.intake.accept([viewed("1", user=f"u{number}", anonymous="x") for number in range(6)], NOW)
    someone = person(world, "user:u1")
    with pytest.raises(TooManyConcerned):
        identities(world).split(someone.id, [identities(world).links(someone.id)[0].id], now=NOW, **BY)


def test_each_act_is_in_the_audit_log_and_names_nobody(world: World) -> None:
    world.intake.accept([viewed("1", user="ann@example.com", anonymous="x"), viewed("1", user="bob")], NOW)
    ann, bob = person(world, "user:ann@example.com").id, person(world, "user:bob").id
    identities(world).merge(ann, bob, now=NOW, **BY)
    ids = [link.id for link in identities(world).links(ann)]
    identities(world).split(ann, ids, now=NOW, **BY)
    with world.database.read() as connection:
        acts = read_log(connection, limit=9, oldest=True)
    assert [(act.action, act.what) for act in acts] == [
        ("profile.merge", f"people/{ann}"),
        ("profile.split", f"people/{ann}"),
    ]
    assert "example.com" not in repr(acts)


def test_nobody_is_told_of_what_did_not_change(world: World) -> None:
    world.intake.accept([added("1", anonymous="x"), ordered("2", user="bob", at=NOW)], NOW)
    ann, bob = person(world, "user:ann").id, person(world, "user:bob").id
    told = len(world.profiles.changes(bob))
    (link,) = identities(world).links(ann)
    identities(world).split(ann, [link.id], now=NOW, **BY)
    assert len(world.profiles.changes(bob)) == told
