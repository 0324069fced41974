"""Looking only at what can change comes to the same as looking at everything, always."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from profiles import Change, Event, Profile, Segment, Segments, facts_of, fold_all, standing
from profiles.computed import plan_of
from profiles.membership.index import differing, index_of
from profiles.segments import is_due, reassess, settle, stamp_of
from rules import Attribute, FactType, Outcome, Vocabulary, parse, read_computed
from tests.profiles.calls import DAY, NOW, call

HISTORIES = int(os.environ.get("INTARSIA_SEGMENT_HISTORIES", "120"))

PLAN = {"profile.pages_2d": {"count": "Page Viewed", "within": "2d"}, "profile.first_tea": {"first": "Product Viewed"}}

PATHS = {
    "profile.pages_2d": "necessary",
    "profile.first_tea": "personalization",
    "profile.first_name": "personalization",
    "profile.city": "necessary",
    "profile.orders": "personalization",
    "profile.spend": "necessary",
    "profile.bought.*": "personalization",
    "profile.bought.tea": "marketing",
    "profile.viewed.*": "necessary",
    "profile.cart_count": "necessary",
    "profile.address.zip": "necessary",
    "consent.*": "necessary",
}
TYPES = ("Product Viewed", "Product Added", "Order Completed", "Page Viewed", "Coupon Applied")
WORDS = ("tea", "boots", "tents")


def attribute(path: str, purpose: str) -> Attribute:
    """One that is told, and lapses if it is the city; or one that is computed."""
    computed = read_computed(PLAN[path]) if path in PLAN else None
    freshness = timedelta(days=1.5) if path == "profile.city" else None
    fact = FactType.NUMBER if path in PLAN else FactType.STRING
    return Attribute(path, fact, path, purpose=purpose, freshness=freshness, computed=computed)


def vocabulary(chance: Random) -> Vocabulary:
    """What may be read, for some purposes."""
    purposes = ("personalization", "marketing", "necessary")
    paths = {path: purpose if chance.random() < 0.8 else chance.choice(purposes) for path, purpose in PATHS.items()}
    return Vocabulary(
        {path: attribute(path, purpose) for path, purpose in paths.items()},
        {name: chance.choice(purposes) for name in TYPES},
    )


def leaf(chance: Random, others: Sequence[str]) -> Any:
    """One predicate over anything that a segment can read."""
    name, word, days = chance.choice(TYPES), chance.choice(WORDS), f"{chance.choice((1, 2, 5))}d"
    where = {"==": [{"var": "category"}, word]}
    choices: list[Any] = [
        {"==": [{"var": "profile.first_name"}, word]},
        {"in": [word, {"var": ["profile.city", ""]}]},
        {">": [{"var": "profile.orders"}, chance.randrange(3)]},
        {">=": [{"var": "profile.spend"}, chance.randrange(60)]},
        {">": [{"var": f"profile.bought.{word}"}, 0]},
        {"<": [{"var": [f"profile.viewed.{word}", 0]}, chance.randrange(4)]},
        {">": [{"var": "profile.cart_count"}, 0]},
        {"missing": ["profile.address.zip", f"profile.bought.{word}"]},
        {"var": "consent.marketing"},
        {"!!": [{"var": "profile.viewed"}]},
        {">": [{"var": "profile.pages_2d"}, chance.randrange(3)]},
        {"<": [{"var": "profile.first_tea"}, NOW + chance.randrange(5) * DAY]},
        {">": [{"events": {"type": name, "within": days}}, chance.randrange(3)]},
        {">": [{"events": {"type": name, "within": days, "where": where}}, 0]},
        {">": [{"events": {"type": name, "within": "6h", "not_followed_by": chance.choice(TYPES)}}, 0]},
        {"<": [{"events": {"type": name, "measure": "last_age"}}, chance.randrange(5) * 43_200]},
        {"<": [{"now": []}, {"date": f"2025-06-{15 + chance.randrange(8)}"}]},
    ]
    choices += [{"in_segment": other} for other in others[-4:]]
    return chance.choice(choices)


def logic(chance: Random, others: Sequence[str], depth: int = 2) -> Any:
    """A rule of such predicates."""
    kind = chance.random()
    if depth == 0 or kind < 0.4:
        return leaf(chance, others)
    if kind < 0.5:
        return {"!": [logic(chance, others, depth - 1)]}
    joined = "and" if kind < 0.75 else "or"
    return {joined: [logic(chance, others, depth - 1) for _ in range(chance.choice((2, 3)))]}


def some_segments(chance: Random) -> list[Segment]:
    """Segments, some of which build on others."""
    keys = [f"s{number}" for number in range(chance.randrange(3, 14))]
    return [Segment(key, key, parse(logic(chance, keys[:place]))) for place, key in enumerate(keys)]


def event(chance: Random, now: float) -> Event:
    """Something that happened, mostly now, sometimes long ago."""
    at = now if chance.random() < 0.7 else now - chance.random() * 3 * DAY
    word = chance.choice(WORDS)
    match chance.randrange(6):
        case 0:
            traits = {chance.choice(("first_name", "city")): word, "address": {"zip": word}}
            return call("identify", at, traits=traits)
        case 1:
            purposes = {chance.choice(("personalization", "marketing")): chance.random() < 0.6}
            return call(at=at, event="Consented", context={"consent": {"categoryPreferences": purposes}})
        case 2:
            lines = [{"product_id": "1", "category": word, "price": 20}]
            return call(at=at, event="Order Completed", properties={"total": 20, "products": lines})
        case _:
            return call(at=at, event=chance.choice(TYPES), properties={"product_id": "1", "category": word})


def told(changes: Sequence[Change]) -> list[tuple[str, str, float, str]]:
    return sorted([(one.segment, one.change, one.at, one.cause) for one in changes], key=in_time)


def in_time(move: tuple[str, str, float, str]) -> tuple[float, str]:
    return move[2], move[0]


def looked_at(person: Profile, segments: Segments, known: Vocabulary, now: float) -> tuple[dict[str, float], Any]:
    """Who is in what, by asking every segment; and the first moment at which that can change."""
    facts, inside, ends = facts_of(person, known, {}, now), dict[str, float](), list[float]()
    for segment in segments:
        verdict = segment.rule.decide(replace(facts, segments=frozenset(inside)))
        if verdict.outcome is Outcome.YES:
            inside[segment.key] = person.segments.get(segment.key, now)
        ends += [verdict.valid_until] if verdict.valid_until is not None else []
    turn = standing(known).turn(person, segments.reads, now)
    return inside, min([*ends, *([turn] if turn is not None else [])], default=None)


def settled_whole(
    person: Profile, segments: Segments, known: Vocabulary, now: float, cause: str
) -> tuple[Profile, list[tuple[str, str, float, str]]]:
    """The same as `settle` without anything clever: every segment is asked at each moment that may matter."""
    told: list[tuple[str, str, float, str]] = []

    def moved(at: float, cause: str) -> None:
        nonlocal person
        inside, until = looked_at(person, segments, known, at)
        told.extend((key, "left", at, cause) for key in sorted(person.segments.keys() - inside.keys()))
        told.extend((key, "entered", at, cause) for key in sorted(inside.keys() - person.segments.keys()))
        person = replace(person, segments=inside, until=until)

    stamp = stamp_of(segments, known)
    while person.stamp == stamp and person.until is not None and person.until < now:
        moved(person.until, "clock")
    moved(now, "rules" if person.stamp not in {"", stamp} else cause)
    return replace(person, stamp=stamp), told


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_what_can_change_is_all_that_changes(seed: int) -> None:
    """One person is settled twice: looking at what can change, and at everything. The segments change on the way."""
    chance = Random(seed)
    known, kept = vocabulary(chance), some_segments(chance)
    segments = Segments.of(kept)
    plan = plan_of(known)
    quick = whole = Profile(id="ann", computed=plan.begun())
    now = NOW
    for step in range(25):
        now += chance.choice((1.0, 3_600.0, 86_400.0, 0.5 * DAY))
        if step % 9 == 8:
            kept = [one for one in kept if chance.random() < 0.9 or not one.key.startswith("s")]
            others = [one.key for one in kept]
            kept += [Segment(f"n{step}", "new", parse(logic(chance, others)))]
            known = vocabulary(chance) if chance.random() < 0.5 else known
            segments = Segments.of(kept)
        events = [event(chance, now) for _ in range(chance.randrange(3))]
        if quick.version and is_due(quick, segments, known, now):
            quick, one = settle(quick, segments, known, now, "clock", before=quick)
            whole, other = settled_whole(whole, segments, known, now, "clock")
            assert told(one) == sorted(other, key=in_time)
        folded = fold_all(quick, events, plan)
        quick, one = settle(folded, segments, known, now, "event", before=quick)
        whole, other = settled_whole(fold_all(whole, events, plan), segments, known, now, "event")
        assert told(one) == sorted(other, key=in_time)
        assert quick.segments == whole.segments
        found = reassess(quick, segments, known, now)
        assert (found.entered, found.left) == ((), ())
        # A verdict that holds until then was not worked out again: its end may be told sooner, never later.
        assert (quick.until or float("inf")) <= (whole.until or float("inf"))
        assert quick.stamp == whole.stamp


def test_a_reason_names_the_predicate_that_turned() -> None:
    known = vocabulary(Random(0))
    rule = {"and": [{"!!": [{"var": "profile.city"}]}, {">": [{"events": {"type": "Page Viewed", "within": "1d"}}, 0]}]}
    segments = Segments.of([Segment("here", "Here", parse(rule))])
    known = replace(known, events={**known.events, "Page Viewed": "necessary"})
    ann = fold_all(Profile(id="ann"), [call("identify", NOW, traits={"city": "Leeds"})])
    before, changes = settle(ann, segments, known, NOW, "event")
    assert changes == []
    page = call("page", NOW + 1)
    inside, (entered,) = settle(
        fold_all(before, [page]), segments, known, NOW + 1, "event", before=before, event=page.message_id
    )
    assert (entered.change, entered.cause, entered.event) == ("entered", "event", page.message_id)
    assert entered.reason == "“Page Viewed” happened once in the last day (wanted: more than 0)"
    _, (left,) = settle(inside, segments, known, NOW + 3 * DAY, "clock", before=inside)
    assert (left.change, left.at, left.cause) == ("left", NOW + 1 + DAY, "clock")
    assert left.reason.startswith("“Page Viewed” did not happen in the last day")


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"a": 1}, {"a": 1}, set()),
        ({"a": 1}, {"a": True}, {("a",)}),
        ({"a": [1]}, {"a": [True]}, {("a",)}),
        ({"a": {"b": {"c": {"d": 1}}}}, {"a": {"b": {"c": {"d": 2}}}}, {("a", "b", "c")}),
        ({"a": {"b": 1}}, {"a": 1, "z": 2}, {("a",), ("z",)}),
        ({"a": {}}, {"a": {"b": None}}, set()),
    ],
)
def test_where_facts_differ(before: Any, after: Any, paths: set[tuple[str, ...]]) -> None:
    assert set(differing(before, after)) == paths


def test_an_event_touches_only_the_segments_that_read_it() -> None:
    known = vocabulary(Random(0))
    rules = [parse({">": [{"events": {"type": TYPES[number % 5], "within": "1d"}}, number]}) for number in range(50)]
    kept = Segments.of(Segment(f"s{number}", "", rule) for number, rule in enumerate(rules))
    index = index_of(kept, replace(known, events=dict.fromkeys(TYPES, "necessary")))
    before = fold_all(Profile(id="ann"), [call(at=NOW, event="Page Viewed")])
    after = fold_all(before, [call(at=NOW, event="Page Viewed")])
    facts = [facts_of(one, index.vocabulary, {}, NOW) for one in (before, after)]
    assert {index.entries[place].key for place in index.touched(*facts)} == {f"s{n}" for n in range(3, 50, 5)}
