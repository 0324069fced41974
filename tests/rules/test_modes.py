"""However a rule runs, it says the same: traced, as closures, as Python source; on cases and on chance."""

import io
import json
import math
import os
import re
import token
import tokenize
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import OPERATORS, Facts, Json, Mode, Rule, RuleError, Verdict, parse
from rules.compiler import EMPTY, compile_truth, compile_value
from rules.generated import Source, write_decision, write_value
from rules.javascript import UNDEFINED
from rules.modes import deciding, evaluating
from rules.rule import HOT
from tests.rules.chance import Chance
from tests.rules.worlds import people, rules

CASES = Path(__file__).parent.parent / "cases"
RULES = int(os.environ.get("INTARSIA_RULE_PAIRS", "100000")) // 100
"""Rules that are tried with a hundred data each: more of them where there is time."""

SEEDS = st.integers(0, 2**64)

ALLOWED = """
    def make rule data facts try except return if elif else for in while break pass True False None not and or is
    get append values outcome __class__ bool float int list str
    ( ) [ ] { } : , . = == != < <= > >= + - * / :=
"""
"""Every word and sign that source may hold beside the names `k0`, `v0` and so on."""


def exactly(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON to the last bit: 1 is 1.0, but not true, and 0 is not -0."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(exactly, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(exactly(one[key], other[key]) for key in one)
    if isinstance(one, float | int) and not isinstance(one, bool):
        same_kind = isinstance(other, float | int) and not isinstance(other, bool)
        return same_kind and (one == other or (one != one and other != other)) and _sign(one) == _sign(other)
    return type(one) is type(other) and bool(one == other)


def _sign(number: float) -> float:
    return math.copysign(1.0, number) if isinstance(number, float) and number == 0 else 0.0 if number else 1.0


def answer(ask: Callable[..., Any], *given: Any) -> Any:
    """What comes of it, be it a refusal."""
    try:
        return ask(*given)
    except RuleError as error:
        return ("refused", str(error))


def agree(logic: Json, data: Json, modes: tuple[Mode, ...] = tuple(Mode)) -> Any:
    """The value in all modes, and the verdict too."""
    rule = parse(logic)
    values = [answer(evaluating(rule.root, mode), data) for mode in modes]
    assert all(exactly(values[0], value) for value in values), (logic, data, values)
    facts = Facts(0.0, data if isinstance(data, dict) else {})
    verdicts = [answer(deciding(rule.root, mode, rule.truth), facts) for mode in modes]
    assert all(verdict == verdicts[0] for verdict in verdicts), (logic, data, verdicts)
    return values[0]


def source_of(rule: Rule) -> Source:
    return write_value(rule.root, compile_value(rule.root))


def decision_of(rule: Rule) -> Source:
    return write_decision(rule.root, rule.truth)


CASE_FILES = sorted((CASES / "rules").glob("evaluate-*.json"))


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_every_case_gives_the_same_in_every_mode(path: Path) -> None:
    for case in json.loads(path.read_text(encoding="utf-8")):
        agree(case["rule"], case["data"])


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_says_of_the_decided_cases_what_is_expected(mode: Mode) -> None:
    for case in json.loads((CASES / "rules/decide.json").read_text(encoding="utf-8")):
        rule, given = parse(case["rule"]), case["facts"]
        facts = Facts(given["now"], given["values"], given.get("events", {}), frozenset(given.get("segments", ())))
        verdict = deciding(rule.root, mode, rule.truth)(facts)
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


@settings(max_examples=200, deadline=None)
@given(rules(), st.lists(people(), min_size=3, max_size=3))
def test_rules_and_people_that_fit_give_the_same_in_every_mode(logic: Any, everybody: list[Any]) -> None:
    for values in everybody:
        agree(logic, values)


@settings(max_examples=RULES, deadline=None)
@given(SEEDS)
def test_source_says_of_untidy_data_what_closures_say(seed: int) -> None:
    """A hundred thousand pairs of rule and data, and as many as `INTARSIA_RULE_PAIRS` where it is set."""
    chance = Chance(seed)
    logic = chance.rule()
    rule = parse(logic)
    seen = chance.data() if chance.dice.random() < 0.7 else UNDEFINED
    closures, source = (evaluating(rule.root, mode, seen) for mode in (Mode.CLOSURES, Mode.SOURCE))
    for _ in range(100):
        data = chance.data()
        one, other = answer(closures, data), answer(source, data)
        assert exactly(one, other), (logic, data, one, other)


@settings(max_examples=RULES, deadline=None)
@given(SEEDS)
def test_source_decides_of_untidy_facts_what_closures_decide(seed: int) -> None:
    """The same of verdicts: outcome, time and reason."""
    chance = Chance(seed)
    logic = chance.rule()
    rule = parse(logic)
    seen = chance.data() if chance.dice.random() < 0.7 else UNDEFINED
    closures, source = (deciding(rule.root, mode, rule.truth, seen) for mode in (Mode.CLOSURES, Mode.SOURCE))
    for _ in range(100):
        facts = Facts(0.0, chance.data())
        one, other = answer(closures, facts), answer(source, facts)
        assert one == other, (logic, facts, one, other)


@settings(max_examples=RULES // 2, deadline=None)
@given(SEEDS)
def test_a_trace_changes_nothing_of_what_is_said(seed: int) -> None:
    chance = Chance(seed)
    logic = chance.rule()
    for _ in range(2):
        agree(logic, chance.data(), (Mode.CLOSURES, Mode.TRACE))


def test_rules_that_differ_in_constants_share_the_code_of_one_function() -> None:
    def functions(place: str, age: float) -> list[Any]:
        logic = {"and": [{"==": [{"var": "home.place"}, place]}, {">=": [{"var": f"{place}.age"}, age]}]}
        rule = parse(logic)
        return [source_of(rule).made(), decision_of(rule).made()]

    for one, other in zip(functions("Bern", 18), functions("Basel", 64.5), strict=True):
        assert one is not other
        assert one.__code__ is other.__code__


def test_a_fact_that_is_missing_is_no_exception() -> None:
    """Absence is common, so it must not take the way of what is not expected: on data like that which was seen."""
    logic: Json = {
        "or": [
            {"==": [{"var": "profile.place"}, "Bern"]},
            {">": [{"var": "profile.orders"}, 2]},
            {"in": [{"var": "profile.band"}, ["a", "b"]]},
            {">": [{"-": [{"var": "profile.now"}, {"var": "profile.then"}]}, 5]},
            {"some": [{"var": "events"}, {"==": [{"var": "type"}, "x"]}]},
        ]
    }

    def never(*given: Any) -> Any:
        raise AssertionError(given)

    root, truth = parse(logic).root, parse(logic).truth
    rows: Json = [{"type": "y"}, {"sum": 1}]
    for values in ({}, {"profile": {}}, {"profile": {"orders": 1}, "events": []}, {"events": rows}):
        assert write_value(root, never).made()(values) is False
        assert write_decision(root, replace(truth, decide=never)).made()(Facts(0.0, values)).outcome == "unknown"


@pytest.mark.parametrize("logic", [{"==": [{"var": "a.b"}, 1]}, {"if": [{"var": "a.b"}, "x", "y"]}, 5, {"and": []}])
def test_a_rule_that_is_asked_often_becomes_a_function_of_its_own(logic: Json) -> None:
    rule, fresh = parse(logic), parse(logic)
    facts = Facts(0.0, {"a": {"b": 1}})
    for _ in range(HOT + 2):
        assert rule.evaluate(facts.values) == fresh._evaluate(facts.values)
        assert rule.decide(facts) == fresh.truth.decide(facts.values, facts)
    assert {"evaluate", "decide"} <= set(vars(rule))
    assert rule.evaluate(data={"a": {"b": 2}}, facts=facts) == fresh.evaluate(data={"a": {"b": 2}}, facts=facts)


NASTY = [
    "'",
    '"',
    '"""',
    "\\",
    "\n",
    "\n  return 1\n",
    "k0",
    "v0)",
    "{0}",
    "{use}",
    "%s",
    "__import__('os')",
    "\u2028",
    "\x00",
    "é\U0001f600",
    "x" * 4_000,
    "#",
    "a b",
    "None",
    "0.0",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_of_an_author_reaches_the_source(text: str) -> None:
    """Texts as key, constant, default, list element, name of an operator: the source holds words of ours alone."""
    logic: Json = {
        "and": [
            {"==": [{"var": text}, text]},
            {"<": [{"var": f"{text}.{text}"}, text]},
            {"in": [{"var": [text, text]}, [text, "b"]]},
            {"or": [{"in": [text, {"var": f"a.{text}"}]}, {"===": [{"var": text}, {text: 1, "b": text}]}]},
            {"some": [{"var": text}, {"!=": [{"var": text}, text]}]},
            {"reduce": [{"var": "a"}, {"cat": [{"var": "accumulator"}, {"var": f"current.{text}"}]}, text]},
            {"if": [{"missing": [text]}, {"map": [{"var": text}, {"+": [{"var": text}, 1]}]}, text]},
            {text: [text]},
        ]
    }
    rule = parse(logic)
    for source in (source_of(rule), decision_of(rule)):
        words = list(tokenize.generate_tokens(io.StringIO(source.text).readline))
        assert {word.string for word in words if word.type == token.NUMBER} <= {"0", "0.0"}
        names = {word.string for word in words if word.type in {token.NAME, token.OP}}
        assert {name for name in names if not re.fullmatch("[kv][0-9]+", name)} <= set(ALLOWED.split())
        assert not {token.STRING, token.COMMENT, token.ERRORTOKEN} & {word.type for word in words}
        source.made()
    agree(logic, {text: text, "a": [{text: text}]})


def test_source_can_name_nothing_but_what_it_is_given() -> None:
    function = source_of(parse({"==": [{"var": "a"}, 1]})).made()
    assert set(function.__globals__) == {"__builtins__", "make"}
    assert set(function.__globals__["__builtins__"]) == {"bool", "float", "int", "list", "str"}


def test_a_rule_at_the_limits_becomes_source_too() -> None:
    deep: Json = {"var": "a"}
    for _ in range(14):
        deep = {"if": [{"!": [deep]}, {"some": [{"var": "rows"}, {"var": ""}]}, False]}
    wide: Json = {"and": [{"or": [{">": [{"var": f"p.k{n}"}, n]}, {"var": f"q.k{n}"}]} for n in range(140)]}
    for logic in (deep, wide):
        agree(logic, {"a": 1, "rows": [1]}, (Mode.CLOSURES, Mode.SOURCE))


def test_a_rule_with_a_clock_keeps_it() -> None:
    rule = parse({"and": [{"var": "a"}, {">": [{"events": {"type": "x", "within": "10s"}}, 0]}]})
    facts = Facts(100.0, {"a": True}, {"x": [[95.0, {}]]})
    expected: Verdict = rule.truth.decide(facts.values, facts)
    assert expected.valid_until == 105.0
    assert all(deciding(rule.root, mode, rule.truth)(facts) == expected for mode in Mode)


@settings(max_examples=RULES // 4, deadline=None)
@given(SEEDS)
def test_source_leaves_to_the_clock_what_is_the_clocks(seed: int) -> None:
    """Rules of which one part changes with time: outcome, time and reason are those of closures."""
    chance = Chance(seed)
    clocks: list[Json] = [
        {chance.dice.choice([">", "<", "=="]): [{"events": {"type": kind, "within": "10s"}}, chance.dice.randrange(3)]}
        for kind in ("x", "y")
    ]
    parts = [*(chance.rule(2) for _ in range(chance.dice.randrange(1, 4))), *clocks[: chance.dice.randint(1, 2)]]
    chance.dice.shuffle(parts)
    whole: Json = {chance.dice.choice(["and", "or"]): parts}
    rule = parse(chance.dice.choice([whole, {"!": [whole]}, {"or": [whole, chance.rule(1)]}]))
    closures, source = (deciding(rule.root, mode, rule.truth) for mode in (Mode.CLOSURES, Mode.SOURCE))
    for _ in range(10):
        events: Any = {kind: [[100.0 - 3 * at, {}] for at in range(chance.dice.randrange(6))] for kind in ("x", "y")}
        facts = Facts(chance.dice.uniform(98, 112), chance.data(), events)
        one, other = answer(closures, facts), answer(source, facts)
        assert one == other, (rule, facts, one, other)


def test_compiled_forms_need_no_facts_beside_the_data() -> None:
    assert evaluating(parse({"in_segment": "x"}).root, Mode.SOURCE)(None) is False
    assert compile_truth(parse({"var": "a"}).root, timed=False).decide({"a": 1}, EMPTY).outcome == "yes"
