"""Each operator's own examples hold, and what it says of itself is so."""

from typing import Any

import pytest

from rules import OPERATORS, Example, Facts, Operator, Outcome, parse
from rules.manual import COERCIONS

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
def test_an_operator_says_how_it_reads_other_types(operator: Operator) -> None:
    assert operator.coercion or operator.family in COERCIONS, (
        f"give the entry of {operator.name} its `coercion`, or its family a line in rules/manual.py"
    )


@pytest.mark.parametrize("operator", [o for o in OPERATORS.values() if not o.unknown], ids=lambda o: o.name)
def test_an_operator_is_unknown_as_soon_as_an_argument_is_or_says_when(operator: Operator) -> None:
    for args in absent_in_turn(operator):
        verdict = parse({operator.name: args}).decide(Facts(0.0, {}))
        assert verdict.outcome is Outcome.UNKNOWN, f"say in the entry of {operator.name} when it is `unknown`: {args}"


def absent_in_turn(operator: Operator) -> list[list[Any]]:
    """The arguments of its examples, each of them once replaced by a fact that is absent."""
    rules = [example.rule for example in operator.examples]
    given = [rule[operator.name] for rule in rules if isinstance(rule, dict) and operator.name in rule]
    lists = [(args if isinstance(args, list) else [args])[: operator.most] for args in given]
    assert lists, f"{operator.name} stands at the head of none of its examples"
    return [[*args[:at], {"var": "nowhere"}, *args[at + 1 :]] for args in lists for at in range(len(args))]
