"""`valid_until` against brute force: the verdict holds until then, and a single window changes exactly then."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Facts, Outcome, Verdict, parse

NOW = 1_000.0
HORIZON = 60

AGES = st.lists(st.integers(-15, 40), max_size=5).map(sorted)
OPS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
BOUNDS = st.integers(0, 12) | st.sampled_from([0.5, 3.5])


@st.composite
def readings(draw: st.DrawFn, measures: tuple[str, ...] = ("count", "sum", "distinct", "last_age", "first_age")) -> Any:
    spec: dict[str, Any] = {"type": draw(st.sampled_from("AB")), "measure": draw(st.sampled_from(measures))}
    if spec["measure"] in {"sum", "distinct"}:
        spec["field"] = "price"
    if draw(st.booleans()):
        spec["within"] = f"{draw(st.integers(2, 20))}s"
    if draw(st.booleans()):
        spec["not_followed_by"] = "B" if spec["type"] == "A" else "A"
        if draw(st.booleans()):
            spec["not_followed_within"] = f"{draw(st.integers(1, int(spec.get('within', '20s')[:-1]) - 1))}s"
    if draw(st.booleans()):
        spec["where"] = {">": [{"var": "price"}, 1]}
    return {"events": spec}


@st.composite
def comparisons(draw: st.DrawFn) -> Any:
    args = [draw(readings()), draw(BOUNDS)]
    return {draw(OPS): args[::-1] if draw(st.booleans()) else args}


@st.composite
def logs(draw: st.DrawFn) -> dict[str, Any]:
    return {name: [[NOW - age, {"price": draw(st.integers(0, 4))}] for age in draw(AGES)] for name in ("A", "B")}


def rules() -> st.SearchStrategy[Any]:
    pairs = st.builds(lambda op, one, other: {op: [one, other]}, OPS, readings(), readings())
    sums = st.builds(lambda op, one, n: {op: [{"+": [one, 1]}, n]}, OPS, readings(("count", "sum", "distinct")), BOUNDS)
    leaves = comparisons() | pairs | sums | st.builds(lambda one: {"!": one}, readings()) | st.just({"in_segment": "s"})
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(
                lambda op, args: {op: args}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)
            )
            | st.builds(lambda arg: {"!": [arg]}, inner)
            | st.builds(lambda args: {"if": args}, st.lists(inner, min_size=2, max_size=3))
        ),
        max_leaves=4,
    )


def at(logic: Any, events: Any, moment: float) -> Verdict:
    return parse(logic).decide(Facts(moment, {}, events))


def true_change(logic: Any, events: Any) -> float | None:
    """All moments in these worlds are whole or half seconds: look at each."""
    before = at(logic, events, NOW).outcome
    moments = (NOW + step / 2 for step in range(1, HORIZON * 2))
    return next((moment for moment in moments if at(logic, events, moment).outcome is not before), None)


@settings(max_examples=250)
@given(rules(), logs())
def test_no_verdict_outlives_its_truth(logic: Any, events: Any) -> None:
    until, change = at(logic, events, NOW).valid_until, true_change(logic, events)
    assert until is None or until > NOW
    if change is not None:
        assert until is not None
        assert until <= change


@settings(max_examples=400)
@given(comparisons(), logs())
def test_a_single_reading_changes_exactly_when_it_says(logic: Any, events: Any) -> None:
    until, change = at(logic, events, NOW).valid_until, true_change(logic, events)
    assert until == change or (change is None and until is not None and until >= NOW + HORIZON)


@settings(max_examples=500)
@given(st.floats(0.001, 2e9), st.integers(1, 10_000))
def test_the_moment_named_is_the_moment_of_change_in_floating_point_too(happened: float, window: int) -> None:
    for reading in ({"within": f"{window}s"}, {"measure": "last_age"}):
        logic = {"<": [0 if "within" in reading else -1, {"events": {"type": "A", **reading}}]}
        if "measure" in reading:
            logic = {"<": [{"events": {"type": "A", **reading}}, window]}
        events = {"A": [[happened, {}]]}
        now = at(logic, events, happened)
        assert now.outcome == "yes"
        assert now.valid_until is not None
        assert at(logic, events, now.valid_until).outcome == "no"


@pytest.mark.parametrize(("happened", "age"), [(473.53685667116207, 362), (683.4366195589777, 1120)])
def test_an_age_is_reached_at_its_moment_and_not_before(happened: float, age: int) -> None:
    """The difference of the two instants is a rounding error away from the age, on one side or the other."""
    reached, events = happened + age, {"A": [[happened, {}]]}
    logic = {">=": [{"events": {"type": "A", "measure": "last_age"}}, age]}
    before = at(logic, events, math.nextafter(reached, 0))
    assert (before.outcome, before.valid_until) == ("no", reached)
    assert at(logic, events, reached).outcome == "yes"


def test_many_occurrences_are_looked_through_to_the_last() -> None:
    events = {"A": [[NOW - age / 10, {}] for age in range(500)]}
    verdict = at({">": [{"events": {"type": "A", "within": "1h"}}, 0]}, events, NOW)
    assert verdict.valid_until == NOW + 3_600


def test_a_rule_with_time_in_both_modes_says_the_same() -> None:
    facts = Facts(NOW, {}, {"A": [[NOW - 5, {"price": 2}], [NOW - 8, {"price": 3}]]}, frozenset({"s"}))
    reading = {"type": "A", "within": "10s"}
    assert parse({"events": reading}).evaluate({}, facts) == 2
    assert parse({"events": {**reading, "measure": "sum", "field": "price"}}).evaluate({}, facts) == 5
    assert parse({"events": {**reading, "measure": "first_age"}}).evaluate({}, facts) == 8
    assert parse({"events": {"type": "none", "measure": "last_age"}}).evaluate({}, facts) is None
    assert parse({"in_segment": "s"}).evaluate({}, facts) is True


@pytest.mark.parametrize(
    ("after", "outcome", "until"),
    [
        (None, "no", NOW + 50.0),  # nothing yet: it is sure in 50 seconds, and counts from then on
        (5.0, "no", None),  # followed in time: it never counts
        (60.0, "no", NOW + 50.0),  # its minute is over when it comes
    ],
)
def test_what_does_not_follow_in_time_counts_when_its_time_is_over(
    after: float | None, outcome: str, until: float | None
) -> None:
    reading = {"type": "Cart", "not_followed_by": "Order", "not_followed_within": "1m", "within": "1h"}
    events = {"Cart": [[NOW - 10, {}]], "Order": [] if after is None else [[NOW - 10 + after, {}]]}
    logic = {">": [{"events": reading}, 0]}
    verdict = at(logic, events, NOW)
    assert (verdict.outcome, verdict.valid_until) == (outcome, until)
    if until is not None:
        later = at(logic, events, until)
        assert (later.outcome, later.valid_until) == ("yes", NOW - 10 + 3_600)


def test_different_values_are_counted_once() -> None:
    values: list[Any] = ["tea", "coffee", "tea", 1, 1.0, True, None, ["x"], {"y": 1}]
    log = [[NOW - n, {"kind": value}] for n, value in enumerate(values)] + [[NOW - 20, {}]]
    reading = {"type": "Viewed", "measure": "distinct", "field": "kind"}
    assert parse({"events": reading}).evaluate({}, Facts(NOW, {}, {"Viewed": log})) == 4


def test_a_sum_is_finite_where_it_is_so_one_after_the_other() -> None:
    """The exact sum of these needs more room on its way than a number has."""
    huge = 1.7e308
    log = [[NOW - n, {"price": price}] for n, price in enumerate([huge, -huge, huge])]
    reading = {"events": {"type": "Bought", "measure": "sum", "field": "price"}}
    assert parse(reading).evaluate({}, Facts(NOW, {}, {"Bought": log})) == huge


def test_a_sum_beyond_all_numbers_is_infinite_and_no_error() -> None:
    log = [[NOW - n, {"price": 1.7e308}] for n in range(3)]
    rule = parse({">": [{"events": {"type": "Bought", "within": "1h", "measure": "sum", "field": "price"}}, 1]})
    assert rule.decide(Facts(NOW, {}, {"Bought": log})).outcome is Outcome.YES


@pytest.mark.parametrize(
    "inner",
    [
        lambda age: {"==": [60, {"reduce": [{"var": "few"}, {"+": [{"var": "accumulator"}, age]}, 0]}]},
        lambda age: {"some": [{"map": [{"var": "few"}, age]}, {"==": [{"var": ""}, 60]}]},
        lambda age: {"some": [{"var": "many"}, {"==": [age, 60]}]},
        lambda age: {"all": [{"var": "few"}, {"some": [{"map": [{"var": ""}, age]}, {"==": [{"var": ""}, 60]}]}]},
    ],
    ids=["reduce", "map", "a long list", "lists in lists"],
)
def test_an_event_read_inside_of_a_list_turns_at_its_own_moment(inner: Any) -> None:
    """It happened between two seconds of the clock, so its age turns between two as well."""
    rule = parse(inner({"events": {"type": "A", "measure": "last_age"}}))
    values: Any = {"few": [[1]], "many": list(range(100))}
    events: Any = {"A": [[NOW + 0.75, {}]]}

    def said(moment: float) -> Verdict:
        return rule.decide(Facts(moment, values, events))

    before = said(NOW + 60.5)
    assert (before.outcome, said(NOW + 60.75).outcome) == (Outcome.NO, Outcome.YES)
    assert before.valid_until is not None
    assert before.valid_until <= NOW + 60.75
