"""The cases of `tests/cases/rules`: what json-logic-js 2.0.5 gives, and what a person may be told."""

import json
from typing import Any

import pytest

from rules import parse, parse_text
from tests.rules.agreement import exactly
from tests.rules.casebook import cases, facts_of


@pytest.mark.parametrize("case", cases("evaluate-*.json"))
def test_evaluate_gives_what_json_logic_js_gives(case: dict[str, Any]) -> None:
    got = parse(case["rule"]).evaluate(case["data"])
    assert exactly(got, case["expected"], ordered=False), got


@pytest.mark.parametrize("case", cases("own-*.json"))
def test_evaluate_gives_what_our_own_operators_promise(case: dict[str, Any]) -> None:
    got = parse(case["rule"]).evaluate(case["data"])
    assert exactly(got, case["expected"], ordered=False), got


@pytest.mark.parametrize("case", cases("evaluate-*.json") + cases("own-*.json"))
def test_a_rule_gives_back_its_logic_and_reads_it_again(case: dict[str, Any]) -> None:
    rule = parse(case["rule"])
    assert exactly(rule.logic, case["rule"])
    assert parse_text(json.dumps(rule.logic)) == rule


@pytest.mark.parametrize("case", cases("decide*.json"))
def test_decide_says_outcome_time_and_reason(case: dict[str, Any]) -> None:
    verdict = parse(case["rule"]).decide(facts_of(case["facts"]))
    assert (verdict.outcome, verdict.valid_until, list(verdict.because)) == (
        case["outcome"],
        case["valid_until"],
        case["because"],
    )
