"""The checked tree that a rule becomes: constants, lists, calls and event readings, each knowing its place.

Nobody changes a node once it is made. They are not frozen because that makes each cost twice as much, and
a rule is made of many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from rules.values import Json

FOREVER: Final = float("inf")
"""The window of a reading that names none."""


@dataclass(slots=True)
class Const:
    """A value written in the rule: a text, a number, or an object that is no operation."""

    pointer: str
    value: Json

    @property
    def logic(self) -> Json:
        """The JSON that this was parsed from."""
        return copied(self.value)


@dataclass(slots=True)
class Array:
    """A list whose elements may be operations."""

    pointer: str
    items: tuple[Node, ...]

    @property
    def logic(self) -> Json:
        """The JSON that this was parsed from."""
        return [item.logic for item in self.items]


@dataclass(slots=True)
class Call:
    """An operation with its arguments; `bare` where the one argument stood without a list around it."""

    pointer: str
    operator: str
    args: tuple[Node, ...]
    bare: bool = False

    @property
    def logic(self) -> Json:
        """The JSON that this was parsed from."""
        return {self.operator: self.args[0].logic if self.bare else [arg.logic for arg in self.args]}


@dataclass(slots=True)
class Events:
    """A reading of the event log. `place` points to what it was parsed from; `within` and `not_followed_within` are
    windows in seconds."""

    pointer: str
    place: str
    type: str
    within: float
    measure: str
    field: str
    where: Node | None
    not_followed_by: str
    spec: dict[str, Json]
    not_followed_within: float = FOREVER

    operator = "events"

    @property
    def logic(self) -> Json:
        """The JSON that this was parsed from."""
        return {self.operator: copied(self.spec)}


Node: TypeAlias = "Const | Array | Call | Events"

SCOPED: Final = frozenset({"map", "filter", "reduce", "all", "none", "some"})
"""Operators whose second argument reads the element, not the facts."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below."""
    match node:
        case Const():
            return ()
        case Call():
            return node.args
        case Array():
            return node.items
        case Events(where=where) if where is not None:
            return (where,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def operations(node: Node) -> list[Call | Events]:
    """Every operation in this tree. Constants are most of a tree, so they are passed over quickly."""
    found: list[Call | Events] = []
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call | Events):
            found.append(node)
        waiting += [child for child in children(node) if child.__class__ is not Const]
    return found


def readings(node: Node) -> tuple[Events, ...]:
    """Every reading of the event log in this tree."""
    return tuple(found for found in walk(node) if isinstance(found, Events))


def is_scoped(node: Node, index: int) -> bool:
    """Whether the child at `index` reads an element or an event instead of the facts."""
    return isinstance(node, Events) or (isinstance(node, Call) and node.operator in SCOPED and index == 1)


def below(pointer: str, step: str | int) -> str:
    """The pointer one step further down (RFC 6901)."""
    name = str(step)
    if "~" in name or "/" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{name}"


def copied(value: Json) -> Json:
    """The same value, shared with nobody."""
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value
