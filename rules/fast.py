"""The predicates that nearly every rule is made of: a fact against a constant, as one closure each.

They say what the general form would say, only sooner; whatever is not the usual case goes the general way.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from rules.exact import is_exact, is_orderable
from rules.javascript import (
    SAFE_INTEGER,
    UNDEFINED,
    Value,
    less,
    less_or_equal,
    loose_equal,
    strict_equal,
    to_number,
)
from rules.nodes import Array, Call, Const, Node
from rules.operator import Builder, Decision, Truth
from rules.operators.reading import fixed_path, follow
from rules.questions import Element, Fact
from rules.values import Facts, Verdict
from rules.verdicts import Verdicts, predicate, verdicts

EMPTY: Final[dict[str, Any]] = {}
NUMERIC: Final = frozenset({int, float, bool})
Test = Callable[[Value], bool]
Read = Callable[[Value], Value]

MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
PYTHON: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
JAVASCRIPT: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": less,
    "<=": less_or_equal,
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: less_or_equal(b, a),
}


def order_truth(node: Call, builder: Builder, negated: bool) -> Truth | None:
    """`<`, `<=`, `>`, `>=` of a fact and a constant number or text; a fact between two constant numbers."""
    if len(node.args) == 3:
        return _between_truth(node, negated)
    against = _against_constant(node)
    if against is None:
        return None
    path, bound, absent, swapped = against
    name = MIRRORED[node.operator] if swapped else node.operator
    if not is_exact(bound) and not is_orderable(bound):
        return None
    answers = _with_default(node, negated, absent, lambda value: JAVASCRIPT[name](value, bound))
    return predicate(node.pointer, _orders(reader(path), bound, answers, name), asks=_asks(path, bound))


def equal_truth(node: Call, builder: Builder, negated: bool) -> Truth | None:
    """`==`, `===` and their opposites of a fact and a constant that is no list or object."""
    against = _against_constant(node)
    if against is None:
        return None
    path, bound, absent, _ = against
    if bound is None or isinstance(bound, dict):
        return None
    negated ^= node.operator.startswith("!")
    strict = len(node.operator) == 3
    equal = strict_equal if strict else loose_equal
    answers = _with_default(node, negated, absent, lambda value: equal(value, bound))
    return predicate(
        node.pointer,
        _equals(reader(path), bound, answers, _usual(bound, strict), equal),
        asks=_asks(path, bound, strict=strict),
    )


def member_truth(node: Call, builder: Builder, negated: bool) -> Truth | None:
    """`in`: whether a fact is one of some constant texts, or a list that has a constant text."""
    if len(node.args) < 2:
        return None
    if not isinstance(node.args[1], Array):
        return _element_truth(node, negated)
    words = [item.value for item in node.args[1].items if isinstance(item, Const) and isinstance(item.value, str)]
    variable = _variable(node.args[0])
    if variable is None or len(words) != len(node.args[1].items):
        return None
    path, absent = variable
    known = frozenset(words)
    answers = _with_default(node, negated, absent, lambda value: type(value) is str and value in known)
    asks = Fact(path, tuple(known), (), coerced=False)
    return predicate(node.pointer, _belongs(reader(path), known, answers), asks=asks)


def _element_truth(node: Call, negated: bool) -> Truth | None:
    text, variable = node.args[0], _variable(node.args[1])
    if variable is None or variable[1] is not UNDEFINED or not isinstance(text, Const) or type(text.value) is not str:
        return None
    decide = _has(reader(variable[0]), text.value, verdicts(node.pointer, negated=negated))
    return predicate(node.pointer, decide, asks=Element(variable[0], text.value))


def _between_truth(node: Call, negated: bool) -> Truth | None:
    low, middle, high = node.args
    variable = _variable(middle)
    if variable is None or not isinstance(low, Const) or not isinstance(high, Const):
        return None
    bounds = (low.value, high.value)
    if not all(map(is_exact, bounds)):
        return None
    coerce = JAVASCRIPT[node.operator]
    answers = _with_default(node, negated, variable[1], lambda v: coerce(bounds[0], v) and coerce(v, bounds[1]))
    decide = _between(reader(variable[0]), bounds, answers, node.operator)
    return predicate(node.pointer, decide, asks=_asks(variable[0], *bounds))


def _against_constant(node: Call) -> tuple[tuple[str, ...], Any, Value, bool] | None:
    """Path, constant, default and whether the constant came first; None where it is no such comparison."""
    if len(node.args) != 2:
        return None
    for swapped, (one, other) in enumerate((node.args, node.args[::-1])):
        variable = _variable(one)
        if variable is not None and isinstance(other, Const):
            return variable[0], other.value, variable[1], bool(swapped)
    return None


def _variable(node: Node) -> tuple[tuple[str, ...], Value] | None:
    """Path and constant default (`UNDEFINED`: none) of a `var`; None for any other node."""
    path = fixed_path(node)
    if not path or not isinstance(node, Call):
        return None
    if len(node.args) < 2:
        return path, UNDEFINED
    return (path, node.args[1].value) if isinstance(node.args[1], Const) else None


def _with_default(node: Call, negated: bool, default: Value, test: Test) -> Verdicts:
    """The verdicts; what an absent fact means is settled here and now where the author gave a default."""
    answers = verdicts(node.pointer, negated=negated)
    return answers if default is UNDEFINED else answers._replace(unknown=answers.of(test(default)))


def _asks(path: tuple[str, ...], *bounds: Any, strict: bool = False) -> Fact:
    read = [to_number(bound) for bound in bounds]
    # Beyond, neighbouring numbers are no longer told apart.
    exact = all(is_exact(number) or number != number for number in read)
    numbers = tuple(number for number in read if number == number) if exact else None
    if type(bounds[0]) is not str:
        return Fact(path, () if strict else None, numbers, type(bounds[0]) is bool, not strict)
    if not is_orderable(bounds[0]):
        return Fact(path)
    return Fact(path, bounds, () if strict else numbers, coerced=not strict)


def _usual(bound: Any, strict: bool) -> frozenset[type]:
    """The types of facts that Python compares with this constant as JavaScript does."""
    if type(bound) is str:
        return frozenset({str})
    if not -SAFE_INTEGER < bound < SAFE_INTEGER:
        return frozenset()
    if strict:
        return frozenset({bool}) if type(bound) is bool else NUMERIC - {bool}
    return NUMERIC


def reader(path: tuple[str, ...]) -> Read:
    """The value at a path: None where it is absent."""
    if len(path) == 1:
        return _read_one(*path)
    if len(path) == 2:
        return _read_two(*path)
    if len(path) == 3:
        return _read_three(*path)

    def read(data: Value) -> Value:
        found = follow(data, path)
        return None if found is UNDEFINED else found

    return read


def _read_three(first: str, second: str, third: str) -> Read:
    path = (first, second, third)

    def read(data: Value) -> Value:
        try:
            return data.get(first, EMPTY).get(second, EMPTY).get(third)
        except AttributeError:
            found = follow(data, path)
            return None if found is UNDEFINED else found

    return read


def _read_one(name: str) -> Read:
    path = (name,)

    def read(data: Value) -> Value:
        try:
            return data.get(name)
        except AttributeError:
            found = follow(data, path)
            return None if found is UNDEFINED else found

    return read


def _read_two(first: str, second: str) -> Read:
    path = (first, second)

    def read(data: Value) -> Value:
        try:
            return data.get(first, EMPTY).get(second)
        except AttributeError:
            found = follow(data, path)
            return None if found is UNDEFINED else found

    return read


def _orders(read: Read, bound: Any, answers: Verdicts, name: str) -> Decision:
    (yes, no, unknown), compare, coerce = answers, PYTHON[name], JAVASCRIPT[name]

    def decide(data: Value, facts: Facts) -> Verdict:
        value = read(data)
        if value is None:
            return unknown
        try:
            return yes if compare(value, bound) else no
        except TypeError:
            return yes if coerce(value, bound) else no

    return decide


def _between(read: Read, bounds: tuple[Any, Any], answers: Verdicts, name: str) -> Decision:
    (yes, no, unknown), (low, high) = answers, bounds
    compare, coerce = PYTHON[name], JAVASCRIPT[name]

    def decide(data: Value, facts: Facts) -> Verdict:
        value = read(data)
        if value is None:
            return unknown
        try:
            return yes if compare(low, value) and compare(value, high) else no
        except TypeError:
            return yes if coerce(low, value) and coerce(value, high) else no

    return decide


def _equals(
    read: Read, bound: Any, answers: Verdicts, usual: frozenset[type], equal: Callable[[Any, Any], bool]
) -> Decision:
    yes, no, unknown = answers

    def decide(data: Value, facts: Facts) -> Verdict:
        value = read(data)
        if value is None:
            return unknown
        if value.__class__ in usual:
            return yes if value == bound else no
        return yes if equal(value, bound) else no

    return decide


def _belongs(read: Read, known: frozenset[str], answers: Verdicts) -> Decision:
    yes, no, unknown = answers

    def decide(data: Value, facts: Facts) -> Verdict:
        value = read(data)
        if value is None:
            return unknown
        return yes if value.__class__ is str and value in known else no

    return decide


def _has(read: Read, text: str, answers: Verdicts) -> Decision:
    yes, no, unknown = answers

    def decide(data: Value, facts: Facts) -> Verdict:
        value = read(data)
        if value is None:
            return unknown
        kind = value.__class__
        return yes if (kind is list or (kind is str and value)) and text in value else no

    return decide
