"""Whatever the rule and the data, a rule answers or says that it is a mistake: nothing else ever comes out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import OPERATORS, Facts, RuleError, parse
from rules.modes import Mode, evaluating
from tests.rules.untidy import DATA, SCALARS

NAMED = st.sampled_from([name for name in OPERATORS if name != "events"])
READING = st.sampled_from(["", "a", "b.c", "1", "current", "accumulator.a"]).map(lambda path: {"var": path})
EVENTS = st.sampled_from(["count", "last_age"]).map(lambda measure: {"events": {"type": "a", "measure": measure}})


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    args = st.lists(inner, max_size=5) | inner
    return st.lists(inner, max_size=4) | st.builds(lambda name, given: {name: given}, NAMED, args)


LOGIC = st.recursive(SCALARS | READING | EVENTS, _grown, max_leaves=15)


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


LONG: list[int] = list(range(100_000))
GRID: Any = [[[[0] * 60] * 60] * 60] * 60
SO_FAR: Any = {"var": "accumulator"}


def _nested(levels: int) -> Any:
    made: Any = {"var": ""}
    for _ in range(levels):
        made = {"map": [{"var": ""}, made]}
    return made


def _reduced(body: Any, first: Any) -> Any:
    return {"reduce": [{"var": "list"}, body, first]}


def _while_kept(condition: Any) -> Any:
    """The condition is asked again and again of what was read at first."""
    return _reduced({"if": [{"or": [condition] * 100}, 1, SO_FAR]}, {"var": "big"})


EXPLOSIONS = {
    "lists in lists": ({"map": [{"var": "grid"}, _nested(3)]}, {"grid": GRID}),
    "a text doubled": (_reduced({"cat": [SO_FAR, SO_FAR]}, "xx"), {}),
    "a list doubled": (_reduced({"merge": [SO_FAR, SO_FAR]}, [1]), {}),
    "a list of itself twice": (_reduced([SO_FAR, SO_FAR], 1), {}),
    "the same as a text": ({"cat": _reduced([SO_FAR, SO_FAR], 1)}, {}),
    "a list in a list in a list": (_reduced([SO_FAR], 1), {}),
    "long texts": ({"map": [{"var": "list"}, {"cat": ["x" * 10_000] * 90}]}, {}),
    "a list searched": (_while_kept({"in": [-1, SO_FAR]}), {"big": LONG}),
    "a list inside searched": (_while_kept({"in": [-1, {"var": "accumulator.0"}]}), {"big": [LONG]}),
    "a list compared": (_while_kept({"==": ["x", SO_FAR]}), {"big": [[LONG]]}),
    "a text searched": (_while_kept({"contains": [SO_FAR, "zz"]}), {"big": "é" * 900_000}),
    "a text compared": (_while_kept({"<": [SO_FAR, "a"]}), {"big": "é" * 900_000}),
    "a text as a number": (_while_kept({"<": [SO_FAR, 1]}), {"big": " " * 900_000}),
    "a text as a path": (_while_kept({"var": SO_FAR}), {"big": "a." * 400_000}),
    "many paths": (_while_kept({"missing": SO_FAR}), {"big": ["list"] * 100_000}),
    "many loops": ({"and": [{"all": [{"var": "list"}, {"or": [{">=": [{"var": ""}, 0]}] * 20}]}] * 11}, {}),
    "much asked of many": ({"some": [{"var": "list"}, {"or": [{"==": [{"var": ""}, -1]}] * 200}]}, {}),
}


@pytest.mark.parametrize("name", EXPLOSIONS)
def test_a_rule_whose_work_explodes_is_stopped(name: str) -> None:
    logic, data = EXPLOSIONS[name]
    data = {"list": LONG, **data}
    rule = parse(logic)
    with pytest.raises(RuleError) as caught:
        rule.evaluate(data)
    assert caught.value.remedy
    with pytest.raises(RuleError):
        rule.decide(Facts(0.0, data))


@pytest.mark.parametrize("mode", Mode)
def test_what_is_long_is_the_same_in_every_mode(mode: Mode) -> None:
    """Source leaves long lists to closures, which count."""
    rule = parse({"some": [{"var": "list"}, {"==": [{"var": ""}, -1]}]})
    run = evaluating(rule.root, mode)
    assert run({"list": LONG}) is False
    with pytest.raises(RuleError, match="operations"):
        run({"list": LONG * 3})
    deep = _nested(3)
    for _ in range(14):  # deeper than what is written out: source calls it, once for each element
        deep = {"or": [False, deep]}
    called = evaluating(parse({"map": [{"var": "list"}, deep]}).root, mode)
    with pytest.raises(RuleError, match="operations"):
        called({"list": [GRID[0]] * 100})
    nested = evaluating(parse({"map": [{"var": "grid"}, _nested(3)]}).root, mode)
    assert nested({"grid": [[[[1, 2]]], []]}) == [[[[1, 2]]], []]
    with pytest.raises(RuleError, match="operations"):
        nested({"grid": GRID})


def test_undefined_is_taken_out_at_any_depth() -> None:
    logic: Any = {"or": [{"and": []}, {"var": "deep"}]}
    found: Any = parse(logic).evaluate({"deep": _deep(10_000)})
    assert type(found[0][0][0]) is list
    cyclic = parse(logic).evaluate({"deep": _cyclic()})
    assert cyclic[1] is cyclic
