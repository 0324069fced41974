"""The past: who somebody was at any moment is what was kept of them then, and each fact tells how it came to be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from profiles import Event, Intake, Past, Profile, Profiles, Timers, UnknownPerson, current
from rules import Attribute, FactType, Vocabulary, read_computed
from storage import Database, HotCopies
from tests.profiles.world import VOCABULARY, segments

NOW = 1_750_000_000.0
STEPS = int(os.environ.get("INTARSIA_TEST_PAST", "60"))

KNOWN = replace(
    VOCABULARY,
    attributes={
        **VOCABULARY.attributes,
        **{
            path: Attribute(path, FactType.OBJECT, path, purpose="necessary", computed=read_computed(body))
            for path, body in {
                "profile.session": {"sessions": "*", "gap": "30m"},
                "profile.recent": {"count": "Product Added", "within": "1h"},
            }.items()
        },
    },
)
SEGMENTS = segments(
    buyers={">": [{"var": "profile.orders"}, 0]},
    busy={">": [{"var": "profile.recent"}, 1]},
    cart_waiting={">": [{"events": {"type": "Product Added", "within": "10m"}}, 0]},
)


class Life:
    """One house in which people do things, while a clock runs."""

    def __init__(self, database: Database) -> None:
        hot = HotCopies(None)
        self.intake = Intake(database, lambda: SEGMENTS, lambda: KNOWN, hot)
        self.timers = Timers(database, lambda: SEGMENTS, lambda: KNOWN, hot)
        self.people, self.past = Profiles(database, hot), Past(database)
        self.now = NOW

    def copy(self, who: str) -> Profile:
        """Somebody as they are now."""
        return current(self.people.by_id(self.people.find(f"user:{who}")), SEGMENTS, KNOWN, self.now)


def deeds(dice: Random, now: float, serial: Iterator[int]) -> list[Event]:
    """Some things that happened, some of them a while ago."""
    made = []
    for _ in range(dice.randrange(1, 4)):
        at = now - dice.choice([0, 0, 5, 400, 3_000, 90_000])
        what = {"product_id": dice.choice("abc"), "category": "coffee", "total": dice.choice([5, 60])}
        event = Event(f"m{next(serial)}", "shop", "track", "", at, now, user_id=dice.choice(["ann", "bob"]))
        agreed = {"personalization": dice.random() < 0.8}
        made.append(
            dice.choice(
                [
                    replace(event, name=dice.choice(["Product Added", "Order Completed"]), properties=what),
                    replace(event, name="Product Viewed", properties=what, consent=agreed),
                    replace(event, kind="identify", traits={"first_name": dice.choice(["Ann", "Anna"])}),
                    replace(event, kind="group", group_id="g", traits={"plan": dice.choice(["a", "b"])}),
                ]
            )
        )
    return made


def told(profile: Profile) -> dict[str, object]:
    parts = ("id", "traits", "consent", "counters", "cart", "events", "items", "since", "computed", "segments")
    return {name: getattr(profile, name) for name in parts} | {"aliases": sorted(profile.aliases)}


def test_as_of_a_moment_somebody_is_who_they_were(database: Database) -> None:
    life, dice, serial = Life(database), Random(5), iter(range(10_000))
    copies: list[tuple[float, Profile]] = []
    for _ in range(STEPS):
        life.now += dice.choice([0.25, 30, 700, 4_000])
        life.timers.run_due(life.now)
        life.intake.accept(deeds(dice, life.now, serial), life.now)
        for who in ("ann", "bob"):
            try:
                copies.append((life.now, life.copy(who)))
            except UnknownPerson:
                continue
    assert len({frozenset(copy.segments) for _, copy in copies}) > 3
    for at, copy in copies:
        assert told(life.past.profile(copy.id, KNOWN, at)) == told(copy)
    with pytest.raises(UnknownPerson):
        life.past.profile(copies[0][1].id, KNOWN, NOW)


def test_a_fact_tells_each_value_with_its_event(database: Database) -> None:
    life = Life(database)
    base = Event("", "shop", "identify", "", NOW, NOW, user_id="ann")
    life.intake.accept(
        [
            replace(base, message_id="new", at=NOW - 10, traits={"first_name": "Anna"}),
            replace(base, message_id="old", at=NOW - 20, traits={"first_name": "Ann"}),
            replace(base, message_id="same", at=NOW - 5, traits={"first_name": "Anna", "size": 3}),
            *(
                replace(
                    base, message_id=f"o{n}", kind="track", name="Order Completed", at=NOW - n, properties={"total": 5}
                )
                for n in range(3)
            ),
        ],
        NOW,
    )
    ann = life.people.find("user:ann")

    def turns(path: str, limit: int = 100) -> list[tuple[object, str]]:
        return [(one.value, one.event.message_id) for one in life.past.turns(ann, path, KNOWN, limit)]

    assert turns("profile.first_name") == [("Anna", "new"), ("Ann", "old")]
    assert turns("profile.size") == [(3, "same")]
    assert turns("profile.orders") == [(3, "o0"), (2, "o1"), (1, "o2")]
    assert turns("profile.orders", 1) == [(3, "o0")]
    assert [value["events"] for value, _ in turns("profile.session")] == [3, 2, 1]  # type: ignore[index]
    assert turns("profile.nothing") == []


def test_the_timeline_leads_to_each_event_once_newest_first(database: Database) -> None:
    life, dice, serial = Life(database), Random(9), iter(range(1_000))
    for _ in range(20):
        life.intake.accept([replace(one, user_id="ann") for one in deeds(dice, NOW, serial)], NOW)
    ann, seen, before = life.people.find("user:ann"), list[tuple[float, int]](), None
    while page := life.past.timeline(ann, before=before, limit=7):
        seen += [(one.event.at, one.seq) for one in page]
        before = seen[-1]
    assert seen == sorted(seen, reverse=True) and len(seen) == len(set(seen)) == next(serial)
    orders = life.past.timeline(ann, before=None, limit=100, name="Order Completed")
    assert orders and {one.event.name for one in orders} == {"Order Completed"}


def test_nobody_has_no_past(database: Database) -> None:
    with pytest.raises(UnknownPerson):
        Past(database).profile("nobody", Vocabulary(), NOW)
