"""Computed attributes in a vocabulary: facts that lapse, segments that are left, definitions that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from profiles import (
    Event,
    Intake,
    Profile,
    Profiles,
    Recount,
    Segment,
    Segments,
    Timers,
    facts_of,
    facts_seen,
    fold_all,
    standing,
)
from profiles.computed import plan_of
from rules import Attribute, ComputedError, Facts, FactType, Json, Vocabulary, parse, read_computed
from storage import Database, HotCopies
from tests.profiles.test_computed import DAY, NOW, order


def vocabulary(**definitions: dict[str, Json]) -> Vocabulary:
    made = {
        f"profile.{name}": Attribute(
            f"profile.{name}", FactType.NUMBER, name, purpose="necessary", computed=read_computed(body)
        )
        for name, body in definitions.items()
    }
    plan = Attribute("profile.plan", FactType.STRING, "Plan", purpose="necessary", freshness=timedelta(days=30))
    return Vocabulary({**made, "profile.plan": plan})


def test_a_trait_of_the_wrong_type_or_too_old_is_unknown_and_says_why() -> None:
    known = vocabulary()
    told = Event("m", "test", "identify", "", NOW, NOW, user_id="ann", traits={"plan": "gold"})
    profile = fold_all(Profile(id="p"), [told])

    def seen(profile: Profile, now: float) -> tuple[Json, str]:
        (one,) = facts_seen(profile, known, now)
        assert (one.value is None) == (facts_of(profile, known, {}, now).values["profile"] == {})
        return one.value, one.known

    assert seen(profile, NOW) == ("gold", "known")
    assert standing(known).turn(profile, frozenset({"profile.plan"}), NOW) == NOW + 30 * DAY
    assert standing(known).turn(profile, frozenset({"profile.other"}), NOW) is None
    assert seen(profile, NOW + 30 * DAY - 1) == ("gold", "known")
    assert seen(profile, NOW + 30 * DAY) == (None, "stale")
    wrong = replace(profile, traits={"plan": 3})
    assert seen(wrong, NOW) == (None, "mistyped")
    assert seen(Profile(id="p"), NOW) == (None, "absent")


def test_where_somebody_was_last_is_known_for_as_long_as_it_holds() -> None:
    city = Attribute("profile.last.city", FactType.STRING, "City", purpose="necessary", freshness=timedelta(hours=1))
    known = Vocabulary({"profile.last.city": city})
    told = [replace(order(n, NOW - n), context={"city": f"c{n}", "os": "x"}) for n in (5, 3, 9)]
    profile = fold_all(Profile(id="p"), told)

    def seen(now: float) -> tuple[Json, str, Json]:
        (one,) = facts_seen(profile, known, now)
        return one.value, one.known, facts_of(profile, known, {}, now).values["profile"]

    assert seen(NOW) == ("c3", "known", {"last": {"city": "c3"}})
    assert standing(known).turn(profile, frozenset({"profile.last.city"}), NOW) == NOW - 3 + 3_600
    assert standing(known).turn(profile, frozenset({"profile.plan"}), NOW) is None
    assert seen(NOW - 3 + 3_600) == (None, "stale", {"last": {}})


def test_a_segment_is_left_when_a_window_lapses_or_a_trait_is_too_old(database: Database) -> None:
    known = vocabulary(recent={"count": "Order Completed", "within": "10m"})
    rules = {"recent": {">": [{"var": "profile.recent"}, 0]}, "gold": {"==": [{"var": "profile.plan"}, "gold"]}}
    segments = Segments.of(Segment(key, key, parse(rule)) for key, rule in rules.items())  # type: ignore[arg-type]
    intake = Intake(database, lambda: segments, lambda: known, HotCopies(None))
    told = Event("m", "test", "identify", "", NOW, NOW, user_id="ann", traits={"plan": "gold"})
    intake.accept([told, order(1, NOW)], NOW)

    people = Profiles(database, HotCopies(None))
    timers = Timers(database, lambda: segments, lambda: known, HotCopies(None))
    ann = people.find("user:ann")
    assert timers.next_due() == NOW + 600
    timers.run_due(NOW + 605)
    assert timers.next_due() == NOW + 30 * DAY
    timers.run_due(NOW + 31 * DAY)
    changes = [(one.segment, one.change, one.at) for one in people.changes(ann)]
    assert changes[2:] == [("recent", "left", NOW + 600), ("gold", "left", NOW + 30 * DAY)]


def test_a_new_definition_is_computed_of_the_log_for_everybody(database: Database) -> None:
    served = [vocabulary(orders={"count": "Order Completed"})]
    nobody, hot = Segments.of(()), HotCopies(None)
    intake = Intake(database, lambda: nobody, lambda: served[0], hot)
    people = [replace(order(n, NOW - n), user_id=f"u{n % 130}") for n in range(390)]
    intake.accept(people, NOW)
    served[0] = vocabulary(orders={"count": "Order Completed"}, spend={"sum": "Order Completed", "of": "total"})

    store = Profiles(database, hot)
    before = store.get("user:u1")
    assert before is not None
    (uncounted,) = [one for one in facts_seen(before, served[0], NOW) if one.path == "profile.spend"]
    assert uncounted.known == "uncounted"
    intake.accept([replace(order(900, NOW), user_id="u7")], NOW)
    touched = store.get("user:u7")
    assert touched is not None and facts_of(touched, served[0], {}, NOW).values["profile"] == {"orders": 4, "spend": 40}

    def again() -> Recount:
        return Recount(database, lambda: nobody, lambda: served[0], hot)

    assert again().work(NOW) == 100  # broken off, and begun again
    walk = again()
    assert [walk.work(NOW) for _ in range(3)] == [100, 30, 0]
    for number in range(130):
        one = store.get(f"user:u{number}")
        assert one is not None and plan_of(served[0]).fits(one.computed)
        expected = {"orders": 3, "spend": 30} if number != 7 else {"orders": 4, "spend": 40}
        assert facts_of(one, served[0], {}, NOW).values["profile"] == expected
    served[0] = vocabulary(spend={"sum": "Order Completed", "of": "total"})
    assert walk.work(NOW) == 100
    fewer = store.get("user:u1")
    assert fewer is not None


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (3, ""),
        ({}, ""),
        ({"count": "a", "sum": "b"}, ""),
        ({"count": ""}, "count"),
        ({"count": "a", "witin": "3d"}, "witin"),
        ({"sum": "a"}, "of"),
        ({"sum": "a", "of": "x..y"}, "of"),
        ({"count": "a", "within": "3 days"}, "within"),
        ({"count": "a", "where": {"nonsense": [1]}}, "where/nonsense"),
        ({"count": "a", "where": {"events": {"type": "a", "within": "1d"}}}, "where"),
        ({"rfm": "a", "of": "b", "bounds": {"frequency": [3, 2]}}, "bounds.frequency"),
        ({"rfm": "a", "of": "b", "bounds": {"monetary": ["x"]}}, "bounds.monetary"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_its_place(body: Json, place: str) -> None:
    with pytest.raises(ComputedError) as refused:
        read_computed(body)
    assert refused.value.name == place and refused.value.remedy


def test_rules_read_computed_facts() -> None:
    known = vocabulary(orders={"count": "Order Completed", "where": {">": [{"var": "total"}, 50]}})
    plan = plan_of(known)
    profile = fold_all(Profile(id="p", computed=plan.begun()), [order(1, NOW, 60), order(2, NOW, 10)], plan)
    facts: Facts = facts_of(profile, known, {}, NOW)
    assert parse({"==": [{"var": "profile.orders"}, 1]}).decide(facts).outcome == "yes"
