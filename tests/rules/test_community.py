"""The community dialect: its words, its errors, and that nothing breaks it."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import (
    COMMUNITY_OPERATORS,
    Example,
    LogicError,
    RuleError,
    parse,
    parse_community,
    parse_community_text,
)
from rules.community.scope import Operation
from tests.rules.untidy import DATA, SCALARS

MANUAL = (Path(__file__).parents[2] / "docs/dialects.md").read_text(encoding="utf-8")

EXAMPLES = [
    pytest.param(example, id=f"{operation.name} {number}")
    for operation in COMMUNITY_OPERATORS.values()
    for number, example in enumerate(operation.examples)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_operators_examples_hold(example: Example) -> None:
    got = parse_community(example.rule).evaluate(example.data)
    assert json.dumps(got) == json.dumps(example.result)


@pytest.mark.parametrize("operation", COMMUNITY_OPERATORS.values(), ids=list(COMMUNITY_OPERATORS))
def test_the_manual_has_a_row_for_every_operator_as_the_table_says_it(operation: Operation) -> None:
    example = json.dumps(operation.examples[0].rule, ensure_ascii=False)
    row = f"| `{operation.name}` | {operation.summary} | `{example}` |"
    assert row in MANUAL.splitlines(), f"put this row into docs/dialects.md: {row}"


def test_what_the_manual_says_of_both_dialects_is_true() -> None:
    lines = MANUAL.splitlines()
    table = lines[lines.index("| expression | standard | community | because |") + 2 :]
    rows = [line.strip("| ").split(" | ") for line in table[: table.index("")]]
    assert len(rows) > 15
    for expression, standard, community, _ in rows:
        logic = json.loads(expression.strip("`"))
        assert [_told(parse, logic), _told(parse_community, logic)] == [standard, community], expression


def _told(read: Any, logic: Any) -> str:
    try:
        value = read(logic).evaluate(None)
    except LogicError as error:
        return f"error {error.type}"
    except RuleError:
        return "`RuleError`"
    return f"`{json.dumps(value)}`"


def test_the_sample_in_the_manual_says_what_comes_out() -> None:
    rule = parse_community({"map": [{"val": "prices"}, {"*": [{"val": []}, {"val": [[2], "rate"]}]}]})
    assert rule.evaluate({"prices": [10, 20], "rate": 3}) == [30, 60]
    with pytest.raises(LogicError) as caught:
        parse_community({"/": [1, {"val": "n"}]}).evaluate({"n": 0})
    error = caught.value
    assert (error.type, error.pointer, error.value) == ("NaN", "", {"type": "NaN"})


@pytest.mark.parametrize(
    ("logic", "kind", "pointer"),
    [
        ({"if": [True, {"map": [[1], {"/": [1, 0]}]}]}, "NaN", "/if/1/map/1"),
        ({"+": [1, {"nope": 2}]}, "Unknown Operator", "/+/1"),
        ({"+": [1, {"a": 1, "b": 2}]}, "Unknown Operator", "/+/1"),
        ({"and": [1, {"<": [1]}]}, "Invalid Arguments", "/and/1"),
        ({"try": [{"throw": "one"}, {"throw": 2}]}, "2", "/try/1"),
        ({"throw": []}, "null", ""),
        ({"throw": {"val": "x"}}, "error", ""),
        ({"throw": [[1]]}, "Invalid Arguments", ""),
        ({"val": ["x", [1]]}, "Invalid Arguments", ""),
        ({"events": {"type": "A"}}, "Unknown Operator", ""),
        ({"try": []}, "Invalid Arguments", ""),
    ],
)
def test_an_error_has_a_type_a_place_and_a_remedy(logic: Any, kind: str, pointer: str) -> None:
    with pytest.raises(LogicError) as caught:
        parse_community(logic).evaluate({"x": {"no": "type"}})
    assert (caught.value.type, caught.value.pointer) == (kind, pointer)
    assert caught.value.remedy


def test_an_unknown_operator_matters_only_where_it_is_reached() -> None:
    assert parse_community({"if": [True, 1, {"nope": []}]}).evaluate(None) == 1


def test_the_limits_of_every_rule_hold() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = {"!": [deep]}
    for logic in (deep, list(range(1_001)), {"==": [math.nan, 1]}, {"and": [{1: 2}]}):
        with pytest.raises(RuleError) as caught:
            parse_community(logic)
        assert caught.value.remedy
    with pytest.raises(RuleError, match="line 1"):
        parse_community_text('{"val": ')
    assert parse_community_text('{"val": "a"}') == parse_community({"val": "a"})


LONG: list[int] = list(range(2_000))
DOUBLED: Any = {"val": "accumulator"}


@pytest.mark.parametrize(
    "logic",
    [
        {"map": [{"val": []}, {"map": [{"val": [[2]]}, {"some": [{"val": [[4]]}, False]}]}]},
        {"reduce": [{"val": []}, {"cat": [DOUBLED, DOUBLED]}, "xx"]},
        {"reduce": [{"val": []}, {"merge": [DOUBLED, DOUBLED]}, [1]]},
        {"reduce": [{"val": []}, [DOUBLED, DOUBLED], 1]},
        {"cat": [{"reduce": [{"val": []}, [DOUBLED, DOUBLED], 1]}]},
        {"try": [{"reduce": [{"val": []}, {"cat": [DOUBLED, DOUBLED]}, "xx"]}, "caught"]},
        {"map": [{"val": []}, {"in": [-1, {"merge": [{"val": [[2]]}, {"val": [[2]]}, {"val": [[2]]}]}]}]},
    ],
)
def test_a_rule_whose_work_explodes_is_stopped(logic: Any) -> None:
    with pytest.raises(RuleError):
        parse_community(logic).evaluate(LONG)


def test_cyclic_and_deep_data_break_nothing() -> None:
    cyclic: list[Any] = [1]
    cyclic.append(cyclic)
    deep: Any = 1
    for _ in range(10_000):
        deep = [deep]
    for data in (cyclic, deep, {"a": cyclic}, {"a": deep}):
        for logic in ({"cat": [{"val": []}]}, {"==": [{"val": "a"}, 1]}, {"in": [{"val": "a"}, {"val": []}]}):
            assert ends(logic, data)


NAMES = [*COMMUNITY_OPERATORS, "nope"]
READING = st.sampled_from([{"val": []}, {"val": [[1], "index"]}, {"val": [[2]]}, {"var": ""}, {"var": "a.b"}])
LOGIC = st.recursive(
    SCALARS | READING | st.sampled_from(["type", "index", []]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(lambda name, args: {name: args}, st.sampled_from(NAMES), st.lists(inner, max_size=4) | inner)
        | st.builds(
            lambda name, body: {name: [{"val": []}, body]},
            st.sampled_from(["map", "filter", "reduce", "all", "some", "none"]),
            inner,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=1_000)
@given(LOGIC, DATA)
def test_whatever_the_rule_and_the_data_there_is_a_value_or_an_error_of_ours(logic: Any, data: Any) -> None:
    assert ends(logic, data)


def ends(logic: Any, data: Any) -> bool:
    """Whether the rule gives a value, or an error of ours."""
    try:
        parse_community(logic).evaluate(data)
    except RuleError as error:
        return bool(error.message)
    return True
