"""What is claimed of a rule is true: tried against everybody there can be, in a small world."""

from __future__ import annotations

import json
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Attribute, Facts, FactType, Outcome, Rule, Vocabulary, check, parse
from rules.alternatives import alternatives
from rules.proving import Prover
from rules.registry import Registry

CASES = json.loads((Path(__file__).parents[1] / "cases/rules/judging.json").read_text(encoding="utf-8"))
CHOICES = ("a", "b", "c")
CLAIMS = frozenset({"contradiction", "always-false", "empty-window", "always-true", "dead-part"})
VOCABULARY = Vocabulary(
    {
        path: Attribute(path, type_, path, choices=choices)
        for path, type_, choices in (
            ("p.n", FactType.NUMBER, ()),
            ("p.m", FactType.NUMBER, ()),
            ("p.t", FactType.STRING, ()),
            ("p.c", FactType.STRING, CHOICES),
            ("p.b", FactType.BOOLEAN, ()),
        )
    },
    {"E": "necessary"},
    frozenset({"s"}),
)
NOW = 1_000_000.0
NUMBERS = st.sampled_from([-1, 0, 1, 1.5, 2])
TEXTS = st.sampled_from(["", "a", "b", "ba"])

EVERY: dict[str, tuple[Any, ...]] = {
    "n": (None, -2, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2, 3),
    "m": (None, -2, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2, 3),
    "t": (None, "", " ", "a", "a ", "ab", "b", "ba", "bab", "z", "aba", "A"),
    "c": (None, *CHOICES),
    "b": (None, True, False),
}
LOGS = tuple(
    tuple([NOW - age, {"kind": "x"}] for age in ages)
    for ages in ((), (0,), (30,), (90,), (0, 30), (0, 90), (0, 30, 90), (5, 6, 7), (70, 80, 90), (0, 1, 2, 3))
)
"""What can have happened: in the last minute, in the minute before, or both."""


def _call(name: str, *args: Any) -> Any:
    return {name: list(args)}


def _var(name: str) -> Any:
    return {"var": f"p.{name}"}


COMPARISONS = st.sampled_from(["==", "!=", "===", "!==", "<", "<=", ">", ">="])
COUNT = st.builds(lambda within: {"events": {"type": "E", "within": within}}, st.sampled_from(["1m", "2m"]))
AGE = st.builds(
    lambda measure: {"events": {"type": "E", "within": "1m", "measure": measure}},
    st.sampled_from(["last_age", "first_age"]),
)
FAMILIES = (
    st.builds(_call, COMPARISONS, st.sampled_from([_var("n"), {"var": ["p.n", 1]}]), NUMBERS)
    | st.builds(_call, COMPARISONS, NUMBERS, st.just(_var("n")))
    | st.builds(_call, st.sampled_from(["<", "<="]), NUMBERS, st.just(_var("n")), NUMBERS)
    | st.sampled_from([_var("n"), {"missing": ["p.n"]}, {"==": [{"%": [_var("n"), 2]}, 0]}]),
    st.builds(_call, COMPARISONS, st.sampled_from([_var("t"), {"var": ["p.t", "b"]}]), TEXTS)
    | st.builds(_call, st.sampled_from(["starts_with", "ends_with", "contains"]), st.just(_var("t")), TEXTS)
    | st.builds(lambda words: {"in": [_var("t"), words]}, st.lists(TEXTS, min_size=1, max_size=3))
    | st.sampled_from([_var("t"), {"missing": ["p.t", "p.c"]}]),
    st.builds(_call, st.sampled_from(["==", "!="]), st.just(_var("c")), st.sampled_from(CHOICES))
    | st.builds(lambda words: {"in": [_var("c"), words]}, st.lists(st.sampled_from(CHOICES), min_size=1, max_size=3))
    | st.builds(_call, st.sampled_from(["==", "!="]), st.just(_var("b")), st.booleans())
    | st.sampled_from([_var("b"), {"in_segment": "s"}, {"==": [1, 1]}, {"==": [1, 2]}]),
    st.builds(_call, COMPARISONS, COUNT, st.sampled_from([0, 1, 1.5, 2, 3]))
    | st.builds(_call, COMPARISONS, AGE, st.sampled_from([-1, 0, 5, 30, 59, 60])),
    st.builds(_call, COMPARISONS, st.sampled_from([_var("n"), _var("m")]), NUMBERS)
    | st.just({"<": [_var("n"), _var("m")]}),
)
"""Predicates that can meet on one fact."""


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=4)
    return (
        st.builds(lambda name, args: {name: args}, st.sampled_from(["and", "or"]), some)
        | st.builds(lambda one: {"!": [one]}, inner)
        | st.builds(lambda *args: {"if": list(args)}, inner, inner, inner)
    )


def _rules(families: tuple[st.SearchStrategy[Any], ...]) -> st.SearchStrategy[Any]:
    return st.recursive(st.one_of(*families), _grown, max_leaves=6)


RULES = st.sampled_from([*combinations(FAMILIES, 1), *combinations(FAMILIES, 2)]).flatmap(_rules)


