"""How equality and membership are written as Python source: Python's own, where it says what JavaScript says."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rules.exact import is_exact
from rules.javascript import Value, to_number
from rules.nodes import Array, Call, Const
from rules.source.pieces import Form, Piece
from rules.source.writer import Writer
from rules.source.written import is_number


@dataclass(frozen=True, slots=True)
class Equality:
    """`==`, `===` and their opposites. Where Python says equal, JavaScript does too; where not, it may coerce."""

    strict: bool = False
    negated: bool = False

    def __call__(self, node: Call, writer: Writer, truth: bool) -> Piece | None:
        """The source of one call."""
        one, other = (writer.operand(arg) for arg in node.args[:2])
        if one.form is Form.CONSTANT:
            one, other = other, one
        if other.form is Form.CONSTANT and one.form in {Form.VALUE, Form.DOUBLE}:
            text = self._with_constant(node, writer, one, other)
            if text:
                return Piece(f"({text})", Form.BOOLEAN)
        one, other = writer.settled(writer.plain(one)), writer.settled(writer.plain(other))
        general = writer.applying(writer.operators[node.operator], [one, other]).text
        both = f"{one.text}.__class__ is str and {other.text}.__class__ is str"
        return Piece(f"({one.text} {self._sign} {other.text} if {both} else {general})", Form.BOOLEAN)

    @property
    def _sign(self) -> str:
        return "!=" if self.negated else "=="

    def _with_constant(self, node: Call, writer: Writer, one: Piece, other: Piece) -> str:
        bound = other.constant
        if bound is None or (self.strict and isinstance(bound, bool)):
            return f"{one.text} {'is not' if self.negated else 'is'} {other.text}"
        if not (isinstance(bound, str | bool) or is_number(other)):
            return ""
        if one.form is Form.DOUBLE:
            return f"{one.text} {self._sign} {other.text}" if is_number(other) else ""
        return self._strictly(writer, one, other) if self.strict else self._coercing(node, writer, one, other)

    def _strictly(self, writer: Writer, one: Piece, other: Piece) -> str:
        if isinstance(other.constant, str) or other.constant not in {0, 1}:
            return f"{one.text} {self._sign} {other.text}"
        first, name = writer.named(one)  # Python takes true for 1
        if self.negated:
            return f"{first} != {other.text} or {name}.__class__ is bool"
        return f"{first} == {other.text} and {name}.__class__ is not bool"

    def _coercing(self, node: Call, writer: Writer, one: Piece, other: Piece) -> str:
        if isinstance(other.constant, str) and math.isnan(to_number(other.constant)):
            # No number equals it, and what could as a text is no key of a set: Python raises TypeError.
            return f"{one.text} {'not in' if self.negated else 'in'} {writer.bind(frozenset({other.constant}))}"
        first, name = writer.named(one)
        general = writer.applying(writer.operators[node.operator], [Piece(name), other]).text
        same = " or ".join(f"{name}.__class__ is {kind}" for kind in _same(other.constant))
        if self.negated:
            return f"{first} != {other.text} and ({same} or {name} is None or {general})"
        return f"{first} == {other.text} or not ({same} or {name} is None) and {general}"


def write_member(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """`in`: one of constants, or a constant text in a list or text."""
    what, among = node.args[:2]
    if isinstance(among, Array):
        return _among_constants(writer, writer.operand(what), among) or writer.applied(node)
    if isinstance(what, Const) and isinstance(what.value, str):
        first, name = writer.named(writer.operand(among))
        needle = writer.constant(what.value)
        general = writer.applying(writer.operators[node.operator], [needle, Piece(name)]).text
        usual = f"{first}.__class__ is list or {name}.__class__ is str and {name}"
        return Piece(f"({needle.text} in {name} if {usual} else {general})", Form.BOOLEAN)
    return writer.applied(node)


def _among_constants(writer: Writer, what: Piece, among: Array) -> Piece | None:
    values = [item.value for item in among.items if isinstance(item, Const)]
    if len(values) != len(among.items) or not all(map(_is_found_alike, values)):
        return None
    if what.form not in {Form.VALUE, Form.DOUBLE}:
        return None
    known = writer.bind(frozenset(values))
    if not any(not isinstance(value, str) and value in {0, 1} for value in values):
        return Piece(f"({what.text} in {known})", Form.BOOLEAN)
    first, name = writer.named(what)
    return Piece(f"({first} in {known} and {name}.__class__ is not bool)", Form.BOOLEAN)


def _is_found_alike(value: Value) -> bool:
    """Whether Python finds it in a set where JavaScript calls it equal; the caller tells true from 1."""
    return type(value) is str or is_exact(value)


def _same(bound: Value) -> tuple[str, ...]:
    """The classes of which Python's `==` with this constant says what JavaScript's says."""
    if isinstance(bound, bool):
        return ("bool",)
    return ("str",) if isinstance(bound, str) else ("int", "float")
