"""Fields: the typed inputs of a module type, and what a kind of field must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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
    """One field of a type. `maximum` bounds a text's length, a number's value, a list's or items' count."""

    name: str
    kind: FieldKind
    role: Role
    title: str = ""
    help: str = ""
    required: bool = False
    localised: bool = True
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    to: str | None = None
    of: Mapping[str, Field] = field(default_factory=dict)


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
    the channel-neutral form of a checked value, its parts called `name`. `example` is a value that passes.
    `references(value, field, at)` yields what a checked value names, `words(value, field)` the texts that a search
    looks into.
    """

    name: str
    summary: str
    example: Json
    roles: tuple[Role, ...]
    check: Callable[[Json, Field, str], Iterable[Finding]]
    parts: Callable[[Field, Json, str], Iterable[Part]]
    references: Callable[[Json, Field, str], Iterable[Reference]] = no_references
    words: Callable[[Json, Field], Iterable[str]] = no_words


def wrong_kind(at: str, wanted: str, value: Json, example: str) -> Finding:
    """The finding for a value that is not of its field's kind."""
    return Finding(at, f"{wanted} was expected, not {_named(value)}", f"for example {example}")


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
