"""What is claimed of a rule is true: tried against everybody there can be, in a small world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from rules import Attribute, FactType, Outcome, Vocabulary, check, parse
from rules.checking.alternatives import alternatives
from rules.checking.proving import Prover
from rules.registry import Registry
from tests.rules.casebook import facts_of
from tests.rules.smallworld import RULES, VOCABULARY, everybody, said_of, var

CASES = json.loads((Path(__file__).parents[1] / "cases/rules/judging.json").read_text(encoding="utf-8"))
CLAIMS = frozenset({"contradiction", "always-false", "empty-window", "always-true", "dead-part"})


def _with(logic: Any, pointer: str, value: bool) -> Any:
    """The rule with a constant in this place."""
    step, _, rest = pointer.removeprefix("/").partition("/")
    if not pointer:
        return value
    key: Any = int(step) if isinstance(logic, list) else step
    changed = _with(logic[key], f"/{rest}" if rest else "", value)
    return [*logic[:key], changed, *logic[key + 1 :]] if isinstance(logic, list) else {**logic, key: changed}


@settings(max_examples=500)
@given(RULES)
def test_whatever_is_claimed_is_true_of_everybody(logic: Any) -> None:
    """What never holds lets in nobody, what always holds says no to nobody, what never matters changes nothing."""
    found = [one for one in check(logic, VOCABULARY) if one.code in CLAIMS]
    people = everybody(logic) if found else []
    said = said_of(logic, people)
    for finding in found:
        if finding.code == "always-true":
            assert Outcome.NO not in said
        elif finding.code != "dead-part":
            assert Outcome.YES not in said
        elif "missing" not in finding.pointer:
            without = [said_of(_with(logic, finding.pointer, answer), people) for answer in (True, False)]
            assert any(_same_yes(said, other) for other in without)


def _same_yes(said: list[Outcome], other: list[Outcome]) -> bool:
    return all((one is Outcome.YES) is (two is Outcome.YES) for one, two in zip(said, other, strict=True))


@settings(max_examples=250)
@given(RULES)
def test_a_witness_is_somebody_of_whom_the_rule_says_yes(logic: Any) -> None:
    rule, prover = parse(logic), Prover.under(Registry(VOCABULARY))
    for way in alternatives(rule.root).clauses[:8]:
        witness: Any = prover.witness(way, [rule])
        if witness is not None:
            assert rule.decide(facts_of(witness)).outcome is Outcome.YES
            assert prover.conflict(way) is None


@pytest.mark.parametrize(
    "logic",
    [
        {"and": [{">": [var("n"), 1]}, {"<": [var("n"), 1.5]}]},
        {"and": [{"!=": [var("c"), "a"]}, {"!": {"in": [var("c"), ["b"]]}}]},
        {"and": [{"starts_with": [var("t"), "ba"]}, {"ends_with": [var("t"), "ab"]}]},
        {"and": [{">=": [{"events": {"type": "E", "within": "1m"}}, 2]}, {"<": [{"events": {"type": "E"}}, 4]}]},
        {">": [{"events": {"type": "E", "where": {"in": [{"var": "kind"}, ["x", "y"]]}}}, 1]},
        {">": [{"events": {"type": "E", "measure": "sum", "field": "price.net"}}, 30]},
        {"if": [{"in_segment": "s"}, {">": [var("n"), 1]}, False]},
        {"!": {"missing": ["p.n", "p.t"]}},
    ],
)
def test_a_witness_is_found_where_there_is_one(logic: Any) -> None:
    rule = parse(logic)
    prover = Prover.under(Registry(VOCABULARY))
    assert any(prover.witness(way, [rule]) for way in alternatives(rule.root).clauses)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["because"])
def test_what_is_proved_is_told_with_every_place_and_why(case: dict[str, Any]) -> None:
    (finding,) = (one for one in check(case["rule"], VOCABULARY) if one.code in CLAIMS)
    assert (finding.code, finding.pointer, [*finding.related]) == (case["code"], case["pointer"], case["related"])
    assert finding.proof


@pytest.mark.parametrize(
    "logic",
    [
        {"and": [{"contains": [var("t"), "a"]}, {"!": {"contains": [var("t"), "ab"]}}]},
        {"and": [{"<": [var("n"), var("m")]}, {"<": [var("m"), var("n")]}]},
        {"and": [{"==": [{"%": [var("n"), 2]}, 0]}, {"==": [{"%": [var("n"), 2]}, 1]}]},
        {"and": [{">": [var("n"), 2**60]}, {"<": [var("n"), 2**60 + 2**10]}]},
        {"and": [{"<": [var("t"), "b"]}, {">": [var("t"), "a"]}]},
        {"and": [{"==": [var("n"), 1]}, {"==": [var("m"), 2]}]},
        {"between": [var("d"), {"date": [2025, 12, 1, "Europe/Berlin"]}, {"date": ["2025-12-24T18:00"]}]},
        {"after": ["2025-06-15", {"date_add": [var("d"), 1, "day"]}]},
        {"between": [1_750_000_000, "2025-06-15", {"date_add": [var("d"), 1, "day"]}]},
    ],
)
def test_nothing_is_claimed_that_is_not_proved(logic: Any) -> None:
    """Some of these can hold, and of some it is not seen that they cannot: both are let pass."""
    assert [one for one in check(logic, VOCABULARY) if one.severity != "note"] == []


def test_a_condition_matters_though_neither_side_of_it_is_open() -> None:
    condition = {"and": [{"<": [var("n"), var("m")]}, {"==": [var("c"), "a"]}]}
    found = check({"if": [condition, {"==": [var("c"), "b"]}, {"==": [var("c"), "a"]}]}, VOCABULARY)
    assert [(one.code, one.pointer) for one in found] == [("dead-part", "/if/1")]


def test_conditions_inside_conditions_are_looked_at_once_a_side() -> None:
    """Each doubles what there is to try; thirty of them would be a thousand million ways."""
    logic: Any = {">": [var("n"), 1]}
    for number in range(30):
        logic = {"if": [logic, {"==": [var("t"), str(number)]}, {"<": [var("n"), number]}]}
    assert [one for one in check(logic, VOCABULARY) if one.severity == "error"] == []


def test_a_conflict_of_many_is_told_in_a_few_words() -> None:
    many = Attribute("c", FactType.STRING, "C", choices=tuple(f"choice {number}" for number in range(200)))
    logic = {"and": [{"!=": [{"var": "c"}, choice]} for choice in many.choices]}
    (finding,) = (one for one in check(logic, Vocabulary({"c": many})) if one.severity == "error")
    assert len(finding.related) == 199
    assert "196 more" in finding.message
    assert len(finding.message) + len(finding.proof) < 600
