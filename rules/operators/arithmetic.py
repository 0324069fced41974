"""Numbers, with JavaScript's coercions: `+` and `*` read text as parseFloat does, `-` and `/` as Number does."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

from rules.clock.course import ANYTHING, Course, Range, corners
from rules.javascript import NAN, UNDEFINED, Value, number, parse_float, to_number
from rules.kinds import Kind
from rules.operator import Example, pure
from rules.source.written import NOT_NULL, NOT_NULL_OR_BOOLEAN, numeric
from rules.values import Instant


def plus(*values: Value) -> Value:
    """The sum of the numbers that the values begin with."""
    total = 0.0
    for value in values:  # not sum(): it compensates for rounding since Python 3.12, JavaScript does not
        total += parse_float(value)
    return number(total)


def times(*values: Value) -> Value:
    """The product; a single value comes back as it is, none gives null where JavaScript would throw."""
    if len(values) < 2:
        return values[0] if values else None
    return number(math.prod(map(parse_float, values)))


def minus(a: Value = UNDEFINED, b: Value = UNDEFINED) -> Value:
    """The difference, or the opposite of one value."""
    return number(-to_number(a) if b is UNDEFINED else to_number(a) - to_number(b))


def divided(a: Value = UNDEFINED, b: Value = UNDEFINED) -> Value:
    """The quotient; by zero it is infinite or not a number."""
    over, under = to_number(a), to_number(b)
    if under:
        return number(over / under)
    if over != over or under != under or not over:
        return NAN
    return math.copysign(math.inf, over) * math.copysign(1.0, under)


def remainder(a: Value = UNDEFINED, b: Value = UNDEFINED) -> Value:
    """The remainder, with the sign of the dividend."""
    over, under = to_number(a), to_number(b)
    if math.isinf(over) or not under:
        return NAN
    return number(math.fmod(over, under))


def over_divided(over: Course, under: Course) -> Course:
    """Steady as long as the divisor keeps its sign."""
    if type(under) is Range and under.low <= 0 <= under.high:
        return ANYTHING
    return corners(divided, over, under)


def back_sum(place: int, values: list[Value], wanted: Value, now: Instant) -> list[Value]:
    """What is left of the sum."""
    return [minus(wanted, plus(*(value for at, value in enumerate(values) if at != place)))]


def back_difference(place: int, values: list[Value], wanted: Value, now: Instant) -> list[Value]:
    """What the other is less or more."""
    if len(values) == 1:
        return [minus(wanted)]
    return [plus(wanted, values[1]) if place == 0 else minus(values[0], wanted)]


def back_product(place: int, values: list[Value], wanted: Value, now: Instant) -> list[Value]:
    """What is left of the product."""
    return [divided(wanted, times(1, *(value for at, value in enumerate(values) if at != place)))]


def back_quotient(place: int, values: list[Value], wanted: Value, now: Instant) -> list[Value]:
    """What was divided."""
    return [times(wanted, values[1])] if place == 0 else []


def over_remainder(over: Course, under: Course) -> Course:
    """It rises to the divisor, then begins anew."""
    size = abs(to_number(under)) if type(under) is not Range else math.inf
    if type(over) is not Range or not 0 < size < math.inf:
        return ANYTHING
    low, high = math.fmod(over.low, size), math.fmod(over.high, size)
    # As far apart as before, and on one side of zero: no new beginning lies between them.
    if high - low == over.high - over.low and over.low * over.high >= 0:
        return Range(low, high, over.whole and type(under) is int)
    return Range(-size if over.low < 0 else 0, size if over.high > 0 else 0)


def smallest(*values: Value) -> Value:
    """The least of the values as numbers; minus zero is less than zero."""
    numbers = [to_number(value) for value in values]
    return NAN if any(n != n for n in numbers) else number(min(numbers, key=_order, default=math.inf))


def largest(*values: Value) -> Value:
    """The greatest of the values as numbers; zero is greater than minus zero."""
    numbers = [to_number(value) for value in values]
    return NAN if any(n != n for n in numbers) else number(max(numbers, key=_order, default=-math.inf))


def _order(value: float) -> tuple[float, float]:
    return value, math.copysign(1.0, value)


FLOAT: Final = "JavaScript's `parseFloat`: the number that a text begins with"

OPERATORS: Final = (
    pure(
        "+",
        "The sum; with one argument, that argument as a number.",
        (Example({"+": [1, 2, 3]}, None, 6), Example({"+": "3.14"}, None, 3.14), Example({"+": ["1abc", 1]}, None, 2)),
        plus,
        "arithmetic",
        over=partial(corners, plus),
        back=back_sum,
        takes=(Kind.NUMBER,),
        coercion=FLOAT,
        write=numeric("0.0 + {0}", "0.0 + {0} + {1}", "0.0 + {0} + {1} + {2}", only=NOT_NULL_OR_BOOLEAN),
    ),
    pure(
        "-",
        "The difference; with one argument, its opposite.",
        (Example({"-": [5, 2]}, None, 3),),
        minus,
        "arithmetic",
        over=partial(corners, minus),
        back=back_difference,
        takes=(Kind.NUMBER,),
        most=2,
        write=numeric("-(-0.0 + {0})", "-0.0 + {0} - {1}", only=NOT_NULL),
    ),
    pure(
        "*",
        "The product.",
        (Example({"*": [2, 3, 4]}, None, 24),),
        times,
        "arithmetic",
        over=partial(corners, times),
        back=back_product,
        takes=(Kind.NUMBER,),
        coercion=FLOAT,
        write=numeric("(0.0 + {0}) * (0.0 + {1})", only=NOT_NULL_OR_BOOLEAN),
    ),
    pure(
        "/",
        "The quotient.",
        (Example({"/": [5, 2]}, None, 2.5),),
        divided,
        "arithmetic",
        over=over_divided,
        back=back_quotient,
        takes=(Kind.NUMBER,),
        least=2,
        most=2,
        write=numeric("(-0.0 + {0}) / {1}", only=NOT_NULL),
    ),
    pure(
        "%",
        "The remainder, with the sign of the dividend.",
        (Example({"%": [5, 3]}, None, 2), Example({"%": [-5, 3]}, None, -2)),
        remainder,
        "arithmetic",
        over=over_remainder,
        takes=(Kind.NUMBER,),
        least=2,
        most=2,
        write=numeric("{use}(-0.0 + {0}, {1})", only=NOT_NULL, uses=math.fmod),
    ),
    pure(
        "min",
        "The least of the arguments.",
        (Example({"min": [3, 1, 2]}, None, 1),),
        smallest,
        "arithmetic",
        over=partial(corners, smallest),
        takes=(Kind.NUMBER,),
        phrase="the least of {all}",
    ),
    pure(
        "max",
        "The greatest of the arguments.",
        (Example({"max": [3, 1, 2]}, None, 3),),
        largest,
        "arithmetic",
        over=partial(corners, largest),
        takes=(Kind.NUMBER,),
        phrase="the greatest of {all}",
    ),
)
