"""What a community rule is evaluated with: scopes inside scopes, arguments, and errors that can be caught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from rules.errors import RuleError
from rules.javascript import Value, to_string
from rules.nodes import Call, Const, Node
from rules.operator import Example
from rules.values import Json

NAN: Final = "NaN"
INVALID: Final = "Invalid Arguments"
UNKNOWN: Final = "Unknown Operator"

SENTENCES: Final = {
    NAN: ("a value is not a number", "see that every argument is a number, or catch it with `try`"),
    INVALID: ("the operator cannot take these arguments", "look up its arguments in the manual"),
}


class LogicError(RuleError):
    """An error of a community rule that nothing caught: its type, and what was thrown (an object with a `type`)."""

    def __init__(self, kind: str, pointer: str = "", value: Json = None, message: str = "", remedy: str = "") -> None:
        self.type = kind
        self.value: Json = {"type": kind} if value is None else value
        told, way_out = SENTENCES.get(kind, (f"the rule throws {kind!r}", "catch it with `try`"))
        super().__init__(pointer, message or told, remedy or way_out)

    @classmethod
    def thrown(cls, value: Value) -> LogicError:
        """The error that `throw` makes of a value: an object is the error itself, anything else its type."""
        if type(value) is not dict:
            return cls(_shortened(to_string(scalar(value))))
        return cls(_shortened(to_string(scalar(value.get("type", "error")))), value=value)

    def at(self, pointer: str) -> LogicError:
        """The same error, at this place."""
        return LogicError(self.type, pointer, self.value, self.message, self.remedy)


class Scope:
    """What `val` and `var` read, and the scope around it."""

    __slots__ = ("above", "value")

    def __init__(self, value: Value, above: Scope | None = None) -> None:
        self.value = value
        self.above = above

    def inside(self, value: Value, about: Value = None) -> Scope:
        """The scope of an element. Between it and the outer one lies what is told about it, such as its index."""
        return Scope(value, Scope(about, self))


Run: TypeAlias = Callable[[Scope], Value]
"""A compiled community expression."""

Compile: TypeAlias = Callable[[Node], Run]
"""How an operation compiles its arguments."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operator of the community dialect: its words, its examples, and how it is compiled."""

    name: str
    summary: str
    examples: tuple[Example, ...]
    build: Callable[[Call, Compile], Run]


def applied(apply: Callable[..., Value]) -> Callable[[Call, Compile], Run]:
    """The build of an operation that is a function of its arguments' values."""

    def build(node: Call, compiled: Compile) -> Run:
        given = arguments(node, compiled)
        return lambda scope: apply(*given(scope))

    return build


def arguments(node: Call, compiled: Compile) -> Callable[[Scope], list[Value]]:
    """The values of the arguments. One that is not in a list, and gives a list, gives them all (chaining)."""
    runs = tuple(compiled(arg) for arg in node.args)
    if not node.bare:
        return lambda scope: [run(scope) for run in runs]
    (only,) = runs

    def chained(scope: Scope) -> list[Value]:
        value = only(scope)
        return value if type(value) is list else [value]

    return chained


def written(node: Call, compiled: Compile, least: int = 0) -> tuple[Run, ...] | None:
    """The arguments of an operation that evaluates them one by one; None where they are no list that is long enough."""
    if node.bare or len(node.args) < least:
        return None
    return tuple(compiled(arg) for arg in node.args)


def scalar(value: Value) -> Value:
    """The value, which must be no list and no object: those are neither keys nor parts of a text."""
    if type(value) is list or type(value) is dict:
        raise LogicError(INVALID)
    return value


def is_null(node: Node) -> bool:
    """Whether null is written there."""
    return isinstance(node, Const) and node.value is None


def refuse(scope: Scope) -> NoReturn:
    """What an operation without the arguments it needs compiles to."""
    raise LogicError(INVALID)


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"