def everybody(logic: Any) -> list[Facts]:
    """Everybody there can be, as far as the rule can tell them apart."""
    said = repr(logic)
    names = [name for name in EVERY if f"p.{name}'" in said]
    logs = LOGS if "events" in said else ((),)
    groups = (frozenset(), frozenset({"s"})) if "in_segment" in said else (frozenset(),)
    return [
        Facts(NOW, {"p": {n: v for n, v in zip(names, values, strict=True) if v is not None}}, {"E": list(log)}, inside)
        for values in product(*(EVERY[name] for name in names))
        for log in logs
        for inside in groups
    ]


def _with(logic: Any, pointer: str, value: bool) -> Any:
    """The rule with a constant in this place."""
    step, _, rest = pointer.removeprefix("/").partition("/")
    if not pointer:
        return value
    key: Any = int(step) if isinstance(logic, list) else step
    changed = _with(logic[key], f"/{rest}" if rest else "", value)
    return [*logic[:key], changed, *logic[key + 1 :]] if isinstance(logic, list) else {**logic, key: changed}


@settings(max_examples=800, deadline=None)
@given(RULES)
def test_whatever_is_claimed_is_true_of_everybody(logic: Any) -> None:
    """What never holds lets in nobody, what always holds says no to nobody, what never matters changes nothing."""
    found = [one for one in check(logic, VOCABULARY) if one.code in CLAIMS]
    people = everybody(logic) if found else []
    said = [parse(logic).decide(facts).outcome for facts in people]
    for finding in found:
        if finding.code == "always-true":
            assert Outcome.NO not in said
        elif finding.code != "dead-part":
            assert Outcome.YES not in said
        elif "missing" not in finding.pointer:
            without = [parse(_with(logic, finding.pointer, answer)) for answer in (True, False)]
            assert any(_agree(rule, people, said) for rule in without)


def _agree(rule: Rule, people: list[Facts], said: list[Outcome]) -> bool:
    """Whether the rule lets in the same people."""
    return all(
        (rule.decide(facts).outcome is Outcome.YES) is (outcome is Outcome.YES)
        for facts, outcome in zip(people, said, strict=True)
    )


@settings(max_examples=400, deadline=None)
@given(RULES)
def test_a_witness_is_somebody_of_whom_the_rule_says_yes(logic: Any) -> None:
    rule, prover = parse(logic), Prover(Registry(VOCABULARY))
    for way in alternatives(rule.root).clauses[:8]:
        witness: Any = prover.witness(way, [rule])
        if witness is not None:
            facts = Facts(
                witness["now"],
                witness["values"],
                witness.get("events", {}),
                frozenset(witness.get("segments", ())),
            )
            assert rule.decide(facts).outcome is Outcome.YES
            assert prover.conflict(way) is None


@pytest.mark.parametrize(
    "logic",
    [
        {"and": [{">": [_var("n"), 1]}, {"<": [_var("n"), 1.5]}]},
        {"and": [{"!=": [_var("c"), "a"]}, {"!": {"in": [_var("c"), ["b"]]}}]},
        {"and": [{"starts_with": [_var("t"), "ba"]}, {"ends_with": [_var("t"), "ab"]}]},
        {"and": [{">=": [{"events": {"type": "E", "within": "1m"}}, 2]}, {"<": [{"events": {"type": "E"}}, 4]}]},
        {">": [{"events": {"type": "E", "where": {"in": [{"var": "kind"}, ["x", "y"]]}}}, 1]},
        {">": [{"events": {"type": "E", "measure": "sum", "field": "price.net"}}, 30]},
        {"if": [{"in_segment": "s"}, {">": [_var("n"), 1]}, False]},
        {"!": {"missing": ["p.n", "p.t"]}},
    ],
)
def test_a_witness_is_found_where_there_is_one(logic: Any) -> None:
    rule = parse(logic)
    prover = Prover(Registry(VOCABULARY))
    assert any(prover.witness(way, [rule]) for way in alternatives(rule.root).clauses)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["because"])
def test_what_is_proved_is_told_with_every_place_and_why(case: dict[str, Any]) -> None:
    (finding,) = (one for one in check(case["rule"], VOCABULARY) if one.code in CLAIMS)
    assert (finding.code, finding.pointer, [*finding.related]) == (case["code"], case["pointer"], case["related"])
    assert finding.proof


@pytest.mark.parametrize(
    "logic",
    [
        {"and": [{"contains": [_var("t"), "a"]}, {"!": {"contains": [_var("t"), "ab"]}}]},
        {"and": [{"<": [_var("n"), _var("m")]}, {"<": [_var("m"), _var("n")]}]},
        {"and": [{"==": [{"%": [_var("n"), 2]}, 0]}, {"==": [{"%": [_var("n"), 2]}, 1]}]},
        {"and": [{">": [_var("n"), 2**60]}, {"<": [_var("n"), 2**60 + 2**10]}]},
        {"and": [{"<": [_var("t"), "b"]}, {">": [_var("t"), "a"]}]},
        {"and": [{"==": [_var("n"), 1]}, {"==": [_var("m"), 2]}]},
    ],
)
def test_nothing_is_claimed_that_is_not_proved(logic: Any) -> None:
    """Some of these can hold, and of some it is not seen that they cannot: both are let pass."""
    assert [one for one in check(logic, VOCABULARY) if one.severity != "note"] == []
