"""Intake: acknowledged means committed, counted once, folded, visible."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from profiles import Event, Intake, Profile, Status, backfill, tables, touches
from tests.profiles.calls import NOW, added, call, ordered, viewed
from tests.profiles.world import SEGMENTS, VOCABULARY, World

ACCEPTED, DUPLICATE = Status.ACCEPTED, Status.DUPLICATE


def statuses(world: World, *events: Event) -> list[Status]:
    return [receipt.status for receipt in world.intake.accept(events, NOW)]


def known(world: World, alias: str) -> Profile:
    profile = world.profiles.get(alias)
    assert profile is not None
    return profile


def stored(world: World) -> int:
    with world.database.read() as connection:
        return connection.scalar(select(func.count()).where(tables.events.c.kind != "consent")) or 0


def test_an_accepted_event_is_in_the_profile(world: World) -> None:
    event = ordered("1", total=12.5)
    (receipt,) = world.intake.accept([event], NOW)
    assert (receipt.message_id, receipt.status) == (event.message_id, ACCEPTED)
    assert known(world, "user:ann").counters["spend"] == 12.5
    assert world.profiles.count() == 1


def test_an_event_counts_once_however_often_it_comes(world: World) -> None:
    one, two = ordered("1"), ordered("2")
    assert statuses(world, one, one) == [ACCEPTED, DUPLICATE]
    assert statuses(world, one, two, one) == [DUPLICATE, ACCEPTED, DUPLICATE]
    assert known(world, "user:ann").counters["orders"] == 2
    assert stored(world) == 2
    assert [message for message, _ in world.seen] == [one.message_id, two.message_id]


def test_message_ids_are_those_of_their_source(world: World) -> None:
    from dataclasses import replace

    one = ordered("1")
    assert statuses(world, one, replace(one, source="app")) == [ACCEPTED, ACCEPTED]


def test_nothing_is_nothing(world: World) -> None:
    assert world.intake.accept([], NOW) == []


def test_a_batch_of_any_size(world: World) -> None:
    events = [viewed(str(n), NOW + n, user=f"u{n % 50}") for n in range(4_500)]
    assert set(statuses(world, *events)) == {ACCEPTED}
    assert set(statuses(world, *events)) == {DUPLICATE}
    assert known(world, "user:u7").counters["viewed"] == {"coffee": 90}
    assert world.profiles.count() == 50


def test_a_hook_that_fails_takes_the_whole_batch_back(world: World) -> None:
    def refuse(_: Connection, event: Event, __: str) -> None:
        if event.name == "Order Completed":
            raise RuntimeError("no")

    broken = Intake(world.database, lambda: SEGMENTS, lambda: VOCABULARY, world.hot, on_event=[refuse])
    with pytest.raises(RuntimeError, match="no"):
        broken.accept([viewed("1"), ordered("1")], NOW)
    assert (stored(world), world.profiles.get("user:ann")) == (0, None)


def test_identify_joins_the_anonymous_person_to_the_user(world: World) -> None:
    world.intake.accept([ordered("1", at=NOW - 50)], NOW)
    world.intake.accept([added("2", NOW - 5, user=None, anonymous="x")], NOW)
    guest = known(world, "anon:x").id
    world.intake.accept([call("identify", anonymous="x", traits={"first_name": "Ann"})], NOW)
    ann = known(world, "anon:x")
    assert ann == known(world, "user:ann")
    assert ann.aliases == ("user:ann", "anon:x")
    assert (ann.counters["orders"], ann.cart, ann.traits) == (1, {"2": 1}, {"first_name": "Ann"})
    assert set(ann.segments) == {"buyers", "cart-waiting"}
    assert world.profiles.count() == 1
    assert [(c.change, c.segment, c.cause) for c in world.profiles.changes(guest)] == [
        ("entered", "cart-waiting", "event"),
        ("left", "cart-waiting", "merged"),
    ]
    with world.database.read() as connection:
        owners = set(connection.scalars(select(tables.events.c.profile_id)))
    assert owners == {ann.id}


def test_an_anonymous_person_who_signs_up_stays_who_they_are(world: World) -> None:
    world.intake.accept([added("2", user=None, anonymous="x")], NOW)
    guest = known(world, "anon:x")
    world.intake.accept([call("identify", anonymous="x")], NOW)
    ann = known(world, "user:ann")
    assert (ann.id, ann.cart) == (guest.id, {"2": 1})


def test_a_shared_device_goes_to_its_next_user_without_the_past(world: World) -> None:
    world.intake.accept([call("identify", anonymous="x"), added("1", anonymous="x")], NOW)
    world.intake.accept([call("identify", user="bob", anonymous="x")], NOW)
    world.intake.accept([viewed("2", user=None, anonymous="x")], NOW)
    ann, bob = known(world, "user:ann"), known(world, "user:bob")
    assert (ann.cart, bob.cart) == ({"1": 1}, {})
    assert (ann.aliases, bob.aliases) == (("user:ann",), ("user:bob", "anon:x"))
    assert bob.counters["viewed"] == {"coffee": 1}
    assert known(world, "anon:x") == bob


def alias(previous: str, user: str = "ann", **more: Any) -> Event:
    return call("alias", user=user, previousId=previous, **more)


def test_an_alias_joins_an_anonymous_person_to_the_user_as_identify_does(world: World) -> None:
    world.intake.accept([ordered("1", at=NOW - 50)], NOW)
    world.intake.accept([added("2", NOW - 5, user=None, anonymous="x")], NOW)
    world.intake.accept([alias("x")], NOW)
    ann = known(world, "user:ann")
    assert (ann, ann.cart, ann.counters["orders"]) == (known(world, "anon:x"), {"2": 1}, 1)
    assert world.profiles.count() == 1


def test_an_alias_of_two_users_joins_them(world: World) -> None:
    world.intake.accept([ordered("1", at=NOW - 50), ordered("2", at=NOW - 40, user="ann@old")], NOW)
    world.intake.accept([alias("ann@old")], NOW)
    assert known(world, "user:ann") == known(world, "user:ann@old")
    assert (known(world, "user:ann").counters["orders"], world.profiles.count()) == (2, 1)


@pytest.mark.parametrize("first", ["user", "anonymous"])
def test_an_alias_that_comes_before_all_else_holds_for_what_follows(world: World, first: str) -> None:
    world.intake.accept([alias("x")], NOW)
    ids = {"user": "x"} if first == "user" else {"user": None, "anonymous": "x"}
    world.intake.accept([viewed("1", **ids)], NOW)
    assert known(world, "user:ann").counters["viewed"] == {"coffee": 1}
    assert world.profiles.count() == 1


def test_an_alias_keeps_a_shared_device_apart(world: World) -> None:
    """An anonymous id that another user has used leads to the new one from now on; the past stays where it is."""
    world.intake.accept([call("identify", anonymous="x"), added("1", anonymous="x")], NOW)
    world.intake.accept([alias("x", user="bob")], NOW)
    assert (known(world, "user:ann").cart, known(world, "user:bob").cart) == ({"1": 1}, {})
    assert known(world, "anon:x") == known(world, "user:bob")


def test_an_alias_of_oneself_and_one_with_three_names_change_nothing_twice(world: World) -> None:
    events = [alias("ann"), alias("x", anonymous="x"), alias("x", anonymous="x"), added("1", user=None, anonymous="x")]
    for event in events:
        world.intake.accept([event], NOW)
    ann = known(world, "user:ann")
    assert sorted(ann.aliases) == ["anon:ann", "anon:x", "user:ann", "user:x"]
    assert (ann.cart, world.profiles.count()) == ({"1": 1}, 1)


def test_groups_are_told_again_when_people_are_joined(world: World) -> None:
    world.intake.accept([call("group", user=None, anonymous="x", groupId="acme", traits={"plan": "pro"})], NOW)
    world.intake.accept([ordered("1"), call("identify", anonymous="x")], NOW)
    assert known(world, "user:ann").counters["group"] == {"plan": "pro", "id": "acme"}


def test_versions_grow_under_every_alias(world: World) -> None:
    for n in range(5):
        world.intake.accept([viewed(str(n), user=None, anonymous="x")], NOW)
    before = known(world, "anon:x").version
    world.intake.accept([viewed("9")], NOW)
    world.intake.accept([call("identify", anonymous="x")], NOW)
    assert known(world, "anon:x").version > before


def test_people_are_joined_in_the_middle_of_a_batch(world: World) -> None:
    events: list[Event] = [
        viewed("1", NOW, user=None, anonymous="x"),
        ordered("2", at=NOW + 1),
        call("identify", NOW + 2, anonymous="x"),
        viewed("3", NOW + 3, user=None, anonymous="x"),
    ]
    world.intake.accept(events, NOW)
    ann = known(world, "user:ann")
    assert (ann.counters["viewed"], ann.counters["orders"]) == ({"coffee": 2}, 1)
    assert world.profiles.count() == 1


def test_an_import_can_be_broken_off_and_begun_again(world: World) -> None:
    events = [ordered("1", at=NOW - n, user=f"u{n % 7}") for n in range(100)]
    told: list[int] = []
    assert backfill(world.intake, events[:40], NOW, chunk=30) == 40
    assert backfill(world.intake, iter(events), NOW, chunk=30, progress=told.append) == 60
    assert backfill(world.intake, events, NOW) == 0
    assert told == [30, 30, 30, 10]
    assert sum(known(world, f"user:u{n}").counters["orders"] for n in range(7)) == 100


def in_parallel(*calls: Any) -> None:
    """Run all calls at once; the first error is raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(calls))

    def run(call: Any) -> None:
        start.wait()
        try:
            call()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_many_writers_count_each_event_once(world: World) -> None:
    events = [viewed("1", NOW + n, user=f"u{n % 3}") for n in range(60)]
    joins = [call("identify", user=f"u{n}", anonymous=f"x{n}") for n in range(3)]
    guests = [viewed("2", NOW + n, user=None, anonymous=f"x{n % 3}") for n in range(30)]
    everything = [*events, *guests, *joins]

    def writer(step: int) -> Any:
        ordered_differently = everything[step:] + everything[:step]
        return lambda: [world.intake.accept(ordered_differently[at : at + 4], NOW) for at in range(0, 93, 4)]

    in_parallel(writer(0), writer(20), writer(45), writer(70))
    assert stored(world) == len(everything)
    assert world.profiles.count() == 3
    assert [known(world, f"user:u{n}").counters["viewed"] for n in range(3)] == [{"coffee": 30}] * 3


def test_two_workers_wake_each_person_once(world: World) -> None:
    world.intake.accept([added("1", NOW, user=f"u{n}") for n in range(40)], NOW)

    def work() -> None:
        while world.timers.next_due() is not None:
            world.timers.run_due(NOW + 600, limit=5)

    in_parallel(work, work, work)
    with world.database.read() as connection:
        changes = tables.segment_changes
        left = connection.scalar(select(func.count()).select_from(changes).where(changes.c.change == "left"))
    assert left == 40


def test_touches_are_those_of_people_who_agree(world: World) -> None:
    refusing = {"consent": {"categoryPreferences": {"personalization": False}}}
    world.intake.accept([viewed("1", NOW), added("2", NOW + 1), ordered("3", "4", at=NOW + 2), call("page")], NOW)
    world.intake.accept([viewed("9", user="eve"), call("page", NOW + 9, user="eve", context=refusing)], NOW)
    ann = known(world, "user:ann").id
    assert sorted(touches(world.database)) == [
        (ann, "1", 1.0, NOW),
        (ann, "2", 3.0, NOW + 1),
        (ann, "3", 5.0, NOW + 2),
        (ann, "4", 5.0, NOW + 2),
    ]
