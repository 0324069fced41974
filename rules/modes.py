"""The ways in which a rule can run. All come from the same entries of the table, and all say the same."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, TypeAlias, assert_never

from rules.budget import MANY, budgeted, is_growing, is_heavy
from rules.compiler import compile_value
from rules.javascript import UNDEFINED, Nothing, Value
from rules.nodes import SCOPED, Call, Node, operations
from rules.operator import Expression, Truth
from rules.source.generated import write_decision, write_value
from rules.table import OPERATORS
from rules.tracing import Notes, traced_truth, traced_value
from rules.values import NOBODY, Facts, Json, Verdict


class Mode(StrEnum):
    """Closures are soon made; source is soon through; a trace takes notes and is slow."""

    TRACE = "trace"
    CLOSURES = "closures"
    SOURCE = "source"


class Evaluation(Protocol):
    """A rule as a function of data: what `Rule.evaluate` is."""

    def __call__(self, data: Json, facts: Facts = NOBODY) -> Json:
        """The value of the rule."""
        ...


Ruling: TypeAlias = Callable[[Facts], Verdict]
"""A rule as a function of facts: what `Rule.decide` is."""


def evaluating(root: Node, mode: Mode, seen: Value = UNDEFINED) -> Evaluation:
    """The tree as plain JSON-logic; `seen` is data like that which it will be asked about."""
    calls = _calls(root)
    may_be_undefined = any(map(_may_be_undefined, calls))
    match mode:
        case Mode.TRACE:
            run: Expression = _traced(root)
        case Mode.CLOSURES | Mode.SOURCE:
            run = compile_value(root)
            if mode is Mode.SOURCE and not may_be_undefined and is_writable(root):
                made = write_value(root, run, seen).made()
                return budgeted(made) if any(map(is_heavy, _loops(calls))) else made
        case _:
            assert_never(mode)
    if len(_loops(calls)) > MANY:
        run = budgeted(run)

    def evaluate(data: Json, facts: Facts = NOBODY) -> Json:
        value = run(data, facts)
        return _without_undefined(value) if may_be_undefined else value  # type: ignore[no-any-return]

    return evaluate


def deciding(root: Node, mode: Mode, truth: Truth, seen: Value = UNDEFINED) -> Ruling:
    """The tree, of which `truth` is compiled already, as a three-valued verdict; `seen` as above."""
    if mode is Mode.TRACE:
        return lambda facts: traced_truth(root, Notes(), timed=truth.timed).decide(facts.values, facts)
    decide = truth.decide
    gains = not truth.timed or any(not part.timed for part in truth.parts)
    if mode is Mode.SOURCE and gains and is_writable(root):
        made = write_decision(root, truth, seen).made()
        return budgeted(made) if any(map(is_heavy, _loops(_calls(root)))) else made
    return lambda facts: decide(facts.values, facts)


def is_writable(root: Node) -> bool:
    """Whether the tree can become source; an operator that nobody knows must fail where closures fail, and when.

    What can make much of little stays as it is: it must pay on the way.
    """
    calls = _calls(root)
    loops = _loops(calls)
    known = all(call.operator in OPERATORS for call in calls)
    return known and len(loops) <= MANY and not any(map(is_growing, loops))


def _calls(root: Node) -> list[Call]:
    return [node for node in operations(root) if isinstance(node, Call)]


def _loops(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.operator in SCOPED]


def _traced(root: Node) -> Expression:
    def run(data: Value, facts: Facts) -> Value:
        return traced_value(root, Notes())(data, facts)

    return run


def _may_be_undefined(node: Call) -> bool:
    least = {"and": 1, "or": 1, "log": 1, "map": 2, "reduce": 2}.get(node.operator, 0)
    return len(node.args) < least


def _without_undefined(root: Value) -> Value:
    """As JSON would be written: null for undefined, and no such keys; at any depth."""
    made: dict[int, Value] = {}
    waiting: list[Value] = []

    def copy(value: Value) -> Value:
        if isinstance(value, Nothing):
            return None
        if type(value) is not list and type(value) is not dict:
            return value
        if id(value) not in made:
            made[id(value)] = [] if type(value) is list else {}
            waiting.append(value)
        return made[id(value)]

    result = copy(root)
    while waiting:
        value = waiting.pop()
        if type(value) is list:
            made[id(value)].extend(map(copy, value))
        else:
            made[id(value)].update({k: copy(v) for k, v in value.items() if not isinstance(v, Nothing)})
    return result
