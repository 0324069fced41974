"""`and`, `or`, `!`, `!!`, `if` as values: they give back an argument and evaluate no more than they must."""

from __future__ import annotations

from typing import Final

from rules.javascript import ABSENT, UNDEFINED, Value, truthy
from rules.junctions import and_truth, if_truth, not_truth, or_truth, sure_truth
from rules.nodes import Call, Node
from rules.operator import Builder, Example, Expression, Operator, argument, pure
from rules.operators.lists import AS_VALUE
from rules.source.control import write_and, write_if, write_not, write_or, write_sure
from rules.source.decided import decide_and, decide_not, decide_or, decide_sure
from rules.values import Facts, Outcome


def build_and(node: Call, builder: Builder) -> Expression:
    """The first argument that is false, else the last."""
    return _first(node, builder, stop=False)


def build_or(node: Call, builder: Builder) -> Expression:
    """The first argument that is true, else the last."""
    return _first(node, builder, stop=True)


def _first(node: Call, builder: Builder, *, stop: bool) -> Expression:
    if builder.known and all(builder.is_boolean(arg) for arg in node.args):
        return _as_value(node, builder)
    args = [builder.value(arg) for arg in node.args]

    def run(data: Value, facts: Facts) -> Value:
        value: Value = UNDEFINED
        for arg in args:
            value = arg(data, facts)
            # Which value comes out hangs on this one: where it is absent, so is the answer.
            if value is ABSENT or truthy(value) is stop:
                return value
        return value

    return run


def build_if(node: Call, builder: Builder) -> Expression:
    """The value after the first true condition, else the last value, else null."""
    pairs = [
        (_condition(node.args[i], builder), builder.value(node.args[i + 1])) for i in range(0, len(node.args) - 1, 2)
    ]
    last = argument(node, len(node.args) - 1, builder) if len(node.args) % 2 else lambda data, facts: None

    def run(data: Value, facts: Facts) -> Value:
        for holds, value in pairs:
            answer = holds(data, facts)
            if answer is ABSENT:
                return ABSENT
            if truthy(answer):
                return value(data, facts)
        return last(data, facts)

    return run


def build_not(node: Call, builder: Builder) -> Expression:
    """The opposite truth."""
    return _sure(node, builder, opposite=True)


def build_sure(node: Call, builder: Builder) -> Expression:
    """The truth as a boolean."""
    return _sure(node, builder, opposite=False)


def _sure(node: Call, builder: Builder, *, opposite: bool) -> Expression:
    if builder.known:
        return _as_value(node, builder)
    arg = argument(node, 0, builder)
    return lambda data, facts: truthy(arg(data, facts)) is not opposite


def _condition(node: Node, builder: Builder) -> Expression:
    return _as_value(node, builder) if builder.known else builder.value(node)


def _as_value(node: Node, builder: Builder) -> Expression:
    decide = builder.truth(node).decide

    def run(data: Value, facts: Facts) -> Value:
        outcome: Outcome = decide(data, facts).outcome
        return AS_VALUE[outcome]

    return run


OPERATORS: Final = (
    Operator(
        "and",
        "The first argument that is false, else the last. Later arguments are not evaluated.",
        (Example({"and": [True, {">": [3, 1]}]}, None, True), Example({"and": [1, 0, 2]}, None, 0)),
        build_and,
        "logic",
        phrase=" and ",
        truth=and_truth,
        unknown="where an argument is, unless another is false",
        write=write_and,
        write_truth=decide_and,
    ),
    Operator(
        "or",
        "The first argument that is true, else the last. Later arguments are not evaluated.",
        (Example({"or": [False, {">": [3, 1]}]}, None, True), Example({"or": [0, "tea"]}, None, "tea")),
        build_or,
        "logic",
        phrase=" or ",
        truth=or_truth,
        unknown="where an argument is, unless another is true",
        write=write_or,
        write_truth=decide_or,
    ),
    Operator(
        "!",
        "Not: true for false, null, 0, an empty text and an empty list.",
        (Example({"!": [False]}, None, True), Example({"!": {"var": "basket"}}, {"basket": []}, True)),
        build_not,
        "logic",
        most=1,
        boolean=True,
        phrase="not ({0})",
        truth=not_truth,
        write=write_not,
        write_truth=decide_not,
    ),
    Operator(
        "!!",
        "The truth of the argument as true or false.",
        (Example({"!!": ["0"]}, None, True), Example({"!!": [[]]}, None, False)),
        build_sure,
        "logic",
        most=1,
        boolean=True,
        phrase="{0}",
        truth=sure_truth,
        write=write_sure,
        write_truth=decide_sure,
    ),
    Operator(
        "if",
        "Condition and value in turn, at the end the value for all else.",
        (
            Example(
                {"if": [{"<": [{"var": "t"}, 0]}, "ice", {"<": [{"var": "t"}, 100]}, "water", "gas"]},
                {"t": 55},
                "water",
            ),
            Example({"if": [False, "yes"]}, None, None),
        ),
        build_if,
        "logic",
        write=write_if,
        truth=if_truth,
        unknown="where the condition is, unless both ways agree",
    ),
    Operator(
        "?:",
        "Another name of `if`.",
        (Example({"?:": [True, 1, 2]}, None, 1),),
        build_if,
        "logic",
        truth=if_truth,
        unknown="where the condition is, unless both ways agree",
        write=write_if,
    ),
    pure(
        "log",
        "Its argument as it is. Nothing is printed: a rule has no side effects.",
        (Example({"log": "tea"}, None, "tea"),),
        lambda value=UNDEFINED: value,
        "logic",
        most=1,
        coercion="none: any value passes",
        phrase="{0}",
    ),
)
