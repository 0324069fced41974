"""Whatever the rule and the data, a rule answers or says that it is a mistake: nothing else ever comes out."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import OPERATORS, Facts, RuleError, parse

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(
        [0.5, 2**53, 1e308, -1e-320, "", "a", "1", "abc", "1.2.3", "2025-02-30", "Z", "\ud800", "é😀", {}]
    )
)
ODD = st.sampled_from([math.nan, math.inf, 10**400, -(10**400), "\udc00", "x" * 5_000, list(range(300))])
NAMED = st.sampled_from([name for name in OPERATORS if name != "events"])
READING = st.sampled_from(["", "a", "b.c", "1", "current", "accumulator.a"]).map(lambda path: {"var": path})
EVENTS = st.sampled_from(["count", "last_age"]).map(lambda measure: {"events": {"type": "a", "measure": measure}})


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    args = st.lists(inner, max_size=5) | inner
    return st.lists(inner, max_size=4) | st.builds(lambda name, given: {name: given}, NAMED, args)


LOGIC = st.recursive(LEAVES | READING | EVENTS, _grown, max_leaves=15)
DATA = st.recursive(
    LEAVES | ODD,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c", "", "1"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=800)
@given(LOGIC, DATA)
def test_evaluate_gives_a_value_or_says_that_the_rule_is_a_mistake(logic: Any, data: Any) -> None:
    try:
        parse(logic).evaluate(data)
    except RuleError as error:
        assert error.message


@settings(max_examples=800)
@given(LOGIC, st.dictionaries(st.sampled_from(["a", "b", "1"]), DATA, max_size=3))
def test_decide_gives_a_verdict_or_says_that_the_rule_is_a_mistake(logic: Any, values: Any) -> None:
    events = {"a": [[1_000.0, {"a": 1}], [0.0, {}]]}
    try:
        parse(logic).decide(Facts(1_750_000_000.0, values, events))
    except RuleError as error:
        assert error.message


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("size", range(6))
def test_every_operator_takes_any_number_of_arguments(name: str, size: int) -> None:
    for arg in ({"var": "a"}, None, "a", [1, "b"], {"var": "nowhere"}):
        try:
            rule = parse({name: [arg] * size})
            json.dumps(rule.evaluate({"a": {"b": 1}}))
            rule.decide(Facts(0.0, {"a": {"b": 1}}))
        except RuleError as error:
            assert error.message


def _cyclic() -> Any:
    made: list[Any] = [1]
    made.append(made)
    return made


def _deep(depth: int) -> Any:
    made: Any = 1
    for _ in range(depth):
        made = [made]
    return made


@pytest.mark.parametrize("inner", [_cyclic(), _deep(10_000)], ids=["cyclic", "deep"])
@pytest.mark.parametrize("name", OPERATORS)
def test_cyclic_and_deep_data_break_no_operator(name: str, inner: Any) -> None:
    reading, one = {"var": "a"}, {"var": "b"}
    for args in ([reading, one], [one, reading], [{"var": ""}, reading, one], reading):
        for data in ({"a": inner, "b": "b"}, {"a": {"b": inner}, "b": [inner]}):
            try:
                rule = parse({name: args})
                rule.evaluate(data)
                rule.decide(Facts(0.0, data))
            except RuleError as error:
                assert error.message
