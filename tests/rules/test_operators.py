"""Each operator's own examples hold, and the manual lists every operator."""

import json
from pathlib import Path

import pytest

from rules import OPERATORS, Example, Operator, parse

MANUAL = Path(__file__).parents[2] / "docs" / "rules.md"

EXAMPLES = [
    pytest.param(example, id=f"{operator.name} {number}")
    for operator in OPERATORS.values()
    for number, example in enumerate(operator.examples)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_operators_examples_hold(example: Example) -> None:
    got = parse(example.rule).evaluate(example.data)
    assert got == example.result
    assert isinstance(got, bool) == isinstance(example.result, bool)


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=list(OPERATORS))
def test_an_operator_says_what_it_is(operator: Operator) -> None:
    assert operator.summary.endswith(".")
    assert operator.examples


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=list(OPERATORS))
def test_the_manual_has_a_row_for_every_operator_as_the_table_says_it(operator: Operator) -> None:
    example = json.dumps(operator.examples[0].rule, ensure_ascii=False)
    row = f"| `{operator.name}` | {operator.family} | {operator.summary} | `{example}` |"
    assert row in MANUAL.read_text(encoding="utf-8").splitlines(), f"put this row into docs/rules.md: {row}"


def test_the_manual_lists_no_operator_that_is_not_there() -> None:
    lines = MANUAL.read_text(encoding="utf-8").splitlines()
    table = lines[lines.index("| operator | family | what it gives | example |") + 2 :]
    listed = [line.split("`")[1] for line in table[: table.index("")]]
    assert sorted(listed) == sorted(OPERATORS)


def test_the_sample_in_the_manual_says_what_comes_out() -> None:
    sample = MANUAL.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    shown = [line.split("  # ") for line in sample.splitlines() if "  # " in line]
    names: dict[str, object] = {}
    exec(sample, names)
    assert len(shown) == 5
    for expression, promise in shown:
        assert promise.startswith(str(eval(expression, names)))


def test_the_coercions_in_the_manual_are_true() -> None:
    lines = MANUAL.read_text(encoding="utf-8").splitlines()
    table = lines[lines.index("| expression | gives | because |") + 2 :]
    rows = [line.strip("| ").split(" | ") for line in table[: table.index("")]]
    assert rows
    for expression, result, _ in rows:
        assert parse(json.loads(expression.strip("`"))).evaluate(None) == json.loads(result), expression
