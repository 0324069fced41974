"""Source is made of our words alone, is shared by rules of one shape, and takes a hot rule's place."""

import io
import re
import token
import tokenize
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from rules import Facts, Json, Rule, RuleError, parse
from rules.compiler import compile_truth, compile_value
from rules.modes import Mode, evaluating
from rules.rule import HOT
from rules.source.generated import Source, write_decision, write_value
from rules.values import NOBODY
from tests.rules.agreement import agree

ALLOWED = """
    def make rule data facts try except return if elif else for in while break pass True False None not and or is
    get append values outcome __class__ bool float int list str
    ( ) [ ] { } : , . = == != < <= > >= + - * / :=
"""
"""Every word and sign that source may hold beside the names `k0`, `v0` and so on."""


def source_of(rule: Rule) -> Source:
    return write_value(rule.root, compile_value(rule.root))


def decision_of(rule: Rule) -> Source:
    return write_decision(rule.root, rule.truth)


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


WRAPS: dict[str, Callable[[Any], Any]] = {
    "loop": lambda inner: {"some": [{"filter": [{"var": "rows"}, inner]}, inner]},
    "loops": lambda inner: {"all": [{"map": [{"var": "rows"}, {"var": "q"}]}, inner]},
    "sum": lambda inner: {"reduce": [{"filter": [{"var": "rows"}, inner]}, {"+": [{"var": "accumulator"}, 1]}, 0]},
    "junction": lambda inner: {"and": [{"var": "a"}, {"or": [inner, {"var": "b"}]}]},
    "choice": lambda inner: {"if": [{"==": [inner, 1]}, {"var": "a"}, inner]},
    "arithmetic": lambda inner: {"<": [1, {"-": [{"*": [{"var": "a"}, inner]}, {"var": "b"}]}]},
    "text": lambda inner: {"in": [{"cat": ["x", inner]}, {"merge": [{"var": "rows"}, inner]}]},
    "all of it": lambda inner: {"!": [{"some": [{"var": "rows"}, {"and": [{">": [{"+": [inner, 1]}, 0]}, inner]}]}]},
}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=list(WRAPS))
@pytest.mark.parametrize("start", [{"var": "a"}, False, {"==": [{"var": "a"}, "x"]}], ids=["fact", "constant", "test"])
def test_a_rule_as_deep_as_can_be_becomes_source_too(wrap: Callable[[Any], Any], start: Any) -> None:
    logic = start
    for _ in range(40):
        try:
            parse(wrap(logic))
        except RuleError:
            break
        logic = wrap(logic)
    rule = parse(logic)
    source_of(rule).made()
    decision_of(rule).made()
    agree(logic, {"a": 1, "b": 0, "rows": [{"a": 1, "b": 2}]}, (Mode.CLOSURES, Mode.SOURCE))


def test_a_rule_as_wide_as_can_be_becomes_source_too() -> None:
    wide: Json = {"and": [{"or": [{">": [{"var": f"p.k{n}"}, n]}, {"var": f"q.k{n}"}]} for n in range(140)]}
    agree(wide, {"p": {}, "q": {"k0": 1}}, (Mode.CLOSURES, Mode.SOURCE))


def test_threads_that_make_a_rule_hot_at_once_all_get_its_answers() -> None:
    rule = parse({"and": [{">": [{"var": "p.n"}, 5]}, {"in": [{"var": "p.t"}, ["a", "b"]]}]})

    def ask(number: int) -> bool:
        values: Any = {"p": {"n": number % 11, "t": "abc"[number % 3]}}
        expected = number % 11 > 5 and number % 3 < 2
        verdict = rule.decide(Facts(0.0, values))
        return rule.evaluate(values) is expected and (verdict.outcome == "yes") is expected

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(4 * HOT)))
    assert {"evaluate", "decide"} <= set(vars(rule))


def test_compiled_forms_need_no_facts_beside_the_data() -> None:
    assert evaluating(parse({"in_segment": "x"}).root, Mode.SOURCE)(None) is False
    assert compile_truth(parse({"var": "a"}).root, timed=False).decide({"a": 1}, NOBODY).outcome == "yes"
