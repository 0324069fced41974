"""What Python source is made of: expressions that are complete in themselves, and how each scope is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol

from rules.javascript import UNDEFINED, Value

if TYPE_CHECKING:
    from rules.source.writer import Writer

EMPTY: Final[dict[str, Value]] = {}
"""What is read further where nothing is at the first step of a path."""


SAMPLE: Final = 20
"""Elements of a list that are looked at to know the others."""


class Form(Enum):
    """What is known of a piece before it runs. A `DOUBLE` is a number, not yet as JSON would write it."""

    CONSTANT = auto()
    BOOLEAN = auto()
    DOUBLE = auto()
    LIST = auto()
    VALUE = auto()


@dataclass(slots=True)
class Piece:
    """An expression that can stand anywhere. Nobody changes it.

    `present` where it is never null, or so seldom that an exception is well spent on it; `seen` are values that it had.
    """

    text: str
    form: Form = Form.VALUE
    constant: Value = None
    present: bool = False
    seen: tuple[Value, ...] = ()

    @property
    def is_often_float(self) -> bool:
        """Whether most of the values seen were floats."""
        return 2 * sum(value.__class__ is float for value in self.seen) > len(self.seen)


class Scope(Protocol):
    """What `var` reads at some place of a rule."""

    def whole(self, writer: Writer) -> str:
        """All of it, as an expression."""
        ...

    def at(self, writer: Writer, path: tuple[str, ...], default: Value) -> Piece | None:
        """What is at a path, else the default (`UNDEFINED`: none); None where only a call can read that."""
        ...


@dataclass(frozen=True, slots=True)
class Data:
    """What a rule is asked about. What several paths begin with is read once, in front of everything.

    `seen` is what it was asked about before: what facts stand in (`profile`, `context`) is taken to be there again.
    """

    seen: tuple[Value, ...] = ()
    name: str = "data"

    def whole(self, writer: Writer) -> str:
        """The name."""
        return self.name

    def at(self, writer: Writer, path: tuple[str, ...], default: Value) -> Piece | None:
        """The path step by step; a step that is not there reads nothing."""
        if not path or not is_plain(path):
            return Piece(self.name) if not path else None
        text = self.opened(writer, path[:-1])
        return Piece(_last(writer, text, path[-1], default), seen=_along(self.seen, path))

    def opened(self, writer: Writer, path: tuple[str, ...]) -> str:
        """What is at the path; empty where nothing is."""
        begun = next((size for size in range(len(path), 0, -1) if path[:size] in writer.begun), 0)
        text = writer.begun[path[:begun]] if begun else self.name
        return _opened(writer, text, path[begun:], sure=not begun and _have(self.seen, path[:1]))


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a list; `seen` are elements that such lists had, which tell what the others are like."""

    name: str
    seen: tuple[Value, ...] = ()

    def whole(self, writer: Writer) -> str:
        """The name."""
        return self.name

    def at(self, writer: Writer, path: tuple[str, ...], default: Value) -> Piece | None:
        """The path step by step; what every element has is taken to be there again, and not null."""
        if not path or not is_plain(path):
            return None if path else Piece(self.name, seen=self.seen)
        seen, sure = _along(self.seen, path), _have(self.seen, path[:1])
        if len(path) == 1 and default is UNDEFINED and sure:
            return Piece(f"{self.name}[{writer.bind(path[0])}]", present=None not in seen, seen=seen)
        return Piece(_last(writer, _opened(writer, self.name, path[:-1], sure=sure), path[-1], default), seen=seen)


@dataclass(slots=True)
class Reduction:
    """What `reduce` reads: the element, and the value so far. Who reads both as one object reads the `same` one."""

    current: str
    accumulator: Piece
    seen: tuple[Value, ...] = ()
    same: str = ""

    def whole(self, writer: Writer) -> str:
        """Both as one object, which the loop makes first."""
        self.same = self.same or writer.fresh()
        return self.same

    def object(self, writer: Writer) -> str:
        """The object itself."""
        current, accumulator = writer.ours("current"), writer.ours("accumulator")
        return f"{{{current}: {self.current}, {accumulator}: {writer.plain(self.accumulator).text}}}"

    def at(self, writer: Writer, path: tuple[str, ...], default: Value) -> Piece | None:
        """One of both, or what is in the element."""
        if not path:
            return Piece(self.whole(writer))
        if path == ("accumulator",):
            return self.accumulator
        if path[:1] == ("current",) and (len(path) > 1 or default is UNDEFINED):
            return Element(self.current, self.seen).at(writer, path[1:], default)
        return None


def elements(piece: Piece) -> tuple[Value, ...]:
    """Some elements of the lists that a piece was seen to be."""
    return tuple(row for value in piece.seen if value.__class__ is list for row in value[:SAMPLE])


def _opened(writer: Writer, text: str, path: tuple[str, ...], *, sure: bool) -> str:
    for at, key in enumerate(path):
        name = writer.bind(key)
        text = f"{text}[{name}]" if sure and not at else f"{text}.get({name}, {writer.ours(EMPTY)})"
    return text


def _along(seen: tuple[Value, ...], path: tuple[str, ...]) -> tuple[Value, ...]:
    """What was at the path."""
    for key in path:
        seen = tuple(value.get(key) if isinstance(value, Mapping) else None for value in seen)
    return seen


def _have(seen: tuple[Value, ...], path: tuple[str, ...]) -> bool:
    """Whether all that was seen has the key."""
    return bool(seen and path) and all(isinstance(value, Mapping) and path[0] in value for value in seen)


def is_plain(path: tuple[str, ...]) -> bool:
    """Whether the path leads through objects alone: no key that lists and texts have too."""
    return not any(key == "length" or key[:1].isdigit() for key in path)


def _last(writer: Writer, text: str, key: str, default: Value) -> str:
    name = writer.bind(key)
    return f"{text}.get({name})" if default is UNDEFINED else f"{text}.get({name}, {writer.constant(default).text})"
