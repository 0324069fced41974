"""Python source from the checked tree. Every text in it is ours: whatever an author wrote is bound as an argument.

A node becomes a `Piece`; what an expression cannot say is put into lines before it. Names are `k0`, `k1`… for what is
bound and `v0`, `v1`… for what is worked out, and there are no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from rules.javascript import Value, number, truthy
from rules.nodes import Array, Call, Const, Node
from rules.operator import Builder, Operator
from rules.source.pieces import Form, Piece, Scope

DEEPEST: Final = 12
"""Levels of a rule that are written out; what is deeper is called."""

LARGEST: Final = 200
"""Nodes of a rule that are written out."""

T = TypeVar("T")


class Writer:
    """The source of one function while it is written: its lines, and what is bound to its `k`s."""

    def __init__(self, operators: Mapping[str, Operator], builder: Builder, scope: Scope) -> None:
        self.operators = operators
        self.builder = builder
        self.scope = scope
        self.lines: list[str] = []
        self.bound: list[Value] = []
        self.begun: dict[tuple[str, ...], str] = {}
        self.given: dict[int, Piece] = {}
        self._ours: dict[int, str] = {}
        self._fresh = 0
        self._depth = 0
        self.size = 0
        self.visited = ""
        """The name under which the source counts the elements that it visits; empty where it visits none."""

    def bind(self, value: Value) -> str:
        """The name under which the source has this value."""
        self.bound.append(value)
        return f"k{len(self.bound) - 1}"

    def ours(self, value: Value) -> str:
        """The same for what is no author's: bound once, wherever it is needed."""
        if id(value) not in self._ours:
            self._ours[id(value)] = self.bind(value)
        return self._ours[id(value)]

    def fresh(self) -> str:
        """A name that nothing has yet."""
        self._fresh += 1
        return f"v{self._fresh - 1}"

    def line(self, text: str) -> None:
        """One more line."""
        self.lines.append(text)

    def block(self, head: str, lines: list[str]) -> None:
        """Lines under a head."""
        self.lines.append(head)
        self.lines.extend(f" {line}" for line in lines or ["pass"])

    def apart(self, write: Callable[[], T]) -> tuple[T, list[str]]:
        """What is written, and its lines by themselves: they run only where they are put."""
        outer, self.lines = self.lines, []
        made = write()
        lines, self.lines = self.lines, outer
        return made, lines

    def within(self, scope: Scope, write: Callable[[], T]) -> T:
        """What is written while `var` reads another scope."""
        outer, self.scope = self.scope, scope
        made = write()
        self.scope = outer
        return made

    def operand(self, node: Node, *, truth: bool = False) -> Piece:
        """The node where a double will do, and where `truth` is set anything that is as true as it."""
        if id(node) in self.given:
            return self.given[id(node)]
        if isinstance(node, Const) and not isinstance(node.value, dict):
            return self.constant(node.value)
        self.size += 1
        self._depth += 1
        piece = self._written(node, truth) if self._depth <= DEEPEST and self.size <= LARGEST else None
        self._depth -= 1
        return piece or self.called(node)

    def value(self, node: Node) -> Piece:
        """The node as JSON would write it."""
        return self.plain(self.operand(node))

    def plain(self, piece: Piece) -> Piece:
        """The same as JSON would write it: a whole number is an int."""
        return Piece(f"{self.ours(number)}({piece.text})") if piece.form is Form.DOUBLE else piece

    def condition(self, node: Node) -> str:
        """An expression that Python takes for true where JSON-logic does."""
        return self.as_condition(self.operand(node, truth=True))

    def as_condition(self, piece: Piece) -> str:
        """The same of a piece."""
        if piece.form is Form.CONSTANT:
            return str(truthy(piece.constant))
        if piece.form is Form.BOOLEAN or piece.form is Form.LIST:
            return piece.text
        first, name = self.named(piece)
        if piece.form is Form.DOUBLE:
            return f"({first} == {name} and {name} != 0)"
        return f"({first} is True or {name} is not False and {name} is not None and {self.ours(truthy)}({name}))"

    def named(self, piece: Piece) -> tuple[str, str]:
        """The piece where it is said first, and where it is said again."""
        if piece.text.isalnum():
            return piece.text, piece.text
        name = self.fresh()
        return f"({name} := {piece.text})", name

    def settled(self, piece: Piece) -> Piece:
        """The same piece under a name, worked out in a line of its own."""
        if piece.text.isalnum():
            return piece
        name = self.fresh()
        self.line(f"{name} = {piece.text}")
        return replace(piece, text=name)

    def constant(self, value: Value) -> Piece:
        """A value that is written in the rule."""
        text = str(value) if value is None or value is True or value is False else self.bind(value)
        return Piece(text, Form.CONSTANT, value, value is not None)

    def called(self, node: Node) -> Piece:
        """The node as a call of what it is built to."""
        form = Form.BOOLEAN if self.builder.is_boolean(node) else Form.VALUE
        return Piece(f"{self.bind(self.builder.value(node))}({self.scope.whole(self)}, facts)", form)

    def applied(self, node: Call) -> Piece | None:
        """The operator's function called with the arguments; None where it has none, or too few arguments."""
        operator = self.operators[node.operator]
        args = node.args[: operator.most]
        if operator.apply is None or len(args) < operator.least:
            return None
        return self.applying(operator, [self.value(arg) for arg in args])

    def applying(self, operator: Operator, pieces: list[Piece]) -> Piece:
        """The operator's function called with these."""
        given = ", ".join(piece.text for piece in pieces)
        return Piece(f"{self.ours(operator.apply)}({given})", Form.BOOLEAN if operator.boolean else Form.VALUE)

    def _written(self, node: Node, truth: bool) -> Piece | None:
        if isinstance(node, Array):
            return Piece(f"[{', '.join(self.value(item).text for item in node.items)}]", Form.LIST, present=True)
        operator = self.operators.get(node.operator) if isinstance(node, Call) else None
        if operator is None or not isinstance(node, Call) or len(node.args) < operator.least:
            return None
        kept = len(self.lines)
        piece = self.applied(node) if operator.write is None else operator.write(node, self, truth)
        if piece is None:
            del self.lines[kept:]
        return piece
