"""Retention: what was kept long enough goes, in steps that may be broken off; what remains tells the same as ever."""

from __future__ import annotations

import random

import pytest

from profiles import STORES, Eraser, Keeping, Profile, Retention, Status, UnknownPerson, records
from profiles.computed import plan_of
from profiles.fold import fold_all
from profiles.identity import blank
from storage import HotCopies, Ledger
from tests.profiles.calls import DAY, NOW, added, call, ordered, viewed
from tests.profiles.world import VOCABULARY, World

KEEPING = Keeping(types={"Product Viewed": 10}, purposes={"analytics": 5}, others=100)


@pytest.fixture
def retention(world: World, tmp_path: object) -> Retention:
    """Ten days for views, five for what is kept for analytics, a hundred for all else."""
    eraser = Eraser(world.database, world.hot, Ledger(tmp_path / "ledger"), STORES)  # type: ignore[operator]
    return Retention(world.database, HotCopies(None), KEEPING, lambda: world.kept, lambda: VOCABULARY, eraser)


def walk(retention: Retention, now: float, steps: int = 100) -> int:
    """Walk the log once; how many steps it took."""
    return next(n for n in range(1, steps) if not retention.work(now))


def names(world: World, alias: str) -> list[str]:
    profile = world.profiles.get(alias)
    assert profile is not None
    with world.database.read() as connection:
        return [one.name for one in records.events_of(connection, profile.id) if one.kind != "consent"]


@pytest.mark.parametrize(
    ("name", "days"),
    [("Product Viewed", 10), ("Page Viewed", 5), ("Order Completed", 100), ("Never Heard Of", 100), ("", None)],
)
def test_a_type_is_stronger_than_its_purpose_and_that_than_all(name: str, days: int | None) -> None:
    ends = KEEPING.ends(name, NOW, VOCABULARY)
    assert ends == (None if days is None else NOW + days * DAY)


def test_what_is_over_goes_and_the_profile_is_of_what_remains(world: World, retention: Retention) -> None:
    old, new = NOW - 20 * DAY, NOW - DAY
    world.intake.accept(
        [call("identify", at=old, traits={"size": "m"}), viewed("1", old), ordered("2", at=old), viewed("3", new)], NOW
    )
    walk(retention, NOW)
    assert names(world, "user:ann") == ["", "Order Completed", "Product Viewed"]
    profile = world.profiles.get("user:ann")
    assert profile is not None
    assert (profile.counters["viewed"], profile.counters["orders"], profile.traits) == ({"coffee": 1}, 1, {"size": "m"})
    assert "buyers" in profile.segments
    walk(retention, NOW + 90 * DAY)
    after = world.profiles.get("user:ann")
    assert after is not None
    assert (after.counters["viewed"], after.counters["orders"], after.segments) == ({}, 0, {})
    assert [move[:2] for move in world.moves("user:ann")] == [("entered", "buyers"), ("left", "buyers")]


def test_it_still_counts_once_and_who_is_who_stays_known(world: World, retention: Retention) -> None:
    """The event that joined two names goes; that they are one person stays."""
    first = viewed("1", NOW - 20 * DAY, user="ann", anonymous="browser", context={})
    world.intake.accept([first, viewed("2", NOW, user="ann")], NOW)
    walk(retention, NOW)
    assert names(world, "user:ann") == ["", "Product Viewed"]
    profile = world.profiles.get("anon:browser")
    assert profile is not None
    assert profile.counters["viewed"] == {"coffee": 1}
    assert world.intake.accept([first], NOW)[0].status is Status.DUPLICATE
    assert names(world, "user:ann") == ["", "Product Viewed"]


def test_a_refusal_outlives_the_call_that_told_it(world: World, retention: Retention) -> None:
    """Otherwise the older yes would hold again."""
    world.intake.accept([call("identify", at=NOW - 50 * DAY)], NOW)
    no = {"context": {"consent": {"categoryPreferences": {"personalization": False}}}}
    world.intake.accept([call(at=NOW - 20 * DAY, event="Product Viewed", properties={"product_id": "1"}, **no)], NOW)
    walk(retention, NOW)
    profile = world.profiles.get("user:ann")
    assert profile is not None
    assert profile.consent["personalization"] is False


def test_of_whom_nothing_is_kept_nothing_is_left(world: World, retention: Retention) -> None:
    """No consent was ever told: once the last event goes, so do names, segments and keys, and they may come again."""
    quiet = call(at=NOW - 20 * DAY, event="Product Viewed", properties={"product_id": "1"}, context={})
    world.intake.accept([quiet], NOW)
    walk(retention, NOW)
    with pytest.raises(UnknownPerson):
        world.profiles.find("user:ann")
    assert world.intake.accept([viewed("1")], NOW)[0].status is Status.ACCEPTED


def test_broken_off_anywhere_it_ends_where_one_walk_ends(world: World, retention: Retention) -> None:
    """Many people and small steps, each by a process that is new; folded again from the log, all are the same."""
    dice, events = random.Random(7), []
    for n in range(600):
        who = {"user": f"u{dice.randrange(12)}", "anonymous": f"a{dice.randrange(20)}" if dice.random() < 0.3 else None}
        at = NOW - dice.random() * 120 * DAY
        what = dice.choice([viewed, added])(str(n), at, **who) if dice.random() < 0.8 else ordered(str(n), at=at, **who)
        events.append(what)
    for start in range(0, len(events), 50):
        world.intake.accept(events[start : start + 50], NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("profiles.privacy.retention.SCANNED", 60)
        patch.setattr("profiles.privacy.retention.PURGED", 7)
        steps = walk(retention, NOW, steps=400)
    assert steps > 30
    with world.database.read() as connection:
        people = list(records.everybody(connection))
        assert len(people) == 12
        for profile in people:
            told = list(records.events_of(connection, profile.id))
            assert all(one.at > NOW - 10 * DAY for one in told if one.name == "Product Viewed")
            assert all(one.at > NOW - 100 * DAY for one in told if one.name)
            assert facts(folded(profile, told)) == facts(profile)


def folded(profile: Profile, told: list[object]) -> Profile:
    plan = plan_of(VOCABULARY)
    return fold_all(blank(profile), told, plan)  # type: ignore[arg-type]


def facts(profile: Profile) -> tuple[object, ...]:
    return profile.traits, profile.consent, profile.counters, profile.events, profile.items, profile.cart
