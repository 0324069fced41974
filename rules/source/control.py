"""How `and`, `or`, `!`, `!!` and `if` are written as Python source: lines that run only where they must."""

from __future__ import annotations

from collections.abc import Callable

from rules.nodes import Call, Node
from rules.source.pieces import Form, Piece
from rules.source.writer import Writer


def write_and(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The first argument that is false, else the last."""
    return _first(node, writer, truth, stop=False)


def write_or(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The first argument that is true, else the last."""
    return _first(node, writer, truth, stop=True)


def write_not(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The opposite truth."""
    return Piece(f"(not {writer.condition(node.args[0])})", Form.BOOLEAN)


def write_sure(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The truth as a boolean."""
    piece = writer.operand(node.args[0], truth=truth)
    if truth or piece.form is Form.BOOLEAN:
        return Piece(writer.as_condition(piece), Form.BOOLEAN)
    return Piece(f"(True if {writer.as_condition(piece)} else False)", Form.BOOLEAN)


def write_if(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """The value after the first true condition, else the last value, else null."""
    return _choice(node, 0, writer, truth)


def _first(node: Call, writer: Writer, truth: bool, *, stop: bool) -> Piece:
    if truth or all(writer.builder.is_boolean(arg) for arg in node.args):
        write = writer.condition if truth else lambda arg: writer.value(arg).text
        return Piece(_joined(node, writer, "or" if stop else "and", write), Form.BOOLEAN)
    name = writer.fresh()
    piece = writer.value(node.args[0])
    writer.line(f"{name} = {piece.text}")
    for arg in node.args[1:]:
        form = piece.form if piece.form in {Form.BOOLEAN, Form.LIST} else Form.VALUE
        test = writer.as_condition(Piece(name, form))
        piece, lines = writer.apart(lambda arg=arg: writer.value(arg))  # type: ignore[misc]
        writer.block(f"if not {test}:" if stop else f"if {test}:", [*lines, f"{name} = {piece.text}"])
        if piece.form is not form:
            piece = Piece(name)
    return Piece(name)


def _joined(node: Call, writer: Writer, junction: str, write: Callable[[Node], str]) -> str:
    text = write(node.args[0])
    for arg in node.args[1:]:
        condition, lines = writer.apart(lambda arg=arg: write(arg))  # type: ignore[misc]
        if not lines:
            text = f"{text} {junction} {condition}"
            continue
        name = writer.fresh()
        writer.line(f"{name} = {text}")
        writer.block(f"if {name}:" if junction == "and" else f"if not {name}:", [*lines, f"{name} = {condition}"])
        text = name
    return f"({text})"


def _choice(node: Call, at: int, writer: Writer, truth: bool) -> Piece:
    left = len(node.args) - at
    if left == 0:
        return Piece("None", Form.CONSTANT)
    if left == 1:
        return _branch(node, at, writer, truth)
    condition = writer.condition(node.args[at])
    then, then_lines = writer.apart(lambda: _branch(node, at + 1, writer, truth))
    other, other_lines = writer.apart(lambda: _choice(node, at + 2, writer, truth))
    form = then.form if then.form is other.form and then.form is not Form.CONSTANT else Form.VALUE
    if truth:
        form = Form.BOOLEAN
        then, other = (Piece(writer.as_condition(piece), form) for piece in (then, other))
    if not then_lines and not other_lines:
        return Piece(f"({then.text} if {condition} else {other.text})", form)
    name = writer.fresh()
    writer.block(f"if {condition}:", [*then_lines, f"{name} = {then.text}"])
    writer.block("else:", [*other_lines, f"{name} = {other.text}"])
    return Piece(name, form)


def _branch(node: Call, at: int, writer: Writer, truth: bool) -> Piece:
    return writer.operand(node.args[at], truth=True) if truth else writer.value(node.args[at])
