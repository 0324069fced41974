"""Elements of a list by their place: the first is 0, the last -1."""

from __future__ import annotations

import math
from typing import Final

from rules.budget import paid
from rules.javascript import UNDEFINED, Value, strict_equal, to_number
from rules.kinds import Kind
from rules.operator import Example, partial, pure
from rules.values import Json


def at(rows: Value = UNDEFINED, index: Value = UNDEFINED) -> Value:
    """The element at a whole number, counted from the end where that is negative; None where there is none."""
    place = to_number(index) if type(index) is int or type(index) is float else math.nan
    if type(rows) is not list or not place.is_integer() or not -len(rows) <= place < len(rows):
        return None
    return rows[int(place)]


def first(rows: Value = UNDEFINED) -> Value:
    """The first element; None where there is none."""
    return at(rows, 0)


def last(rows: Value = UNDEFINED) -> Value:
    """The last element; None where there is none."""
    return at(rows, -1)


def index_of(rows: Value = UNDEFINED, wanted: Value = UNDEFINED) -> int:
    """Where an element stands first, or -1."""
    among = paid(rows) if type(rows) is list else ()
    return next((place for place, item in enumerate(among) if strict_equal(item, wanted)), -1)


def part(rows: Value = UNDEFINED, start: Value = 0, end: Value = UNDEFINED) -> list[Value]:
    """The elements from `start` to before `end`, each counted from the end where negative."""
    if type(rows) is not list:
        return []
    return rows[_bound(start, rows, 0) : _bound(end, rows, len(rows))]


def _bound(value: Value, rows: list[Value], default: int) -> int:
    """JavaScript's reading of an argument of `slice`."""
    if value is UNDEFINED or value is None:
        return default
    found = to_number(value)
    if found != found:
        return 0
    found = max(-len(rows), min(len(rows), found))
    return math.trunc(found) + (len(rows) if found <= -1 else 0)


ROWS: Final[Json] = {"viewed": ["tea", "coffee", "milk"]}
NOT_THERE: Final = "as soon as an argument is, and where there is no such element"
NO_LIST: Final = "none: of what is no list it is null"

OPERATORS: Final = (
    partial(
        "at",
        "The element of a list at a place: 0 is the first, -1 the last.",
        (
            Example({"at": [{"var": "viewed"}, 1]}, ROWS, "coffee"),
            Example({"at": [{"var": "viewed"}, -1]}, ROWS, "milk"),
            Example({"at": [{"var": "viewed"}, 9]}, ROWS, None),
        ),
        at,
        "list",
        least=2,
        most=2,
        takes=(Kind.LIST, Kind.NUMBER),
        phrase="the element of {0} at {1}",
        unknown=NOT_THERE,
        coercion=NO_LIST,
    ),
    partial(
        "first",
        "The first element of a list.",
        (Example({"first": {"var": "viewed"}}, ROWS, "tea"),),
        first,
        "list",
        most=1,
        takes=(Kind.LIST,),
        phrase="the first of {0}",
        unknown=NOT_THERE,
        coercion=NO_LIST,
    ),
    partial(
        "last",
        "The last element of a list.",
        (Example({"last": {"var": "viewed"}}, ROWS, "milk"),),
        last,
        "list",
        most=1,
        takes=(Kind.LIST,),
        phrase="the last of {0}",
        unknown=NOT_THERE,
        coercion=NO_LIST,
    ),
    pure(
        "index_of",
        "At which place of a list an element stands first; -1 where it is not in it.",
        (
            Example({"index_of": [{"var": "viewed"}, "coffee"]}, ROWS, 1),
            Example({"index_of": [{"var": "viewed"}, "cocoa"]}, ROWS, -1),
        ),
        index_of,
        "list",
        least=2,
        most=2,
        takes=(Kind.LIST, Kind.ANY),
        phrase="the place of {1} in {0}",
    ),
    pure(
        "slice",
        "A part of a list: from which place, to before which; negative places count from the end.",
        (
            Example({"slice": [{"var": "viewed"}, 0, 2]}, ROWS, ["tea", "coffee"]),
            Example({"slice": [{"var": "viewed"}, -2]}, ROWS, ["coffee", "milk"]),
        ),
        part,
        "list",
        least=2,
        most=3,
        takes=(Kind.LIST, Kind.NUMBER),
        phrase="a part of {0} from place {1}",
    ),
)
