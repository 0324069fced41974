"""Other segments: everybody follows bit by bit, only what changed is asked, and nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from profiles import Backfill, Segment, Segments
from profiles.membership.index import index_of
from profiles.membership.tables import memberships
from rules import Facts, Rule, Verdict, parse
from tests.profiles.calls import NOW, added, ordered, viewed
from tests.profiles.world import CART_WAITING, VOCABULARY, World, segments

LOOKED: Any = {">": [{"events": {"type": "Product Viewed", "within": "30d"}}, 0]}
BUYERS: Any = {">": [{"var": "profile.orders"}, 0]}


class Counted(Rule):
    """A rule that counts how often it is asked."""

    asked = 0

    def decide(self, facts: Facts) -> Verdict:
        """As any rule."""
        self.asked += 1
        return super().decide(facts)


def counted(logic: Any) -> Counted:
    return Counted(parse(logic).root)


def test_everybody_follows_bit_by_bit_while_events_come(world: World) -> None:
    world.kept = segments(buyers=BUYERS)
    world.intake.accept([viewed("1", NOW, user=f"u{n}") for n in range(7)], NOW)
    assert world.backfill.step(NOW) == 0  # these are the segments they were settled by
    world.kept = segments(buyers=BUYERS, looked=LOOKED)
    assert world.backfill.step(NOW + 60, limit=3) == 3
    told = world.backfill.progress()
    assert told is not None
    assert (told.changed, told.people, told.left, told.moved, told.ended_at) == (("looked",), 7, 4, 3, None)

    # An event of somebody who was not reached: what the rules did is told apart from what the event did.
    world.intake.accept([ordered("1", at=NOW + 70, user=f"u{n}") for n in range(7)], NOW + 70)
    again = Backfill(
        world.database, lambda: world.kept, lambda: VOCABULARY, world.hot, on_changes=world._tell
    )  # another process
    while again.step(NOW + 80, limit=3):
        pass
    told = again.progress()
    assert told is not None
    assert (told.left, told.ended_at) == (0, NOW + 80)
    for n in range(7):
        moves = world.moves(f"user:u{n}")
        assert sorted(move[:2] for move in moves) == [("entered", "buyers"), ("entered", "looked")]
        assert {move[1]: move[3] for move in moves} == {"looked": "rules", "buyers": "event"}
    with world.database.read() as connection:
        assert len(connection.execute(select(memberships)).all()) == 14


def test_only_the_segments_that_changed_are_asked(world: World) -> None:
    waiting, looked = counted(CART_WAITING), counted(LOOKED)
    world.kept = Segments.of([Segment("looked", "", looked), Segment("waiting", "", waiting)])
    world.intake.accept([added("1", NOW), viewed("1", NOW)], NOW)
    world.backfill.step(NOW)
    before = (waiting.asked, looked.asked)
    world.kept = Segments.of([*world.kept, Segment("both", "", parse({"and": [{"in_segment": "looked"}, BUYERS]}))])
    assert world.backfill.step(NOW + 1) == 1
    assert (waiting.asked, looked.asked) == before
    world.intake.accept([viewed("2", NOW + 2)], NOW + 2)
    assert waiting.asked == before[0]
    assert looked.asked > before[1]


def test_a_segment_that_is_gone_is_left_and_its_like_is_entered_again(world: World) -> None:
    world.kept = segments(looked=LOOKED)
    world.intake.accept([viewed("1", NOW)], NOW)
    for later, kept in ((10, segments(buyers=BUYERS)), (20, segments(looked=LOOKED))):
        world.kept = kept
        assert world.backfill.step(NOW + later) == 1
    assert world.moves("user:ann") == [
        ("entered", "looked", NOW, "event"),
        ("left", "looked", NOW + 10, "rules"),
        ("entered", "looked", NOW + 20, "rules"),
    ]
    person = world.profiles.get("user:ann")
    assert person is not None
    reasons = [one.reason for one in world.profiles.changes(person.id)]
    assert reasons[1] == "the segment is no longer there"


def test_what_a_segment_depends_on_is_more_than_its_rule() -> None:
    kept = segments(looked=LOOKED, top={"in_segment": "looked"}, apart=BUYERS)
    stricter = replace(VOCABULARY, events={**VOCABULARY.events, "Product Viewed": "marketing"})
    one, other = index_of(kept, VOCABULARY), index_of(kept, stricter)
    assert {key for key in one.digests if one.digests[key] != other.digests[key]} == {"looked", "top"}
    assert other.changed_since(one.digests) == {other.places["looked"], other.places["top"]}
    assert one.stamp != other.stamp
