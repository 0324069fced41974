"""Fields: the typed inputs of a module type, and what a kind of field must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from modules.parts import Part
from modules.reference import Reference
from rules import Finding, Json


class Role(StrEnum):
    """What a field means to any channel."""

    HEADING = "heading"
    BODY = "body"
    IMAGE = "image"
    ACTION = "action"
    ITEMS = "items"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type.

    `minimum` and `maximum` bound a text's length, a number, a moment (as an instant) or how many there are. `default`
    stands where a body does not name the field; `sample` is what an example of the type shows. Which of the others
    mean something, the kind says in its `options`.
    """

    name: str
    kind: FieldKind
    role: Role
    title: str = ""
    help: str = ""
    required: bool = False
    localised: bool = True
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    many: bool = False
    to: tuple[str, ...] = ()
    of: Mapping[str, Field] = field(default_factory=dict)
    pattern: str = ""
    links: frozenset[str] = frozenset()
    default: Json = None
    sample: Json = None


def whole(value: Json) -> float | None:
    """How many: a whole number, None for anything else."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def no_references(_: Json, __: Field, ___: str) -> Iterable[Reference]:
    """What a value names that names nothing."""
    return ()


def no_words(_: Json, __: Field) -> Iterable[str]:
    """The words of a value that nobody searches for."""
    return ()


@dataclass(frozen=True, slots=True)
class FieldKind:
    """An entry of `FIELD_KINDS`. The first of `roles` is the role of a field that names none.

    `check(value, field, at)` yields what is wrong with a value that is there; `parts(field, value, name)` yields
    the channel-neutral form of a checked value, its parts called `name`. `example` is a value that passes where the
    field has no limits; `made_up(field)` makes one that passes. `schema(field)` is what JSON Schema can say of a value.
    `references(value, field, at)` yields what a checked value names, `words(value, field)` the texts that a search
    looks into.
    `options` are those that only some kinds have, `needs` the one without which there is no such field; `limit` reads
    a `min` or `max`, None for what is none, written as in `limits`.
    """

    name: str
    summary: str
    example: Json
    roles: tuple[Role, ...]
    check: Callable[[Json, Field, str], Iterable[Finding]]
    parts: Callable[[Field, Json, str], Iterable[Part]]
    made_up: Callable[[Field], Json]
    schema: Callable[[Field], dict[str, Any]]
    references: Callable[[Json, Field, str], Iterable[Reference]] = no_references
    words: Callable[[Json, Field], Iterable[str]] = no_words
    options: frozenset[str] = frozenset()
    needs: str = ""
    limit: Callable[[Json], float | None] = whole
    limits: str = "3"


LIMITS: Final = frozenset({"min", "max"})
OPTIONS: Final = frozenset({*LIMITS, "default", "pattern", "choices", "many", "to", "of", "links"})
"""What not every kind of field has."""


def wrong_kind(at: str, wanted: str, value: Json, example: str) -> Finding:
    """The finding for a value that is not of its field's kind."""
    return Finding(at, f"{wanted} was expected, not {_named(value)}", f"for example {example}")


def check_count(count: int, field: Field, at: str, what: str) -> Iterator[Finding]:
    """Whether there are as many as the field wants. None at all is never too few: whether one is needed, is not asked
    here."""
    if field.maximum is not None and count > field.maximum:
        yield Finding(at, f"there are {count} {what}; {field.maximum:g} fit", f"take out {count - field.maximum:g}")
    if field.minimum is not None and 0 < count < field.minimum:
        message = f"there are {count} {what}; at least {field.minimum:g} are wanted"
        yield Finding(at, message, f"add {field.minimum - count:g}")


def check_unique(values: Iterable[str], at: str) -> Iterator[Finding]:
    """Whether none stands there twice."""
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield Finding(f"{at}/{number}", f"{value!r} stands there twice", "take one out")
        seen.add(value)


def bounds(field: Field, least: str, most: str) -> dict[str, Any]:
    """The limits of a field under their names in JSON Schema."""
    found = {least: field.minimum, most: field.maximum}
    return {name: _plain(limit) for name, limit in found.items() if limit is not None}


def _plain(limit: float) -> float | int:
    return int(limit) if limit.is_integer() else limit


def _named(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"
