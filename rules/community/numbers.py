"""Community dialect: numbers and comparisons. What is no number is an error, not a value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from rules.community.scope import INVALID, NAN, Compile, LogicError, Operation, Run, Scope, applied, refuse, written
from rules.javascript import Value, less, less_or_equal, loose_equal, number, strict_equal, to_number
from rules.nodes import Call
from rules.operator import Example

TEXTUAL: Final = (str, type(None))
"""Types of values that are compared as they are where both are of them."""


def coerced(value: Value) -> float:
    """The value as a number; `NaN` is thrown for a list, an object and a text that is none."""
    made = math.nan if type(value) is list else to_number(value)
    if made != made:
        raise LogicError(NAN)
    return made


def finite(value: float) -> Value:
    """The result of arithmetic; `NaN` is thrown where JSON has no number for it."""
    if not math.isfinite(value):
        raise LogicError(NAN)
    return number(value)


def plus(*values: Value) -> Value:
    """The sum."""
    total = 0.0
    for value in values:
        total += coerced(value)
    return finite(total)


def times(*values: Value) -> Value:
    """The product."""
    return finite(math.prod(map(coerced, values), start=1.0))


def minus(*values: Value) -> Value:
    """The first less all others; the opposite of a single one."""
    first, *others = _numbers(values, 1)
    return finite(_folded(first, others, lambda a, b: a - b) if others else -first + 0.0)


def divided(*values: Value) -> Value:
    """The first by all others in turn; one by a single one."""
    first, *others = _numbers(values, 1)
    return finite(_folded(first, others, _quotient) if others else _quotient(1.0, first))


def remainder(*values: Value) -> Value:
    """The remainder by all others in turn, with the sign of the dividend."""
    first, *others = _numbers(values, 2)
    return finite(_folded(first, others, _remainder))


def largest(*values: Value) -> Value:
    """The greatest number."""
    return max(_strict_numbers(values))


def smallest(*values: Value) -> Value:
    """The least number."""
    return min(_strict_numbers(values))


def _numbers(values: tuple[Value, ...], least: int) -> list[float]:
    if len(values) < least:
        raise LogicError(INVALID)
    return [coerced(value) for value in values]


def _folded(first: float, others: list[float], step: Callable[[float, float], float]) -> float:
    for other in others:
        first = step(first, other)
    return first


def _quotient(a: float, b: float) -> float:
    return a / b if b else math.nan


def _remainder(a: float, b: float) -> float:
    return math.fmod(a, b) if b and math.isfinite(a) else math.nan


def _strict_numbers(values: tuple[Value, ...]) -> tuple[Value, ...]:
    if not values or any(type(value) is not int and type(value) is not float for value in values):
        raise LogicError(INVALID)
    return values


def comparison(compare: Callable[[Value, Value], bool], *, coerce: bool = True) -> Callable[[Call, Compile], Run]:
    """The build of a comparison of each argument with the next, as far as it holds."""

    def build(node: Call, compiled: Compile) -> Run:
        args = written(node, compiled, least=2)
        if args is None:
            return refuse
        first, *others = args

        def run(scope: Scope) -> bool:
            left = first(scope)
            for other in others:
                right = other(scope)
                if not compare(*(_alike(left, right) if coerce else (left, right))):
                    return False
                left = right
            return True

        return run

    return build


def _alike(a: Value, b: Value) -> tuple[Value, Value]:
    """Two texts as they are, all else as numbers."""
    if isinstance(a, TEXTUAL) and isinstance(b, TEXTUAL):
        return a, b
    return coerced(a), coerced(b)


OPERATIONS: Final = (
    Operation("+", "The sum.", (Example({"+": ["1", 2, True]}, None, 4),), applied(plus)),
    Operation("*", "The product.", (Example({"*": [2, 3, 4]}, None, 24),), applied(times)),
    Operation(
        "-",
        "The first less all others; of a single one, its opposite.",
        (Example({"-": [9, 2, 3]}, None, 4),),
        applied(minus),
    ),
    Operation(
        "/",
        "The first by all others in turn; of a single one, its inverse.",
        (Example({"/": [8, 2, 2]}, None, 2), Example({"/": 2}, None, 0.5)),
        applied(divided),
    ),
    Operation(
        "%",
        "The remainder by all others in turn, with the sign of the dividend.",
        (Example({"%": [8, 6, 3]}, None, 2),),
        applied(remainder),
    ),
    Operation("max", "The greatest of numbers.", (Example({"max": {"val": "l"}}, {"l": [1, 3]}, 3),), applied(largest)),
    Operation("min", "The least of numbers.", (Example({"min": [3, 1]}, None, 1),), applied(smallest)),
    Operation(
        "==",
        "Each argument equals the next: two texts as texts, all else as numbers.",
        (Example({"==": [1, "1", True]}, None, True), Example({"==": [None, 0]}, None, True)),
        comparison(loose_equal),
    ),
    Operation(
        "!=",
        "Each argument differs from the next, compared as by `==`.",
        (Example({"!=": [1, 2]}, None, True),),
        comparison(lambda a, b: not loose_equal(a, b)),
    ),
    Operation(
        "===",
        "Each argument equals the next and is of its type.",
        (Example({"===": [1, "1"]}, None, False),),
        comparison(strict_equal, coerce=False),
    ),
    Operation(
        "!==",
        "Each argument differs from the next, or in type.",
        (Example({"!==": [1, "1"]}, None, True),),
        comparison(lambda a, b: not strict_equal(a, b), coerce=False),
    ),
    Operation(
        "<",
        "Each argument is less than the next.",
        (Example({"<": [1, 2, 3, 4]}, None, True),),
        comparison(less),
    ),
    Operation(
        "<=",
        "Each argument is at most the next.",
        (Example({"<=": [1, 1, 2]}, None, True),),
        comparison(less_or_equal),
    ),
    Operation(
        ">",
        "Each argument is more than the next.",
        (Example({">": ["b", "a"]}, None, True),),
        comparison(lambda a, b: less(b, a)),
    ),
    Operation(
        ">=",
        "Each argument is at least the next.",
        (Example({">=": [2, 2]}, None, True),),
        comparison(lambda a, b: less_or_equal(b, a)),
    ),
)
