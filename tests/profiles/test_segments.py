"""Segments: entered by events, left by events and by the clock, to the second."""

from __future__ import annotations

from dataclasses import replace

import pytest

from profiles import STRANGER, Profile, SegmentError, Segments, current, fold_all, reassess
from tests.profiles.calls import MINUTE, NOW, added, ordered, viewed
from tests.profiles.world import CART_WAITING, SEGMENTS, VOCABULARY, World, segments


def with_a_cart() -> Profile:
    return fold_all(Profile(id="ann"), [added("1", NOW)])


def test_a_membership_and_the_moment_it_ends() -> None:
    found = reassess(with_a_cart(), SEGMENTS, VOCABULARY, NOW)
    assert found.segments == {"cart-waiting": NOW}
    assert (found.entered, found.left) == (("cart-waiting",), ())
    assert found.until == NOW + 10 * MINUTE


def test_who_stays_keeps_the_moment_of_entering() -> None:
    member = replace(with_a_cart(), segments={"cart-waiting": NOW})
    found = reassess(member, SEGMENTS, VOCABULARY, NOW + 60)
    assert (found.segments, found.entered, found.left) == ({"cart-waiting": NOW}, (), ())


def test_without_consent_nobody_is_in() -> None:
    found = reassess(replace(with_a_cart(), consent={}), SEGMENTS, VOCABULARY, NOW)
    assert found.segments == {}


def test_a_segment_may_build_on_another_whatever_its_name() -> None:
    layered = segments(a_top={"in_segment": "z-ground"}, z_ground=CART_WAITING)
    assert set(reassess(with_a_cart(), layered, VOCABULARY, NOW).segments) == {"a-top", "z-ground"}
    assert reassess(with_a_cart(), layered, VOCABULARY, NOW + 600).segments == {}


def test_a_rule_that_fails_moves_nobody() -> None:
    """A text doubled forty times is stopped by the budget of rules."""
    so_far = {"var": "accumulator"}
    endless = segments(bad={"==": [{"reduce": [[0] * 40, {"cat": [so_far, so_far]}, "xx"]}, "x"]})
    found = reassess(with_a_cart(), endless, VOCABULARY, NOW)
    assert (found.segments, found.entered) == ({}, ())
    member = replace(with_a_cart(), segments={"bad": NOW - 60})
    found = reassess(member, endless, VOCABULARY, NOW)
    assert (found.segments, found.left) == ({"bad": NOW - 60}, ())


def test_segments_in_a_circle_are_refused() -> None:
    with pytest.raises(SegmentError, match="circle"):
        segments(one={"in_segment": "two"}, two={"in_segment": "one"})


def test_current_is_right_to_the_second_without_a_timer(world: World) -> None:
    world.intake.accept([added("1", NOW)], NOW)
    document, _ = world.profiles.raw("user:ann")

    def inside(now: float) -> set[str]:
        return set(world.profiles.current(document, SEGMENTS, VOCABULARY, now).segments)

    assert inside(NOW + 599.999) == {"cart-waiting"}
    assert inside(NOW + 600) == set()
    assert inside(NOW + 6_000) == set()


def test_current_knows_rules_that_were_published_since(world: World) -> None:
    world.kept = Segments()
    world.intake.accept([added("1", NOW)], NOW)
    document, _ = world.profiles.raw("user:ann")
    assert set(world.profiles.current(document, SEGMENTS, VOCABULARY, NOW).segments) == {"cart-waiting"}


def test_a_stranger_is_in_no_segment(world: World) -> None:
    assert world.profiles.current(None, SEGMENTS, VOCABULARY, NOW) == STRANGER
    assert current(STRANGER, SEGMENTS, VOCABULARY, NOW) is STRANGER


def test_entered_by_adding_left_by_the_clock(world: World) -> None:
    world.intake.accept([added("1", NOW)], NOW)
    assert world.timers.next_due() == NOW + 600
    assert world.timers.run_due(NOW + 599.999) == 0
    assert world.timers.run_due(NOW + 600) == 1
    assert world.moves("user:ann") == [
        ("entered", "cart-waiting", NOW, "event"),
        ("left", "cart-waiting", NOW + 600, "clock"),
    ]
    assert world.timers.run_due(NOW + 700) == 0
    assert world.timers.next_due() is None


def test_left_at_once_by_buying(world: World) -> None:
    world.intake.accept([added("1", NOW)], NOW)
    world.intake.accept([ordered("1", at=NOW + 60)], NOW + 60)
    assert world.moves("user:ann") == [
        ("entered", "cart-waiting", NOW, "event"),
        ("left", "cart-waiting", NOW + 60, "event"),
        ("entered", "buyers", NOW + 60, "event"),
    ]
    assert world.timers.next_due() is None


def test_a_late_timer_writes_the_moment_at_which_it_was_true(world: World) -> None:
    world.intake.accept([added("1", NOW)], NOW)
    assert world.timers.run_due(NOW + 5_000) == 1
    assert world.moves("user:ann")[-1] == ("left", "cart-waiting", NOW + 600, "clock")


def test_what_the_clock_did_before_an_event_is_the_clocks(world: World) -> None:
    world.intake.accept([added("1", NOW)], NOW)
    world.intake.accept([ordered("2", at=NOW + 900)], NOW + 900)
    assert world.moves("user:ann")[1:] == [
        ("left", "cart-waiting", NOW + 600, "clock"),
        ("entered", "buyers", NOW + 900, "event"),
    ]
    assert world.timers.next_due() is None


def test_adding_again_starts_the_window_again(world: World) -> None:
    world.intake.accept([added("1", NOW)], NOW)
    world.intake.accept([added("2", NOW + 300)], NOW + 300)
    assert world.timers.run_due(NOW + 600) <= 1
    assert world.timers.next_due() == NOW + 900
    assert world.timers.run_due(NOW + 900) == 1
    assert [move[:3] for move in world.moves("user:ann")] == [
        ("entered", "cart-waiting", NOW),
        ("left", "cart-waiting", NOW + 900),
    ]


def test_many_wake_in_portions(world: World) -> None:
    world.intake.accept([added("1", NOW, user=f"u{n}") for n in range(7)], NOW)
    assert [world.timers.run_due(NOW + 600, limit=3) for _ in range(4)] == [3, 3, 1, 0]


def test_after_other_rules_were_published_everybody_can_be_looked_at_again(world: World) -> None:
    world.kept = Segments()
    world.intake.accept([added("1", NOW), viewed("1", NOW, user="bob")], NOW)
    world.kept = SEGMENTS
    while world.backfill.step(NOW + 60, limit=1):
        pass
    assert world.moves("user:ann") == [("entered", "cart-waiting", NOW + 60, "rules")]
    assert world.moves("user:bob") == []
    assert world.timers.next_due() == NOW + 600


def test_whoever_listens_is_told_each_change_that_is_written_down(world: World) -> None:
    world.intake.accept([added("1", at=NOW), added("2", at=NOW)], NOW)
    world.intake.accept([ordered("3", at=NOW + 5)], NOW + 5)
    world.intake.accept([added("4", at=NOW + 10)], NOW + 10)
    assert world.timers.run_due(NOW + 700) == 1
    profile = world.profiles.get("user:ann")
    assert profile is not None
    assert world.told == [(profile.id, c.change, c.segment, c.at) for c in world.profiles.changes(profile.id)]
    assert ("left", "cart-waiting", NOW + 610) in [told[1:] for told in world.told]
