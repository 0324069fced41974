"""However a rule runs, it says the same: traced, as closures, as Python source; on cases and on chance."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import OPERATORS, Facts, Json, Verdict, parse
from rules.javascript import UNDEFINED
from rules.modes import Mode, deciding, evaluating
from tests.rules.agreement import agree, answer, exactly
from tests.rules.casebook import facts_of
from tests.rules.chance import Chance
from tests.rules.worlds import people, rules

CASES = Path(__file__).parent.parent / "cases"
RULES = int(os.environ.get("INTARSIA_RULE_PAIRS", "100000")) // 100
"""Rules that are tried with a hundred data each: more of them where there is time."""

SEEDS = st.integers(0, 2**64)

CASE_FILES = sorted((CASES / "rules").glob("evaluate-*.json"))


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_every_case_gives_the_same_in_every_mode(path: Path) -> None:
    for case in json.loads(path.read_text(encoding="utf-8")):
        agree(case["rule"], case["data"])


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_says_of_the_decided_cases_what_is_expected(mode: Mode) -> None:
    for case in json.loads((CASES / "rules/decide.json").read_text(encoding="utf-8")):
        rule = parse(case["rule"])
        verdict = deciding(rule.root, mode, rule.truth)(facts_of(case["facts"]))
        told = (verdict.outcome, verdict.valid_until, list(verdict.because))
        assert told == (case["outcome"], case["valid_until"], case["because"]), case["description"]


def test_the_published_suite_gives_the_same_in_every_mode() -> None:
    rows = json.loads((CASES / "public/tests.json").read_text(encoding="utf-8"))
    for logic, data, _ in (row for row in rows if not isinstance(row, str)):
        agree(logic, data)


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operators_examples_give_the_same_in_every_mode(name: str) -> None:
    for example in OPERATORS[name].examples:
        agree(example.rule, example.data)


@settings(max_examples=200)
@given(rules(), st.lists(people(), min_size=3, max_size=3))
def test_rules_and_people_that_fit_give_the_same_in_every_mode(logic: Any, everybody: list[Any]) -> None:
    for values in everybody:
        agree(logic, values)


@settings(max_examples=RULES)
@given(SEEDS)
def test_source_says_of_untidy_data_what_closures_say(seed: int) -> None:
    """A hundred thousand pairs of rule and data, and as many as `INTARSIA_RULE_PAIRS` where it is set."""
    chance = Chance(seed)
    rule = chance.parsed()
    seen = chance.data() if chance.dice.random() < 0.7 else UNDEFINED
    closures, source = (evaluating(rule.root, mode, seen) for mode in (Mode.CLOSURES, Mode.SOURCE))
    for _ in range(100):
        data = chance.data()
        one, other = answer(closures, data), answer(source, data)
        assert exactly(one, other), (rule, data, one, other)


@settings(max_examples=RULES)
@given(SEEDS)
def test_source_decides_of_untidy_facts_what_closures_decide(seed: int) -> None:
    """The same of verdicts: outcome, time and reason."""
    chance = Chance(seed)
    rule = chance.parsed()
    seen = chance.data() if chance.dice.random() < 0.7 else UNDEFINED
    closures, source = (deciding(rule.root, mode, rule.truth, seen) for mode in (Mode.CLOSURES, Mode.SOURCE))
    for _ in range(100):
        facts = Facts(0.0, chance.data())
        one, other = answer(closures, facts), answer(source, facts)
        assert one == other, (rule, facts, one, other)


@settings(max_examples=RULES // 2)
@given(SEEDS)
def test_a_trace_changes_nothing_of_what_is_said(seed: int) -> None:
    chance = Chance(seed)
    logic = chance.parsed().logic
    for _ in range(2):
        agree(logic, chance.data(), (Mode.CLOSURES, Mode.TRACE))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("logic", [["tea", 1, None], {"if": [True, ["tea", 1, None]]}, {"merge": [["tea", 1, None]]}])
def test_a_list_that_is_given_back_is_the_callers_own(logic: Json, mode: Mode) -> None:
    rule = parse(logic)
    evaluate = evaluating(rule.root, mode)
    kept: Any = evaluate({})
    kept.append("milk")
    assert evaluate({}) == ["tea", 1, None]
    assert rule.logic == logic


def test_a_rule_with_a_clock_keeps_it() -> None:
    rule = parse({"and": [{"var": "a"}, {">": [{"events": {"type": "x", "within": "10s"}}, 0]}]})
    facts = Facts(100.0, {"a": True}, {"x": [[95.0, {}]]})
    expected: Verdict = rule.truth.decide(facts.values, facts)
    assert expected.valid_until == 105.0
    assert all(deciding(rule.root, mode, rule.truth)(facts) == expected for mode in Mode)


@settings(max_examples=RULES // 4)
@given(SEEDS)
def test_no_mode_touches_what_is_the_clocks(seed: int) -> None:
    """Rules of which one part changes with time: outcome, time and reason are those of closures."""
    chance = Chance(seed)
    dice = chance.dice
    clocks: list[Json] = [
        {dice.choice([">", "<", "=="]): [{"events": {"type": dice.choice("xy"), "within": "10s"}}, dice.randrange(3)]},
        {dice.choice(["before", "after"]): [{"now": []}, dice.choice([95, 105, {"var": "a"}])]},
        {"some": [{"var": "rows"}, {"<": [{"date_diff": [{"now": []}, {"var": "a"}, "second"]}, 100]}]},
    ]
    dice.shuffle(clocks)

    def make() -> Json:
        parts = [*(chance.rule(2) for _ in range(dice.randrange(1, 4))), *clocks[: dice.randint(1, 3)]]
        dice.shuffle(parts)
        whole: Json = {dice.choice(["and", "or"]): parts}
        return dice.choice([whole, {"!": [whole]}, {"or": [whole, chance.rule(1)]}])

    rule = chance.parsed(make)
    ways = [deciding(rule.root, mode, rule.truth) for mode in Mode]
    for _ in range(10):
        events: Any = {kind: [[100.0 - 3 * at, {}] for at in range(dice.randrange(6))] for kind in ("x", "y")}
        facts = Facts(dice.uniform(98, 112), chance.data(), events)
        verdicts = [answer(decide, facts) for decide in ways]
        assert all(verdict == verdicts[0] for verdict in verdicts), (rule, facts, verdicts)
