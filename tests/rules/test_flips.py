"""The least change that turns a verdict: what is told does turn it, and nothing less does."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Facts, Outcome, Rule, explain, parse
from rules.explaining.changes import SetFact, SetMember
from tests.rules.worlds import NUMBERS, TEXTS, people, rules

NOW = 1_750_000_000.0
PROPERTIES = st.fixed_dictionaries(
    {}, optional={"kind": st.sampled_from(["tea", "coffee"]), "price": st.integers(0, 9)}
)
LOGS = st.lists(st.tuples(st.integers(0, 900), PROPERTIES), max_size=4).map(
    lambda found: [[NOW - age, properties] for age, properties in sorted(found, key=lambda one: one[0])]
)


def _readings() -> st.SearchStrategy[Any]:
    where = st.sampled_from(
        [
            None,
            {"==": [{"var": "kind"}, "tea"]},
            {"and": [{">": [{"var": "price"}, 3]}, {"!=": [{"var": "kind"}, "tea"]}]},
        ]
    )
    how = st.sampled_from([{}, {"measure": "sum", "field": "price"}, {"measure": "last_age"}, {"measure": "first_age"}])
    after = st.sampled_from([None, "Done"])
    made = st.builds(
        lambda within, where, how, after: {
            "events": {
                "type": "Seen",
                **{k: v for k, v in (("within", within), ("where", where), ("not_followed_by", after)) if v},
                **how,
            }
        },
        st.sampled_from([None, "1m", "10m"]),
        where,
        how,
        after,
    )
    return st.builds(
        lambda operator, reading, bound: {operator: [reading, bound]},
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        made,
        st.sampled_from([0, 1, 2, 3, 60, 300]),
    )


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return (
        st.builds(lambda name, args: {name: args}, st.sampled_from(["and", "or"]), several)
        | st.builds(lambda arg: {"!": [arg]}, inner)
        | st.builds(lambda args: {"if": args}, st.lists(inner, min_size=2, max_size=5))
    )


def _dates() -> st.SearchStrategy[Any]:
    when, now = {"var": "when"}, {"now": []}
    units = st.sampled_from(["hour", "day", "month"])
    later = st.builds(lambda at, n, unit: {"date_add": [at, n, unit]}, st.sampled_from([when, now]), NUMBERS, units)
    moments = st.sampled_from([when, now, "2025-06-15", "2025-06-15T12:00+02:00"]) | later
    compared = st.builds(lambda name, a, b: {name: [a, b]}, st.sampled_from(["before", "after"]), moments, moments)
    passed = st.builds(lambda unit, n: {">": [{"date_diff": [when, now, unit]}, n]}, units, NUMBERS)
    hour = st.builds(lambda hour: {">=": [{"date_part": [now, "hour", "Europe/Berlin"]}, hour]}, st.integers(0, 23))
    return compared | passed | hour


def whole_rules() -> st.SearchStrategy[Any]:
    """Rules over values, segments and events."""
    segment = st.builds(lambda name: {"in_segment": name}, st.sampled_from(["s", "t"]))
    return st.recursive(rules() | segment | _readings() | _dates(), _grown, max_leaves=6)


def somebody() -> st.SearchStrategy[Facts]:
    """People with facts, some of them absent, events and segments."""
    known = st.builds(
        lambda values, hidden, when: {
            **values,
            "p": {k: v for k, v in values["p"].items() if k not in hidden},
            "when": when,
        },
        people(),
        st.sets(st.sampled_from(["a", "b", "c"]), max_size=2),
        st.sampled_from([None, NOW - 40 * 86_400, NOW + 3_600, "2025-06-14", "2025-05-15T12:30:00Z", "soon"]),
    )
    log = st.fixed_dictionaries({}, optional={"Seen": LOGS, "Done": LOGS})
    return st.builds(lambda v, e, s: Facts(NOW, v, e, frozenset(s)), known, log, st.sets(st.sampled_from(["s", "t"])))


@settings(max_examples=250)
@given(whole_rules(), somebody())
def test_what_is_told_turns_the_verdict(logic: Any, facts: Facts) -> None:
    rule = parse(logic)
    before = rule.decide(facts).outcome
    told = explain(rule, facts)
    for flip in told.flips:
        after = rule.decide(flip.apply(facts)).outcome
        assert after is flip.outcome
        assert (after is Outcome.YES) is not (before is Outcome.YES)
        assert flip.text


@settings(max_examples=150)
@given(whole_rules(), somebody(), st.data())
def test_every_value_that_is_said_to_do_does(logic: Any, facts: Facts, data: st.DataObject) -> None:
    rule = parse(logic)
    for flip in explain(rule, facts).flips:
        for at, change in enumerate(flip.changes):
            for value in _also(change, data):
                other = SetFact(change.path, change.before, value)
                changed = facts
                for one in (*flip.changes[:at], other, *flip.changes[at + 1 :]):
                    changed = one.apply(changed)
                assert rule.decide(changed).outcome is flip.outcome, value


def _also(change: Any, data: st.DataObject) -> list[Any]:
    if not isinstance(change, SetFact):
        return []
    if change.span is None:
        return list(change.others)
    low = change.after - 100 if change.span.low is None else change.span.low
    high = change.after + 100 if change.span.high is None else change.span.high
    drawn = data.draw(st.floats(low, high))
    return [value for value in (low, high, (low + high) / 2, drawn) if value in change.span]


def _plain() -> st.SearchStrategy[Any]:
    """Predicates that compare one fact with constants, each fact with constants of one type."""
    number, text = ({"var": path} for path in ("p.a", "p.b"))
    operators = st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "===", "!=="])
    numbers = st.builds(lambda operator, bound: {operator: [number, bound]}, operators, NUMBERS)
    texts = st.builds(lambda operator, bound: {operator: [text, bound]}, operators, TEXTS)
    member = st.builds(lambda among: {"in": [text, among]}, st.lists(TEXTS, max_size=3))
    segment = st.builds(lambda name: {"in_segment": name}, st.sampled_from(["s", "t"]))
    return st.recursive(numbers | texts | member | segment, _grown, max_leaves=4)


@settings(max_examples=120)
@given(_plain(), somebody())
def test_no_single_fact_does_where_several_are_told(logic: Any, facts: Facts) -> None:
    """Tried with all that the rule names, and what is next to it."""
    rule = parse(logic)
    flips = explain(rule, facts).flips
    if flips and len(flips[0].changes) == 1:
        return
    found = _single(rule, facts, _named(logic))
    assert found is None or not flips, found


@settings(max_examples=120)
@given(_plain(), somebody())
def test_where_one_fact_would_do_it_is_found(logic: Any, facts: Facts) -> None:
    rule = parse(logic)
    found = _single(rule, facts, _named(logic))
    assert found is None or len(explain(rule, facts).flips[0].changes) == 1, found


def _single(rule: Rule, facts: Facts, named: list[Any]) -> Any:
    """One change of one fact that turns the verdict, by trying values of its type; None where there is none."""
    wanted = Outcome.NO if rule.decide(facts).outcome is Outcome.YES else Outcome.YES
    numbers = [one + step for one in named if not isinstance(one, str) for step in (0, -1, -0.25, 0.25, 1)]
    values = {"p.a": numbers, "p.b": [one for one in named if isinstance(one, str)]}
    tried = [SetFact(tuple(path.split(".")), None, value) for path in rule.reads for value in values[path]]
    joined = [SetMember(name, name not in facts.segments) for name in rule.reads_segments]
    return next((one for one in (*tried, *joined) if rule.decide(one.apply(facts)).outcome is wanted), None)


def _named(logic: Any) -> list[Any]:
    if isinstance(logic, dict):
        return [found for name, inner in logic.items() if name != "var" for found in _named(inner)]
    if isinstance(logic, list):
        return [found for inner in logic for found in _named(inner)]
    return [logic] if logic is not None else []


class Counted(dict[str, Any]):
    """Facts that count how often they are read, in copies of them too."""

    def __init__(self, values: dict[str, Any], reads: list[int]) -> None:
        super().__init__(values)
        self.reads = reads

    def get(self, key: str, default: Any = None) -> Any:
        self.reads[0] += 1
        return super().get(key, default)

    def copy(self) -> "Counted":
        return Counted(self, self.reads)


MANY = [{">=": [{"var": f"p.f{n}"}, n + 1]} for n in range(200)]
ONE_FACT = [{"==": [{"var": "p.f1"}, f"word {n}"]} for n in range(200)]


def test_a_fact_and_what_it_leads_through_are_not_both_changed() -> None:
    """A text at `a` leaves no place for anything at `a.0`."""
    rule, facts = parse({"if": [{"var": "a"}, {"var": "a.0"}]}), Facts(NOW)
    for flip in explain(rule, facts).flips:
        assert rule.decide(flip.apply(facts)).outcome is Outcome.YES


@pytest.mark.parametrize(
    "logic",
    [
        {"or": MANY},
        {"!": [{"and": [{"!": [one]} for one in MANY[:150]]}]},
        {"or": ONE_FACT},
        {"or": [{"and": [one, other]} for one, other in combinations(MANY[:12], 2)]},
        {"or": [{"<": [{"var": "p.f1"}, {"var": "p.f2"}, {"var": "p.f3"}]} for _ in range(60)]},
        {
            "or": [
                {
                    ">": [
                        {"events": {"type": "Seen", "within": f"{n}m", "where": {"==": [{"var": "kind"}, "tea"]}}},
                        n + 60,
                    ]
                }
                for n in range(1, 60)
            ]
        },
        {"or": [{"<": [{"events": {"type": "Seen", "measure": "last_age"}}, n]} for n in range(60)]},
        {"or": [{"before": [{"var": f"p.f{n}"}, {"date_add": [{"now": []}, -n - 1, "week"]}]} for n in range(60)]},
    ],
    ids=["many facts", "denied", "one fact", "pairs", "several facts in one", "counts", "ages", "dates"],
)
def test_an_explanation_costs_less_than_twenty_evaluations(logic: Any) -> None:
    """Counted in reads of facts: an evaluation that no part settles reads each as often as the rule names it."""
    rule = parse(logic)
    reads = [0]
    log = [[NOW - 300 - age, {"kind": "tea"}] for age in range(50)]
    value = NOW if "date_add" in str(logic) else 0
    values = Counted(dict.fromkeys((f"f{n}" for n in range(200)), value), reads)
    facts = Facts(NOW, {"p": values}, Counted({"Seen": log}, reads))
    assert rule.decide(facts).outcome is Outcome.NO
    once, reads[0] = reads[0], 0
    told = explain(rule, facts)
    assert told.pointer == ""
    assert reads[0] <= 20 * once
