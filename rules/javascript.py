"""JavaScript's coercions, as json-logic-js 2.0.5 meets them (ECMA-262, section "Type Conversion")."""

from __future__ import annotations

import math
import re
from enum import Enum
from typing import Any, Final, TypeAlias

from rules.budget import ELEMENTS, LONG, paid, spend
from rules.errors import RuleError

Value: TypeAlias = Any
"""A JSON value while a rule works on it, or one of `Nothing`."""


class Nothing(Enum):
    """The two ways of not being there: JavaScript's `undefined`, and a fact that is not known."""

    UNDEFINED = "undefined"
    ABSENT = "absent"


UNDEFINED: Final = Nothing.UNDEFINED
ABSENT: Final = Nothing.ABSENT

SAFE_INTEGER: Final = 2**53
"""Up to here every integer is a double of its own."""

LONGEST: Final = 1_000_000
"""Characters of a text that one operation may make: a rule that doubles a text again and again stops here."""

DEEPEST: Final = 20_000
"""Levels of lists within lists that are written as text; a list that contains itself has no end of them."""

SPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
DECIMAL: Final = r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
_PREFIX = re.compile(f"[{SPACE}]*({DECIMAL})")
_NUMERIC = re.compile(f"({DECIMAL})|(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)|")

NAN: Final = math.nan


def truthy(value: Value) -> bool:
    """JSON-logic's truth: JavaScript's, except that an empty array is false."""
    kind = type(value)
    if kind is bool:
        return bool(value)
    if kind is dict:
        return True
    if kind is float:
        return bool(value) and value == value
    return bool(value) and value is not UNDEFINED and value is not ABSENT


def number(value: float) -> int | float:
    """The number as JSON would write it: whole numbers are ints. Minus zero stays itself."""
    if value.is_integer() and abs(value) <= SAFE_INTEGER and (value or math.copysign(1, value) > 0):
        return int(value)
    return value


def to_number(value: Value) -> float:
    """JavaScript's `Number(value)`."""
    kind = type(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind is int or kind is bool:
        return _double(value)
    if value is None:
        return 0.0
    if kind is str:
        return _numeric(value)
    if kind is list:
        return _numeric(to_string(value))
    return NAN


def parse_float(value: Value) -> float:
    """JavaScript's `parseFloat(value)`: the number that the text begins with."""
    kind = type(value)
    if kind is int:
        return _double(value)
    if kind is float:
        return value + 0.0 if value else 0.0
    match = _PREFIX.match(paid(value if kind is str else to_string(value)))
    return float(match[1]) if match else NAN


def to_string(value: Value) -> str:
    """JavaScript's `String(value)`."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is float:
        return _digits(_double(value))
    if kind is list:
        return joined(value)
    if value is None:
        return "null"
    return "undefined" if isinstance(value, Nothing) else "[object Object]"


def joined(values: list[Value]) -> str:
    """JavaScript's `values.join()`; inner arrays join with commas too, so one flat pass does it at any depth."""
    words: list[str] = []
    waiting = [iter(values or [None])]
    size = 0
    while waiting:
        for value in waiting[-1]:
            if type(value) is list:
                waiting.append(iter(value or [None]))
                break
            words.append(word(value))
            size += len(words[-1]) + 1
        else:
            waiting.pop()
        if size > LONGEST or len(waiting) > DEEPEST:
            raise RuleError("", f"a list makes a text of more than {LONGEST:,} characters", "compare its elements")
    if size > LONG:
        spend(size // ELEMENTS)
    return ",".join(words)


def word(value: Value) -> str:
    """The value as an element of a joined array: nothing for null and undefined."""
    return "" if value is None or value is UNDEFINED else to_string(value)


def strict_equal(a: Value, b: Value) -> bool:
    """JavaScript's `a === b`: arrays and objects are equal to themselves alone."""
    if is_number(a):
        return is_number(b) and _double(a) == _double(b)
    if type(a) is str:
        return type(b) is str and a == b
    return a is b


def loose_equal(a: Value, b: Value) -> bool:
    """JavaScript's `a == b`."""
    if a is None or a is UNDEFINED or b is None or b is UNDEFINED:
        return (a is None or a is UNDEFINED) and (b is None or b is UNDEFINED)
    if type(a) is type(b) or (is_number(a) and is_number(b)):
        return strict_equal(a, b)
    if _is_compound(a) and _is_compound(b):
        return False
    a, b = primitive(a), primitive(b)
    if type(a) is str and type(b) is str:
        return a == b
    return to_number(a) == to_number(b)


def less(a: Value, b: Value) -> bool:
    """JavaScript's `a < b`: texts by UTF-16 code units, all else as numbers."""
    a, b = primitive(a), primitive(b)
    if type(a) is str and type(b) is str:
        return _units(a) < _units(b) if not (a.isascii() and b.isascii()) else a < b
    return to_number(a) < to_number(b)


def less_or_equal(a: Value, b: Value) -> bool:
    """JavaScript's `a <= b`."""
    a, b = primitive(a), primitive(b)
    if type(a) is str and type(b) is str:
        return _units(a) <= _units(b)
    return to_number(a) <= to_number(b)


def primitive(value: Value) -> Value:
    """JavaScript's ToPrimitive: arrays and objects become text."""
    return to_string(value) if _is_compound(value) else value


def length(text: str) -> int:
    """How many UTF-16 code units the text has."""
    return len(text) if text.isascii() else len(_units(text)) // 2


def cut(text: str, start: int, end: int) -> str:
    """The code units from `start` to before `end`; half a surrogate pair stays half."""
    if text.isascii():
        return text[start:end]
    return _units(text)[2 * start : 2 * end].decode("utf-16-be", "surrogatepass")


def _units(text: str) -> bytes:
    return paid(text).encode("utf-16-be", "surrogatepass")


def is_number(value: Value) -> bool:
    """Whether it is a number: `true` is none."""
    return type(value) is int or type(value) is float


def _is_compound(value: Value) -> bool:
    return type(value) is list or type(value) is dict


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _numeric(text: str) -> float:
    match = _NUMERIC.fullmatch(paid(text).strip(SPACE))
    if match is None:
        return NAN
    if match[1]:
        return float(match[1])
    return _double(int(match[2], 0)) if match[2] else 0.0


def _digits(value: float) -> str:
    """JavaScript's Number::toString. Both languages print the shortest digits that read back as the same double."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
