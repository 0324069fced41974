"""What a model says of the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.errors import RuleError
from rules.javascript import ABSENT, UNDEFINED, Value
from rules.kinds import Kind
from rules.nodes import Call, Const
from rules.operator import Builder, Example, Expression, Operator, argument
from rules.operators.reading import step
from rules.values import Facts

SCORE: Final = "score"
"""The operator that reads a score, and where scores are among the facts' values."""


def build_score(node: Call, builder: Builder) -> Expression:
    """The score of this name. It is the person's, inside of `filter` and its like too."""
    name = argument(node, 0, builder)
    nothing: Value = ABSENT if builder.known else None

    def run(data: Value, facts: Facts) -> Value:
        key = name(data, facts)
        if type(key) is not str:
            return nothing
        found = _read(facts.values, key)
        if found is UNDEFINED and not builder.known:
            found = _read(data, key)  # plain data, asked without facts
        return nothing if found is UNDEFINED or found is None else found

    return run


def vet_score(node: Call) -> Iterator[RuleError]:
    """A name that is worked out: which model a rule asks must be known when it is saved."""
    for name in node.args[:1]:
        if not isinstance(name, Const) or not isinstance(name.value, str) or not name.value:
            yield RuleError(name.pointer, "the score is worked out by the rule", "write the name of a score")


def _read(values: Value, name: str) -> Value:
    scores = UNDEFINED if values is None or values is UNDEFINED else step(values, SCORE)
    return UNDEFINED if scores is None or scores is UNDEFINED else step(scores, name)


OPERATORS: Final = (
    Operator(
        SCORE,
        "A model's score of the person, by the name of the score.",
        (
            Example({">=": [{"score": "churn"}, 0.7]}, {"score": {"churn": 0.82}}, True),
            Example({"score": "churn"}, {}, None),
        ),
        build_score,
        "facts",
        most=1,
        phrase="the score {0}",
        takes=(Kind.TEXT,),
        vet=vet_score,
        unknown="where there is no such score",
        coercion="none: whatever is no text names no score",
    ),
)
