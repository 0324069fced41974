"""Lists as sets. Elements are the same as JavaScript's `===` says: lists and objects only as themselves.

Where a list is expected, null is an empty list, and any other value a list of one.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from rules.budget import paid
from rules.errors import RuleError
from rules.javascript import UNDEFINED, Value, length, to_number
from rules.kinds import Kind
from rules.operator import Example, Operator, partial, pure
from rules.operators.lists import LONGEST
from rules.values import Json


def elements(value: Value) -> list[Value]:
    """The value as a list."""
    if type(value) is list:
        return paid(value)
    return [] if value is None or value is UNDEFINED else [value]


def identity(value: Value) -> Hashable:
    """Equal for two values exactly where `===` holds between them."""
    kind = type(value)
    if kind is str or value is None:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return (value,)
    if kind is int or kind is float:
        # Not a number is not even itself.
        return to_number(value) if value == value else object()
    return (kind, id(value))


def any_of(some: Value = UNDEFINED, wanted: Value = UNDEFINED) -> bool:
    """Whether one of the wanted is among them."""
    return not _identities(some).isdisjoint(_identities(wanted))


def all_of(some: Value = UNDEFINED, wanted: Value = UNDEFINED) -> bool:
    """Whether all of the wanted are among them."""
    return _identities(wanted) <= _identities(some)


def none_of(some: Value = UNDEFINED, wanted: Value = UNDEFINED) -> bool:
    """Whether none of the wanted is among them."""
    return not any_of(some, wanted)


def union(*values: Value) -> list[Value]:
    """What is in any of the lists, each element once."""
    found: dict[Hashable, Value] = {}
    for value in values:
        for item in elements(value):
            found.setdefault(identity(item), item)
        if len(found) > LONGEST:
            raise RuleError("", f"union made a list of more than {LONGEST:,} elements", "join fewer lists")
    return list(found.values())


def unique(value: Value = UNDEFINED) -> list[Value]:
    """Each element once, in order of first appearance."""
    return union(value)


def intersection(first: Value = UNDEFINED, *others: Value) -> list[Value]:
    """What is in all of the lists, in the order of the first."""
    wanted = [_identities(other) for other in others]
    return [item for item in unique(first) if all(identity(item) in known for known in wanted)]


def difference(first: Value = UNDEFINED, *others: Value) -> list[Value]:
    """What is in the first list and in none of the others."""
    known = frozenset().union(*map(_identities, others))
    return [item for item in unique(first) if identity(item) not in known]


def size(value: Value = UNDEFINED) -> int | None:
    """How many elements a list has, or characters a text (UTF-16 code units); None for what is neither."""
    if type(value) is list:
        return len(value)
    return length(value) if type(value) is str else None


def _identities(value: Value) -> frozenset[Hashable]:
    return frozenset(map(identity, elements(value)))


COERCION: Final = "null is an empty list, any other value that is no list a list of one"
TAGS: Final[Json] = {"tags": ["tea", "vip", "tea"]}


def _asked(name: str, summary: str, example: Example, apply: object, phrase: str) -> Operator:
    return pure(
        name,
        summary,
        (example,),
        apply,  # type: ignore[arg-type]
        "membership",
        least=2,
        most=2,
        boolean=True,
        phrase=phrase,
        takes=(Kind.LIST,),
        coercion=COERCION,
    )


OPERATORS: Final = (
    _asked(
        "any_of",
        "Whether the first list has at least one element of the second.",
        Example({"any_of": [{"var": "tags"}, ["tea", "milk"]]}, TAGS, True),
        any_of,
        "{0} has any of {1}",
    ),
    _asked(
        "all_of",
        "Whether the first list has every element of the second.",
        Example({"all_of": [{"var": "tags"}, ["tea", "milk"]]}, TAGS, False),
        all_of,
        "{0} has all of {1}",
    ),
    _asked(
        "none_of",
        "Whether the first list has no element of the second.",
        Example({"none_of": [{"var": "tags"}, ["milk", "sugar"]]}, TAGS, True),
        none_of,
        "{0} has none of {1}",
    ),
    pure(
        "union",
        "What is in any of the lists, each element once.",
        (Example({"union": [["a", "b"], ["b", "c"]]}, None, ["a", "b", "c"]),),
        union,
        "list",
        takes=(Kind.LIST,),
        phrase="all of {all} together",
        coercion=COERCION,
    ),
    pure(
        "intersection",
        "What is in all of the lists, each element once.",
        (Example({"intersection": [["a", "b"], ["b", "c"]]}, None, ["b"]),),
        intersection,
        "list",
        least=2,
        takes=(Kind.LIST,),
        phrase="what is in each of {all}",
        coercion=COERCION,
    ),
    pure(
        "difference",
        "What is in the first list and in none of the others, each element once.",
        (Example({"difference": [["a", "b"], ["b", "c"]]}, None, ["a"]),),
        difference,
        "list",
        least=2,
        takes=(Kind.LIST,),
        phrase="what of {all} is in the first alone",
        coercion=COERCION,
    ),
    pure(
        "unique",
        "Each element once, in order of first appearance.",
        (
            Example({"unique": [["b", "a", "b"]]}, None, ["b", "a"]),
            Example({"unique": {"var": "tags"}}, TAGS, ["tea", "vip"]),
        ),
        unique,
        "list",
        most=1,
        takes=(Kind.LIST,),
        phrase="the different ones of {0}",
        coercion=COERCION,
    ),
    partial(
        "size",
        "How many elements a list has, or characters a text.",
        (Example({"size": {"var": "tags"}}, TAGS, 3), Example({"size": "tea"}, None, 3)),
        size,
        "list",
        most=1,
        phrase="the size of {0}",
        unknown="as soon as its argument is, and of what is neither list nor text",
        coercion="none: of what is neither list nor text it is null",
    ),
)
