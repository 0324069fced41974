"""The cases of `tests/cases/rules`: what json-logic-js 2.0.5 gives, and what a person may be told."""

import json
from pathlib import Path
from typing import Any

import pytest

from rules import Facts, parse, parse_text

CASES = Path(__file__).parent.parent / "cases" / "rules"


def cases(pattern: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['description']}")
        for path in sorted(CASES.glob(pattern))
        for case in json.loads(path.read_text(encoding="utf-8"))
    ]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, but not true."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def facts_of(case: dict[str, Any]) -> Facts:
    given = case["facts"]
    return Facts(given["now"], given["values"], given.get("events", {}), frozenset(given.get("segments", ())))


@pytest.mark.parametrize("case", cases("evaluate-*.json"))
def test_evaluate_gives_what_json_logic_js_gives(case: dict[str, Any]) -> None:
    got = parse(case["rule"]).evaluate(case["data"])
    assert same(got, case["expected"]), got


@pytest.mark.parametrize("case", cases("own-*.json"))
def test_evaluate_gives_what_our_own_operators_promise(case: dict[str, Any]) -> None:
    got = parse(case["rule"]).evaluate(case["data"])
    assert same(got, case["expected"]), got


@pytest.mark.parametrize("case", cases("evaluate-*.json") + cases("own-*.json"))
def test_a_rule_gives_back_its_logic_and_reads_it_again(case: dict[str, Any]) -> None:
    rule = parse(case["rule"])
    assert same(rule.logic, case["rule"])
    assert parse_text(json.dumps(rule.logic)) == rule


@pytest.mark.parametrize("case", cases("decide*.json"))
def test_decide_says_outcome_time_and_reason(case: dict[str, Any]) -> None:
    verdict = parse(case["rule"]).decide(facts_of(case))
    assert (verdict.outcome, verdict.valid_until, list(verdict.because)) == (
        case["outcome"],
        case["valid_until"],
        case["because"],
    )
