"""From the checked tree to closures: one tree, two modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from rules.clock.sweep import reads_clock
from rules.clock.timed import timed_truth
from rules.errors import RuleError
from rules.javascript import ABSENT, Value
from rules.junctions import constant
from rules.nodes import Array, Call, Const, Events, Node, copied
from rules.operator import Expression, Operator, Truth
from rules.table import OPERATORS, meant_operator
from rules.values import Facts
from rules.verdicts import leaf


class _Mode:
    """What both modes share: how a node becomes an expression."""

    known = False

    def value(self, node: Node) -> Expression:
        """The node as a value."""
        match node:
            case Const(value=value):
                return _constant(value)
            case Array(items=items):
                if all(isinstance(item, Const) and not isinstance(item.value, dict) for item in items):
                    return _listed([item.value for item in items if isinstance(item, Const)])
                return _array(tuple(self.value(item) for item in items))
            case _:
                operator = OPERATORS.get(node.operator)
                return _unknown(node) if operator is None else operator.build(node, self)

    def is_boolean(self, node: Node) -> bool:
        """Whether the node can only be true or false."""
        if isinstance(node, Const):
            return isinstance(node.value, bool)
        if not isinstance(node, Call):
            return False
        if node.operator in {"and", "or"}:
            return bool(node.args) and all(self.is_boolean(arg) for arg in node.args)
        operator = OPERATORS.get(node.operator)
        return operator is not None and operator.boolean

    def truth(self, node: Node, *, negated: bool = False) -> Truth:
        """The node as a verdict, without a look ahead in time: what it is part of looks ahead."""
        if isinstance(node, Const | Array):
            return _fixed(self, node, negated)
        operator = OPERATORS.get(node.operator)
        return _made(self, operator, node, negated) or leaf(node.pointer, self.value(node), negated)


class Plain(_Mode):
    """Exactly json-logic-js: what is not there is null."""


class Known(_Mode):
    """Three-valued: what is not there is unknown."""

    known = True


class Timed(Known):
    """Three-valued, with the moment at which each verdict changes. Inside a predicate nothing looks ahead."""

    def truth(self, node: Node, *, negated: bool = False) -> Truth:
        """The node as a verdict that knows how long it holds."""
        if isinstance(node, Const | Array):
            return _fixed(KNOWN, node, negated)
        operator = OPERATORS.get(node.operator)
        if operator is not None and operator.family == "logic":
            return _made(self, operator, node, negated) or self._predicate(node, operator, negated)
        return self._predicate(node, operator, negated)

    def _predicate(self, node: Call | Events, operator: Operator | None, negated: bool) -> Truth:
        if reads_clock(node):
            return timed_truth(node, operator, KNOWN, negated)
        return KNOWN.truth(node, negated=negated)


PLAIN: Final = Plain()
KNOWN: Final = Known()
TIMED: Final = Timed()


def compile_value(root: Node) -> Callable[[Value, Facts], Value]:
    """The tree as plain JSON-logic."""
    return PLAIN.value(root)


def compile_truth(root: Node, *, timed: bool) -> Truth:
    """The tree as a three-valued verdict."""
    return (TIMED if timed else KNOWN).truth(root)


def _made(mode: _Mode, operator: Operator | None, node: Call | Events, negated: bool) -> Truth | None:
    return None if operator is None or operator.truth is None else operator.truth(node, mode, negated)


def _fixed(mode: _Mode, node: Const | Array, negated: bool) -> Truth:
    if isinstance(node, Array) and node.items:
        return leaf(node.pointer, mode.value(node), negated)
    return constant(node.pointer, value=(isinstance(node, Const) and _is_true(node)) is not negated)


def _is_true(node: Const) -> bool:
    return isinstance(node.value, dict) or bool(node.value)


def _constant(value: Value) -> Expression:
    if isinstance(value, dict):
        return lambda data, facts: copied(value)
    return lambda data, facts: value


def _listed(values: list[Value]) -> Expression:
    """A list of constants: each time another one, which is the caller's to keep."""
    return lambda data, facts: values.copy()


def _array(items: tuple[Expression, ...]) -> Expression:
    def run(data: Value, facts: Facts) -> Value:
        made = [item(data, facts) for item in items]
        return ABSENT if ABSENT in made else made

    return run


def _unknown(node: Call | Events) -> Expression:
    """An operator that nobody knows is an error only where it is reached, as in JavaScript."""

    def run(data: Value, facts: Facts) -> NoReturn:
        raise RuleError(node.pointer, f"there is no operator {node.operator!r}", meant_operator(node.operator))

    return run
