"""Each event counts once for its source and message id: late, early, again, changed, purged, and from many at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from profiles import Event, EventError, Intake, Profile, Receipt, Segments, Status, parse_call, tables
from profiles.ingest import SEEN_DAYS, Trimmer, forget_old
from profiles.ingest.tables import seen
from rules import Vocabulary
from storage import Database, HotCopies
from tests.profiles.calls import DAY, MINUTE, NOW, added, call, ordered, viewed
from tests.profiles.world import World

ACCEPTED, DUPLICATE = Status.ACCEPTED, Status.DUPLICATE


def told(world: World, *events: Event, now: float = NOW) -> list[tuple[Status, bool]]:
    return [(one.status, one.differs) for one in world.intake.accept(events, now)]


def ann(world: World) -> Profile:
    profile = world.profiles.get("user:ann")
    assert profile is not None
    return profile


def purge(database: Database) -> None:
    """The log forgets everything, as retention lets it."""
    with database.write() as connection:
        connection.execute(delete(tables.events))


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def logged(database: Database) -> int:
    """The events in the log that are no records of consent; everything in it was seen."""
    assert count(database, tables.events) == count(database, seen)
    with database.read() as connection:
        return connection.scalar(select(func.count()).where(tables.events.c.kind != "consent")) or 0


def test_an_event_that_was_purged_from_the_log_still_counts_once(world: World) -> None:
    event = ordered("1", total=5)
    assert told(world, event) == [(ACCEPTED, False)]
    purge(world.database)
    assert told(world, event, now=NOW + 29 * DAY) == [(DUPLICATE, False)]
    assert (ann(world).counters["orders"], count(world.database, tables.events)) == (1, 0)


def test_the_same_id_with_other_content_is_a_duplicate_and_said(world: World) -> None:
    first = ordered("1", total=5, messageId="order")
    other = ordered("2", total=500, messageId="order")
    assert told(world, first, other) == [(ACCEPTED, False), (DUPLICATE, True)]
    assert told(world, other, first, other) == [(DUPLICATE, True), (DUPLICATE, False), (DUPLICATE, True)]
    assert told(world, replace(first, name="Order Refunded")) == [(DUPLICATE, True)]
    assert told(world, replace(first, user_id="bob")) == [(DUPLICATE, True)]
    assert ann(world).counters["spend"] == 5
    assert world.profiles.get("user:bob") is None


def test_when_it_was_sent_is_no_other_content(world: World) -> None:
    """An SDK that sends again says another `sentAt`: what is corrected by it is not what happened."""
    body: dict[str, Any] = {"messageId": "m", "userId": "ann", "event": "E", "timestamp": "2025-06-15T15:00:00Z"}
    first = parse_call("track", {**body, "sentAt": "2025-06-15T15:06:00Z"}, source="shop", received_at=NOW)
    again = parse_call("track", {**body, "sentAt": "2025-06-15T15:06:30Z"}, source="shop", received_at=NOW + 90)
    assert first.at != again.at
    assert told(world, first) + told(world, again) == [(ACCEPTED, False), (DUPLICATE, False)]


def test_what_waits_in_quarantine_is_known_again_too(world: World) -> None:
    broken = call(event="Product Viewed", properties={"price": []}, messageId="q")
    assert told(world, broken) == [(Status.QUARANTINED, False)]
    assert told(world, broken) == [(Status.QUARANTINED, False)]
    assert told(world, viewed("1", messageId="q")) == [(Status.QUARANTINED, True)]
    assert world.profiles.get("user:ann") is None


def test_late_early_and_in_disorder_the_same_comes_of_it(world: World) -> None:
    history = [
        viewed("1", NOW - 3 * DAY),
        added("1", NOW - 2 * DAY),
        ordered("1", at=NOW - DAY, total=7),
        added("2", NOW - 5 * MINUTE),
        call("identify", NOW - MINUTE, traits={"first_name": "Ann"}),
        call("identify", NOW - 2 * MINUTE, traits={"first_name": "Anna"}),
    ]
    for event in reversed(history):
        assert told(world, event) == [(ACCEPTED, False)]
    backwards = ann(world)
    assert (backwards.cart, backwards.counters["orders"], backwards.traits) == ({"2": 1}, 1, {"first_name": "Ann"})
    assert set(backwards.segments) == {"buyers", "cart-waiting"}
    assert told(world, *history) == [(DUPLICATE, False)] * len(history)


def test_what_is_older_than_is_kept_counts_and_is_not_listed(world: World) -> None:
    world.intake.accept([viewed("2", NOW)], NOW)
    assert told(world, ordered("1", at=NOW - 400 * DAY, total=7)) == [(ACCEPTED, False)]
    profile = ann(world)
    assert (profile.counters["orders"], profile.counters["first_order_at"]) == (1, NOW - 400 * DAY)
    assert "Order Completed" not in profile.events


def test_a_little_in_the_future_is_taken_and_waits_for_its_moment_and_more_is_refused(world: World) -> None:
    stamp: dict[str, Any] = {
        "messageId": "soon",
        "userId": "ann",
        "event": "Product Added",
        "properties": {"product_id": "1"},
    }
    consent: dict[str, Any] = {"context": {"consent": {"categoryPreferences": {"personalization": True}}}}
    soon = parse_call(
        "track", {**stamp, **consent, "timestamp": "2025-06-15T15:36:40Z"}, source="shop", received_at=NOW
    )
    assert soon.at == NOW + 30 * MINUTE
    assert told(world, soon) == [(ACCEPTED, False)]
    assert "cart-waiting" not in ann(world).segments, "it has not happened yet"
    world.timers.run_due(NOW + 31 * MINUTE)
    assert "cart-waiting" in ann(world).segments
    with pytest.raises(EventError, match="future"):
        parse_call("track", {**stamp, "timestamp": "2025-06-15T16:06:41Z"}, source="shop", received_at=NOW)


def test_many_at_once_with_the_same_events_count_each_once(world: World) -> None:
    """Threads of one house, and two houses over one database, as two processes are."""
    other = World(world.database, HotCopies(None))
    events = [ordered(str(n), at=NOW + n, total=1, user=f"u{n % 7}", messageId=f"e{n}") for n in range(120)]
    told: list[Receipt] = []
    lock = threading.Lock()

    def send(place: int) -> None:
        house = (world, other)[place % 2]
        for start in range(0, 120, 8):
            shifted = (start + place * 24) % 120
            receipts = house.intake.accept(events[shifted : shifted + 8], NOW)
            with lock:
                told.extend(receipts)

    threads = [threading.Thread(target=send, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = [one.message_id for one in told if one.status is ACCEPTED]
    assert (len(told), len(accepted), len(set(accepted))) == (720, 120, 120)
    people = [world.profiles.get(f"user:u{n}") for n in range(7)]
    assert sum(one.counters["orders"] for one in people if one) == 120
    assert logged(world.database) == 120


def test_what_was_seen_is_forgotten_when_it_is_old_and_gone(world: World) -> None:
    old, purged, fresh = ordered("1"), ordered("2"), ordered("3", at=NOW + 20 * DAY)
    assert told(world, old, purged) == [(ACCEPTED, False)] * 2
    with world.database.write() as connection:
        connection.execute(delete(tables.events).where(tables.events.c.message_id == purged.message_id))
    assert told(world, fresh, now=NOW + 20 * DAY) == [(ACCEPTED, False)]
    assert forget_old(world.database, NOW + SEEN_DAYS * DAY, SEEN_DAYS) == (0, None)
    assert told(world, purged, now=NOW + SEEN_DAYS * DAY) == [(DUPLICATE, False)]
    assert forget_old(world.database, NOW + (SEEN_DAYS + 2) * DAY, SEEN_DAYS) == (1, None)
    assert told(world, old, now=NOW + 50 * DAY) == [(DUPLICATE, False)], "what is in the log never counts twice"
    assert told(world, purged, now=NOW + 50 * DAY) == [(ACCEPTED, False)]


def test_forgetting_goes_through_all_in_steps_and_rests_for_a_day(world: World) -> None:
    world.intake.accept([viewed(str(n)) for n in range(25)], NOW)
    purge(world.database)
    later, after, steps = NOW + 60 * DAY, "", 0
    while True:
        _, following = forget_old(world.database, later, SEEN_DAYS, after, scanned=10)
        steps += 1
        if following is None:
            break
        after = following
    assert (steps, count(world.database, seen)) == (3, 0)
    trimmer = Trimmer(world.database, SEEN_DAYS)
    assert [trimmer(later), trimmer(later + 60), trimmer(later + DAY)] == [False] * 3
    assert trimmer.done == later + DAY


def test_a_redriven_event_is_known_again_although_it_was_purged(world: World) -> None:
    broken = call(event="Order Completed", properties={"total": []}, messageId="q")
    world.intake.accept([broken], NOW)
    repaired = replace(broken, properties={"total": 5})
    receipts = world.intake.take_again(lambda _: [repaired], lambda *_: None, NOW + DAY)
    assert [one.status for one in receipts] == [ACCEPTED]
    with world.database.write() as connection:
        connection.execute(update(tables.quarantine).values(state="redriven"))
    purge(world.database)
    assert told(world, broken, now=NOW + 2 * DAY) == [(DUPLICATE, False)]
    assert ann(world).counters["spend"] == 5


def test_one_callers_failing_event_costs_no_other_theirs(world: World) -> None:
    def refuse(_: Any, event: Event, __: str) -> None:
        if event.message_id == "bad":
            raise RuntimeError("no")

    intake = Intake(world.database, Segments, Vocabulary, world.hot, on_event=[refuse])
    results: dict[str, Any] = {}

    def send(name: str) -> None:
        try:
            results[name] = intake.accept([viewed("1", messageId=name, user=name)], NOW)[0].status
        except RuntimeError as error:
            results[name] = str(error)

    names = ["a", "bad", "b", "c"]
    threads = [threading.Thread(target=send, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {"a": ACCEPTED, "bad": "no", "b": ACCEPTED, "c": ACCEPTED}
    assert logged(world.database) == 3
    assert world.profiles.get("user:bad") is None
