"""How list operators are written as Python source: plain loops, and one loop where a list is only passed on.

`some` of a `filter` of a `map` never makes the lists between. That is done only where nothing in between can fail,
so that nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from rules.budget import OPERATIONS
from rules.nodes import Call, Node, walk
from rules.source.pieces import Element, Form, Piece, Reduction, elements
from rules.source.writer import LARGEST, Writer

Body = Callable[[Element], None]
"""What is written for an element."""

LONGEST: Final = OPERATIONS // LARGEST
"""Elements that a rule which is written out can visit within its budget, whatever it asks of each."""

NEVER_FAIL: Final = frozenset({"logic", "comparison", "arithmetic", "membership", "reading"})
"""Families whose operators give a value for everything."""


def write_some(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """True as soon as one element passes."""
    return _found(node, writer, start="False", found="True")


def write_none(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """False as soon as one element passes."""
    return _found(node, writer, start="True", found="False")


def write_all(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """False as soon as one element fails, and for no element."""
    name = writer.fresh()

    def body(row: Element) -> None:
        condition = writer.within(row, lambda: writer.condition(node.args[1]))
        writer.block(f"if {condition}:", [f"{name} = True"])
        writer.block("else:", [f"{name} = False", "break"])

    writer.line(f"{name} = False")
    _each(node.args[0], writer, body)
    return Piece(name, Form.BOOLEAN)


def write_filter(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The elements that pass."""
    name = writer.fresh()
    writer.line(f"{name} = []")
    _passing(node, writer, lambda row: writer.line(f"{name}.append({row.name})"))
    return Piece(name, Form.LIST, present=True)


def write_map(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The elements made anew."""
    name = writer.fresh()
    writer.line(f"{name} = []")
    _made(node, writer, lambda text: writer.line(f"{name}.append({text})"))
    return Piece(name, Form.LIST, present=True)


def write_reduce(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The value after the last element; a double all the way where it starts as a number and stays one."""
    initial = writer.value(node.args[2]) if len(node.args) > 2 else Piece("None", Form.CONSTANT)
    name, kept = writer.fresh(), len(writer.lines)
    if initial.form is Form.CONSTANT and type(initial.constant) in {int, float}:
        writer.line(f"{name} = {writer.bind(float(initial.constant))}")
        if _reduced(node, writer, Piece(name, Form.DOUBLE)).form is Form.DOUBLE:
            return Piece(name, Form.DOUBLE)
        del writer.lines[kept:]
    writer.line(f"{name} = {initial.text}")
    _reduced(node, writer, Piece(name))
    return Piece(name)


def _reduced(node: Call, writer: Writer, accumulator: Piece) -> Piece:
    made: list[Piece] = []

    def body(row: Element) -> None:
        scope = Reduction(row.name, accumulator, row.seen)
        piece, lines = writer.apart(lambda: writer.within(scope, lambda: writer.operand(node.args[1])))
        if scope.same:
            writer.line(f"{scope.same} = {scope.object(writer)}")
        writer.lines += lines
        made.append(piece)
        text = piece.text if accumulator.form is Form.DOUBLE else writer.plain(piece).text
        writer.line(f"{accumulator.text} = {text}")

    _each(node.args[0], writer, body)
    return made[0]


def _found(node: Call, writer: Writer, *, start: str, found: str) -> Piece:
    name = writer.fresh()

    def body(row: Element) -> None:
        condition = writer.within(row, lambda: writer.condition(node.args[1]))
        writer.block(f"if {condition}:", [f"{name} = {found}", "break"])

    writer.line(f"{name} = {start}")
    _each(node.args[0], writer, body)
    return Piece(name, Form.BOOLEAN)


def _each(node: Node, writer: Writer, body: Body) -> None:
    """The loop over the elements of a node; nothing where it is no list."""
    if isinstance(node, Call) and len(node.args) == 2 and _cannot_fail(writer, node.args[1]):
        if node.operator == "filter":
            return _passing(node, writer, body)
        if node.operator == "map":
            return _made(node, writer, lambda text: _under_a_name(writer, text, body))
    rows = writer.settled(writer.value(node))
    row = Element(writer.fresh(), elements(rows))
    _, lines = writer.apart(lambda: body(row))
    _, loop = writer.apart(lambda: write_loop(rows.text, row.name, writer, lines))
    if rows.form is Form.LIST:
        return writer.lines.extend(loop)
    return writer.block(f"if {rows.text}.__class__ is list:", loop)


def write_loop(rows: str, row: str, writer: Writer, lines: list[str]) -> None:
    """The loop itself. What visits so much that it may pass the budget is left to closures, which keep the account."""
    visited = writer.visited = writer.visited or writer.fresh()
    writer.line(f"{visited} = {visited} + {writer.ours(len)}({rows})")
    writer.block(f"if {visited} > {writer.ours(LONGEST)}:", [f"{writer.ours(_leave)}()"])
    writer.block(f"for {row} in {rows}:", lines)


def _leave() -> NoReturn:
    raise OverflowError


def _passing(node: Call, writer: Writer, body: Body) -> None:
    def inner(row: Element) -> None:
        condition = writer.within(row, lambda: writer.condition(node.args[1]))
        _, lines = writer.apart(lambda: body(row))
        writer.block(f"if {condition}:", lines)

    _each(node.args[0], writer, inner)


def _made(node: Call, writer: Writer, take: Callable[[str], None]) -> None:
    def inner(row: Element) -> None:
        take(writer.within(row, lambda: writer.value(node.args[1])).text)

    _each(node.args[0], writer, inner)


def _under_a_name(writer: Writer, text: str, body: Body) -> None:
    name = writer.fresh()
    writer.line(f"{name} = {text}")
    body(Element(name))


def _cannot_fail(writer: Writer, node: Node) -> bool:
    found = (writer.operators.get(one.operator) for one in walk(node) if isinstance(one, Call))
    return all(operator is not None and operator.family in NEVER_FAIL for operator in found)
