"""`valid_until` of every rule that reads the clock, against brute force: in zones whose clocks are put forward or back,
over month ends and midnights, each moment at which anything can turn is looked at."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import OPERATORS, Facts, Outcome, RuleError, parse
from rules.compiler import compile_truth
from rules.operators.calendar import PARTS, UNITS

HOUR, DAY = 3_600, 86_400
HORIZON = 26 * HOUR

STARTS = {
    "Europe/Berlin": (1_743_291_600, 1_761_433_200, 1_709_150_000, 1_767_222_000),  # both changes of 2025, 29 February
    "America/St_Johns": (1_289_082_600, 1_268_521_200),  # put back a minute after midnight: a date comes twice
    "Australia/Lord_Howe": (1_743_861_600,),  # by half an hour
    "Pacific/Apia": (1_325_150_000,),  # a day is left out
    "America/Sao_Paulo": (1_571_457_600 - 20 * HOUR, 1_550_365_200),  # at midnight
    "UTC": (1_735_600_000, 68_190_000),
}
WORLDS = [(zone, start) for zone, starts in STARTS.items() for start in starts]
NOW: Any = {"now": []}
OPS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


def minute(start: float) -> st.SearchStrategy[int]:
    """A whole minute not far from the start: before it, or within the horizon."""
    first = int(start) // 60
    return st.integers(first - 3 * 24 * 60, first + HORIZON // 60).map(lambda m: m * 60)


@st.composite
def parts(draw: st.DrawFn, zone: str, at: Any = NOW) -> tuple[Any, Any]:
    """A part of the date now, and something to compare it with."""
    part = draw(st.sampled_from(sorted(set(PARTS) - {"second"})))
    names = st.sampled_from(["night", "morning", "afternoon", "evening"])
    known = names if part == "daypart" else st.integers(2010, 2026) if part == "year" else st.integers(0, 31)
    return {"date_part": [at, part, zone]}, draw(known)


@st.composite
def differences(draw: st.DrawFn, zone: str, start: float) -> tuple[Any, Any]:
    """How long it is from a moment until now or from now on, in any unit, and a number near that."""
    unit = draw(st.sampled_from(UNITS))
    size = {"second": 1, "minute": 60, "hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}.get(
        unit, 365 * DAY
    )
    near = draw(st.integers(-3, 3)) * size // 60 * 60
    anchor: Any = draw(minute(start)) + near
    distance = (start - anchor) / size
    step = 60 if unit == "second" else 1  # whole minutes, as everything here
    wanted = (round(distance / step) + draw(st.integers(-2, 2))) * step
    anchor = {"var": "anchor"} if draw(st.booleans()) and anchor == int(start) // 60 * 60 else anchor
    if draw(st.booleans()):
        return {"date_diff": [anchor, NOW, unit, zone]}, wanted
    return {"date_diff": [NOW, anchor, unit, zone]}, -wanted


@st.composite
def single(draw: st.DrawFn, zone: str, start: float) -> Any:
    """One comparison of a date part, the time, or a length of time, with constants."""
    kind = draw(st.sampled_from(["part", "difference", "now", "instant", "between", "in", "chain"]))
    moment = draw(minute(start))
    match kind:
        case "part" | "difference":
            pair = draw(parts(zone) if kind == "part" else differences(zone, start))
            return {draw(OPS): list(pair if draw(st.booleans()) else pair[::-1])}
        case "now":
            return {draw(OPS): [NOW, moment] if draw(st.booleans()) else [moment, NOW]}
        case "instant":
            return {draw(st.sampled_from(["before", "after"])): draw(st.permutations([NOW, moment]))}
        case "between":
            return {"between": [NOW, moment, moment + draw(st.integers(-5, 300)) * 60]}
        case "in":
            part, _ = draw(parts(zone))
            return {
                "in": [part, draw(st.lists(st.integers(0, 12) | st.sampled_from(["night", "evening"]), max_size=4))]
            }
        case _:
            part, high = draw(parts(zone))
            return {"<=": [draw(st.integers(0, 20)), part, high if isinstance(high, int) else 5]}


@st.composite
def events(draw: st.DrawFn) -> Any:
    spec: dict[str, Any] = {"type": "A", "measure": draw(st.sampled_from(["count", "last_age", "first_age"]))}
    if draw(st.booleans()):
        spec["within"] = f"{draw(st.integers(1, 40))}h"
    if draw(st.booleans()):
        spec["where"] = {"<": [{"var": "ends"}, NOW]}
    return {"events": spec}


@st.composite
def anything(draw: st.DrawFn, zone: str, start: float) -> Any:
    """Rules over all that reads the clock, one inside of the other."""
    whole = st.sampled_from([60, HOUR, DAY, 7 * DAY])
    moved = st.builds(
        lambda n, unit: {"date_add": [NOW, n, unit, zone]}, st.integers(-40, 40), st.sampled_from(UNITS[1:])
    )
    leaf = draw(
        st.sampled_from(
            ["single", "moved", "moved part", "arithmetic", "events", "two", "if", "list", "rest", "day and age"]
        )
    )
    moment = draw(minute(start))
    match leaf:
        case "single":
            return draw(single(zone, start))
        case "moved":
            target = moment + draw(st.sampled_from([0, DAY, -DAY, 30 * DAY, -30 * DAY]))
            return {draw(st.sampled_from(["before", "after"])): [draw(moved), target]}
        case "moved part":
            pair = draw(parts(zone, draw(moved)))
            return {draw(OPS): list(pair)}
        case "arithmetic":
            n = draw(st.sampled_from([1, 2, -1, 60]))
            return {draw(OPS): [{"*": [{"-": [NOW, moment]}, n]}, draw(st.integers(-600, 600)) * 60 * n]}
        case "rest":
            m = draw(whole)
            return {draw(OPS): [{"%": [NOW, m]}, draw(st.integers(0, m // 60)) * 60]}
        case "events":
            return {draw(OPS): [draw(events()), draw(st.integers(0, 30)) * draw(st.sampled_from([1, HOUR]))]}
        case "two":
            return {draw(OPS): [draw(parts(zone))[0], draw(parts("UTC"))[0]]}
        case "if":
            return {">": [{"if": [draw(single(zone, start)), 1, draw(parts(zone))[0]]}, draw(st.integers(0, 20))]}
        case "list":
            past: Any = {"before": [{"var": ""}, NOW]}
            body = draw(st.sampled_from([past, {"!": [past]}, {"and": [past, {"<": [{"%": [NOW, HOUR]}, 1_800]}]}]))
            return {draw(st.sampled_from(["some", "all", "none"])): [{"var": "dates"}, body]}
        case _:
            return {
                "<": [{"+": [draw(events()), {"*": [draw(parts(zone))[0], HOUR]}]}, draw(st.integers(0, 60)) * HOUR]
            }


@st.composite
def rules(draw: st.DrawFn) -> tuple[Any, float, Facts]:
    zone, start = draw(st.sampled_from(WORLDS))
    start = start + draw(st.sampled_from([0, 0, 0.5, 59.25]))
    leaves = anything(zone, start)
    logic = draw(
        leaves
        | st.builds(
            lambda op, args: {op: args}, st.sampled_from(["and", "or"]), st.lists(leaves, min_size=2, max_size=3)
        )
        | st.builds(lambda arg: {"!": [arg]}, leaves)
        | st.builds(lambda a, b, c: {"if": [a, b, c]}, leaves, leaves, leaves)
    )
    return logic, start, draw(people(start))


@st.composite
def people(draw: st.DrawFn, start: float) -> Facts:
    first = int(start) // 60 * 60
    ages = draw(st.lists(st.integers(-300, 3_000), max_size=3))
    log = [[first - age * 60, {"ends": first + draw(st.integers(-9, 9)) * 600}] for age in sorted(ages)]
    dates = [first + draw(st.integers(-9, 90)) * 600 for _ in range(draw(st.integers(0, 3)))]
    return Facts(start, {"anchor": first, "dates": dates}, {"A": log})


def at(facts: Facts, moment: float) -> Facts:
    return Facts(moment, facts.values, facts.events, facts.segments)


def turns(start: float) -> Iterator[float]:
    """Everything here happens at whole minutes: what is at most, or more than, turns there or a second on."""
    first = int(start) // 60 * 60
    for moment in range(first, int(start) + HORIZON, 60):
        yield from (turn for turn in (moment, moment + 1) if turn > start)


def true_change(logic: Any, facts: Facts) -> float | None:
    decide = compile_truth(parse(logic).root, timed=False).decide
    before = decide(facts.values, facts).outcome
    for moment in turns(facts.now):
        then = at(facts, moment)
        if decide(then.values, then).outcome is not before:
            return moment
    return None


@settings(max_examples=150)
@given(rules())
def test_no_verdict_outlives_its_truth(world: tuple[Any, float, Facts]) -> None:
    logic, start, facts = world
    rule = parse(logic)
    verdict = rule.decide(facts)
    until, change = verdict.valid_until, true_change(logic, facts)
    assert rule.has_time
    assert until is None or until > start
    if change is not None:
        assert until is not None, change
        assert until <= change


@settings(max_examples=60)
@given(rules(), st.lists(st.integers(-HORIZON, HORIZON), min_size=2, max_size=6), st.data())
def test_what_is_remembered_is_what_would_be_worked_out(
    world: tuple[Any, float, Facts], times: list[int], data: st.DataObject
) -> None:
    """Asked at any times, in any order, of several people."""
    logic, start, facts = world
    rule = parse(logic)
    somebody = data.draw(people(start))
    for moment in times:
        for values, events in ((facts.values, facts.events), (somebody.values, somebody.events)):
            then = Facts(start + moment, {**values, "anchor": values["anchor"] + moment // HOUR * 60}, events)
            assert rule.decide(then) == parse(logic).decide(then)


def test_a_look_ahead_that_costs_too_much_ends_at_the_next_second() -> None:
    """Nine lists in lists have one account; each look spends from it."""
    inner = {"some": [{"var": "rows"}, {"some": [{"var": "more"}, {"==": [{"cat": [{"var": ""}, NOW]}, "x"]}]}]}
    logic = {"<": [{"+": [{"if": [inner, 1, 0]}] * 5}, 3]}
    rows = [{"more": list(range(50))} for _ in range(80)]
    verdict = parse(logic).decide(Facts(1_000.5, {"rows": rows}))
    assert verdict.outcome == "yes"
    assert verdict.valid_until is not None
    assert 1_000.5 < verdict.valid_until <= 1_064


@pytest.mark.parametrize("name", [name for name, operator in OPERATORS.items() if operator.over])
def test_too_few_or_too_many_arguments_that_move_are_no_error(name: str) -> None:
    """The check refuses such a rule; where it was not asked, the rule runs."""
    age: Any = {"events": {"type": "A", "measure": "last_age"}}
    facts = Facts(1_000.5, {}, {"A": [[990.0, {}]]})
    for args in ([NOW], [NOW, 1], [1, age], [NOW, NOW, NOW], [1, 2, 3, 4, age], [1, None, NOW, age, 5]):
        with suppress(RuleError):  # a unit or zone that is none
            assert parse({name: args}).decide(facts).valid_until != 1_000.5


@settings(max_examples=150)
@given(st.data(), st.sampled_from(WORLDS), st.sampled_from([0, 0.5]))
def test_a_single_comparison_turns_exactly_when_it_says(
    data: st.DataObject, world: tuple[str, int], fraction: float
) -> None:
    zone, start = world
    logic = data.draw(single(zone, start))
    facts = Facts(start + fraction, {"anchor": start // 60 * 60})
    until, change = parse(logic).decide(facts).valid_until, true_change(logic, facts)
    if change is None:
        assert until is None or until >= start + HORIZON
    else:
        assert until == change


@pytest.mark.parametrize(
    "logic", [{"==": [{"date_part": [NOW, "hour"]}, 9]}, {"<": [{"date_add": [NOW, 1]}, 9]}, {"==": [NOW]}]
)
def test_what_lacks_an_argument_beside_a_clock_stays_as_it_is_for_good(logic: Any) -> None:
    """The look ahead knows that at once, and does not try second after second."""
    assert parse(logic).decide(Facts(1_000.5)).valid_until is None


@pytest.mark.parametrize("name", sorted(name for name, operator in OPERATORS.items() if operator.back))
def test_too_few_arguments_beside_a_clock_are_no_error(name: str) -> None:
    """The check refuses them; a rule that was not checked still gets its verdict."""
    for least in range(1, OPERATORS[name].least):
        rule = parse({"==": [{name: [{"now": []}, *[{"var": "x"}] * (least - 1)]}, 0]})
        assert rule.decide(Facts(0.0, {"x": "hour"})).outcome in {Outcome.NO, Outcome.UNKNOWN}


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"daypart"}))
@pytest.mark.parametrize("now", [-62_104_060_800.0, 0.0, 252_423_993_599.0, 253_370_764_799.0, 253_402_300_800.0])
def test_no_clock_is_too_early_or_too_late(part: str, now: float) -> None:
    """In the first and the last years of the calendar, and after it, a part is compared with what it never is."""
    for wanted in (-1, 0, 31, 9_998):
        verdict = parse({"<": [{"date_part": [NOW, part, "America/New_York"]}, wanted]}).decide(Facts(now))
        assert verdict.valid_until is None or verdict.valid_until > now
