"""Dates and times in words: moments, weekdays, lengths of time, and the operators that work with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rules.explaining.words import Say, Words, figure, said_moment, spell
from rules.kinds import Kind
from rules.nodes import Call, Const, Node
from rules.operators.reading import fixed_path
from rules.table import OPERATORS
from rules.values import Json

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

INSTANTS: Final = frozenset({"now", "date", "date_add"})
"""Operators that give a moment."""

Speak = Callable[[Json], str]


def speaker(node: Call, words: Words) -> Speak:
    """How the constants of a predicate are said: as the fact, the weekday or the moment that they are compared with."""
    operator = OPERATORS.get(node.operator)
    if operator is not None and operator.kind(0) is Kind.MOMENT:
        return said_moment
    calls = [arg for arg in node.args if isinstance(arg, Call)]
    if any(arg.operator in INSTANTS for arg in calls):
        return said_moment
    if any(arg.operator == "date_part" and _constant(arg, 1) == "weekday" for arg in calls):
        return said_weekday
    path = next((path for path in map(fixed_path, calls) if path), ())
    return said_moment if words.is_moment(path) else _of_fact(path, words)


def said_weekday(value: Json) -> str:
    """A weekday by its number."""
    return WEEKDAYS[value - 1] if type(value) is int and 1 <= value <= len(WEEKDAYS) else spell(value)


def said_date(node: Call, words: Words, say: Say) -> str | None:
    """An operator of dates in words; None for any other, or one whose unit is worked out."""
    match node.operator:
        case "date_part":
            return _part(node, words, say)
        case "date_diff":
            return _length(node, words, say)
        case "date_add":
            return _later(node, words, say)
        case "date":
            return _written(node)
        case _:
            return None


def _part(node: Call, words: Words, say: Say) -> str | None:
    part = _constant(node, 1)
    if not isinstance(part, str):
        return None
    at = node.args[0]
    when = " now" if isinstance(at, Call) and at.operator == "now" else f" of {_at(at, words, say)}"
    return f"the {part}{when}{_zone(node, 2)}"


def _length(node: Call, words: Words, say: Say) -> str | None:
    unit = _constant(node, 2)
    if not isinstance(unit, str):
        return None
    start, end = (_at(arg, words, say) for arg in node.args[:2])
    return f"the {unit}s from {start} to {end}{_zone(node, 3)}"


def _later(node: Call, words: Words, say: Say) -> str | None:
    amount, unit = _constant(node, 1), _constant(node, 2)
    if not isinstance(unit, str) or (type(amount) is not int and type(amount) is not float):
        return None
    count = f"{figure(abs(amount))} {unit}{'' if abs(amount) == 1 else 's'}"
    return f"{_at(node.args[0], words, say)} {'minus' if amount < 0 else 'plus'} {count}"


def _written(node: Call) -> str | None:
    values = [arg.value for arg in node.args if isinstance(arg, Const)]
    numbers = [value for value in values if type(value) is int]
    if len(numbers) == 3:
        return said_moment("-".join(f"{number:02}" for number in numbers)) + _zone(node, 3)
    return said_moment(values[0]) + _zone(node, 1) if values and len(values) == len(node.args) else None


def _at(node: Node, words: Words, say: Say) -> str:
    return said_moment(node.value) if isinstance(node, Const) else say(node, words)


def _zone(node: Call, at: int) -> str:
    zone = _constant(node, at)
    return f" in {zone}" if isinstance(zone, str) else ""


def _constant(node: Call, at: int) -> Json:
    arg = node.args[at] if at < len(node.args) else None
    return arg.value if isinstance(arg, Const) else None


def _of_fact(path: tuple[str, ...], words: Words) -> Speak:
    return lambda value: words.value(value, path)
