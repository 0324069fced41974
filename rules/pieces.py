"""What Python source is made of: expressions that are complete in themselves, and how each scope is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol

from rules.javascript import UNDEFINED, Value

if TYPE_CHECKING:
    from rules.writer import Writer

EMPTY: Final[dict[str, Value]] = {}
"""What is read further where nothing is at the first step of a path."""


class Form(Enum):
    """What is known of a piece before it runs. A `DOUBLE` is a number, not yet as JSON would write it."""

    CONSTANT = auto()
    BOOLEAN = auto()
    DOUBLE = auto()
    LIST = auto()
    VALUE = auto()


@dataclass(slots=True)
class Piece:
    """An expression that can stand anywhere. `present` where it is never null. Nobody changes it."""

    text: str
    form: Form = Form.VALUE
    constant: Value = None
    present: bool = False


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

    Facts are often absent, but what they stand in (`profile`, `context`) is taken to be there.
    """

    name: str = "data"

    def whole(self, writer: Writer) -> str:
        """The name."""
        return self.name

    def at(self, writer: Writer, path: tuple[str, ...], default: Value) -> Piece | None:
        """The path step by step; a step further in that is not there reads nothing."""
        if not path or not is_plain(path):
            return Piece(self.name) if not path else None
        begun = next((n for n in range(len(path) - 1, 0, -1) if path[:n] in writer.begun), 0)
        text = writer.begun[path[:begun]] if begun else self.name
        return Piece(_last(writer, opened(writer, text, path[begun:-1], begun), path[-1], default))


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a list."""

    name: str

    def whole(self, writer: Writer) -> str:
        """The name."""
        return self.name

    def at(self, writer: Writer, path: tuple[str, ...], default: Value) -> Piece | None:
        """The path step by step. Elements of a list are alike: the first step is taken to be there, and not null."""
        if not path or not is_plain(path):
            return None if path else Piece(self.name)
        if len(path) == 1 and default is UNDEFINED:
            return Piece(f"{self.name}[{writer.bind(path[0])}]", present=True)
        return Piece(_last(writer, opened(writer, self.name, path[:-1], 0), path[-1], default))


@dataclass(slots=True)
class Reduction:
    """What `reduce` reads: the element, and the value so far. Who reads both as one object reads the `same` one."""

    current: str
    accumulator: Piece
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
            return Element(self.current).at(writer, path[1:], default)
        return None


def opened(writer: Writer, text: str, path: tuple[str, ...], begun: int = 0) -> str:
    """What is at the path from here, `begun` steps in already; empty where nothing is, but for the first step."""
    for at, key in enumerate(path, begun):
        name = writer.bind(key)
        text = f"{text}.get({name}, {writer.ours(EMPTY)})" if at else f"{text}[{name}]"
    return text


def is_plain(path: tuple[str, ...]) -> bool:
    """Whether the path leads through objects alone: no key that lists and texts have too."""
    return not any(key == "length" or key[:1].isdigit() for key in path)


def _last(writer: Writer, text: str, key: str, default: Value) -> str:
    name = writer.bind(key)
    return f"{text}.get({name})" if default is UNDEFINED else f"{text}.get({name}, {writer.constant(default).text})"
