"""Comparisons, with JavaScript's coercions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Final

from rules.clock.course import ANYTHING, Course, apart, order
from rules.fast import equal_truth, order_truth
from rules.javascript import UNDEFINED, Value, less, less_or_equal, loose_equal, strict_equal
from rules.kinds import Kind
from rules.nodes import Call
from rules.operator import Builder, Example, Truth, pure
from rules.operators.places import distance_truth
from rules.source.alike import Equality
from rules.source.written import ordered


def greater(a: Value = UNDEFINED, b: Value = UNDEFINED) -> bool:
    """JavaScript's `a > b`."""
    return less(b, a)


def greater_or_equal(a: Value = UNDEFINED, b: Value = UNDEFINED) -> bool:
    """JavaScript's `a >= b`."""
    return less_or_equal(b, a)


def ascending(a: Value = UNDEFINED, b: Value = UNDEFINED, c: Value = UNDEFINED) -> bool:
    """`a < b`, and `b < c` where there is a third."""
    return less(a, b) and (c is UNDEFINED or less(b, c))


def not_descending(a: Value = UNDEFINED, b: Value = UNDEFINED, c: Value = UNDEFINED) -> bool:
    """`a <= b`, and `b <= c` where there is a third."""
    return less_or_equal(a, b) and (c is UNDEFINED or less_or_equal(b, c))


def over_chain(function: Callable[..., bool]) -> Callable[..., Course]:
    """Each step of the chain is a question of order."""

    def over(*courses: Course) -> Course:
        steps = [order(function, one, other) for one, other in pairwise(courses)]
        if False in steps:
            return False
        if ANYTHING not in steps:
            return True
        return None if len(steps) > 1 else ANYTHING

    return over


def over_equal(one: Course, other: Course) -> Course:
    """Two that are apart are not equal."""
    return False if apart(one, other) else None


def over_unequal(one: Course, other: Course) -> Course:
    """Two that are apart are not equal."""
    return True if apart(one, other) else None


def ordered_truth(node: Call, builder: Builder, negated: bool) -> Truth | None:
    """A fact, or a distance, against a constant."""
    return order_truth(node, builder, negated) or distance_truth(node, builder, negated)


OPERATORS: Final = (
    pure(
        "==",
        'Equal, after JavaScript\'s coercion: `1` equals `"1"`.',
        (Example({"==": [{"var": "n"}, "1"]}, {"n": 1}, True), Example({"==": [0, ""]}, None, True)),
        lambda a=UNDEFINED, b=UNDEFINED: loose_equal(a, b),
        "comparison",
        over=over_equal,
        least=2,
        most=2,
        phrase="{0} is {1}",
        boolean=True,
        truth=equal_truth,
        coercion="JavaScript's: a text is read as a number where the other is one; null equals nothing but null",
        takes=(Kind.ALIKE,),
        write=Equality(),
    ),
    pure(
        "===",
        "Equal and of the same type.",
        (
            Example({"===": [1, "1"]}, None, False),
            Example({"===": [{"var": "place"}, "Bern"]}, {"place": "Bern"}, True),
        ),
        lambda a=UNDEFINED, b=UNDEFINED: strict_equal(a, b),
        "comparison",
        over=over_equal,
        least=2,
        most=2,
        phrase="{0} is exactly {1}",
        boolean=True,
        truth=equal_truth,
        coercion="none: other types are never equal, lists and objects equal themselves alone",
        takes=(Kind.ALIKE,),
        write=Equality(strict=True),
    ),
    pure(
        "!=",
        "Not equal, after JavaScript's coercion.",
        (Example({"!=": [1, 2]}, None, True), Example({"!=": [1, "1"]}, None, False)),
        lambda a=UNDEFINED, b=UNDEFINED: not loose_equal(a, b),
        "comparison",
        over=over_unequal,
        least=2,
        most=2,
        phrase="{0} is not {1}",
        boolean=True,
        truth=equal_truth,
        coercion="JavaScript's: a text is read as a number where the other is one; null equals nothing but null",
        takes=(Kind.ALIKE,),
        write=Equality(negated=True),
    ),
    pure(
        "!==",
        "Not equal, or not of the same type.",
        (Example({"!==": [1, "1"]}, None, True),),
        lambda a=UNDEFINED, b=UNDEFINED: not strict_equal(a, b),
        "comparison",
        over=over_unequal,
        least=2,
        most=2,
        phrase="{0} is not exactly {1}",
        boolean=True,
        truth=equal_truth,
        coercion="none: other types are never equal, lists and objects equal themselves alone",
        takes=(Kind.ALIKE,),
        write=Equality(strict=True, negated=True),
    ),
    pure(
        "<",
        "Less; with three arguments, strictly between.",
        (Example({"<": [1, 2]}, None, True), Example({"<": [1, {"var": "n"}, 3]}, {"n": 3}, False)),
        ascending,
        "comparison",
        over=over_chain(ascending),
        least=2,
        most=3,
        phrase="{0} is less than {1}",
        boolean=True,
        truth=ordered_truth,
        takes=(Kind.ORDERED,),
        write=ordered("<"),
    ),
    pure(
        "<=",
        "Less or equal; with three arguments, between.",
        (Example({"<=": [2, 2]}, None, True), Example({"<=": [1, {"var": "n"}, 3]}, {"n": 3}, True)),
        not_descending,
        "comparison",
        over=over_chain(not_descending),
        least=2,
        most=3,
        phrase="{0} is at most {1}",
        boolean=True,
        truth=ordered_truth,
        takes=(Kind.ORDERED,),
        write=ordered("<="),
    ),
    pure(
        ">",
        "Greater.",
        (Example({">": [{"var": "profile.orders"}, 2]}, {"profile": {"orders": 3}}, True),),
        greater,
        "comparison",
        over=partial(order, greater),
        least=2,
        most=2,
        phrase="{0} is more than {1}",
        boolean=True,
        truth=ordered_truth,
        takes=(Kind.ORDERED,),
        write=ordered(">"),
    ),
    pure(
        ">=",
        "Greater or equal.",
        (Example({">=": [2, 2]}, None, True), Example({">=": ["b", "a"]}, None, True)),
        greater_or_equal,
        "comparison",
        over=partial(order, greater_or_equal),
        least=2,
        most=2,
        phrase="{0} is at least {1}",
        boolean=True,
        truth=ordered_truth,
        takes=(Kind.ORDERED,),
        write=ordered(">="),
    ),
)
