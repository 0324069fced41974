"""How operators on numbers are written as Python source: each says it once, for every rule that uses it.

Reads are optimistic, guards look at what is common. What does not fit raises one of `ERRORS`, and the rule is then
asked again the other way; nothing here may give another answer than the operator's own function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from rules.exact import is_exact, is_orderable
from rules.javascript import Value
from rules.nodes import Call
from rules.operator import Operator
from rules.source.pieces import Form, Piece
from rules.source.writer import Writer

Write: TypeAlias = Callable[[Call, Writer, bool], Piece | None]
"""A call -> its source; None where it is better called. The flag says that only its truth counts."""

ERRORS: Final = (TypeError, AttributeError, KeyError, OverflowError, ZeroDivisionError, ValueError)

NUMBERS: Final = "({0}.__class__ is float or {1}.__class__ is int)"
"""The guard of an operand that could be anything, said first and said again."""

NOT_NULL: Final = "{0} is not None"
"""The guard where Python complains of all else that is no number, and takes true for 1 as JavaScript does."""

NOT_NULL_OR_BOOLEAN: Final = "({0} is not None and {1} is not True and {1} is not False)"
"""The same where JavaScript does not take true for 1."""


@dataclass(frozen=True, slots=True)
class Numeric:
    """An operator on numbers, as Python source for one, two, three of them.

    `against` is the same where all but one are constants, `texts` for two texts of which one is a constant, `only`
    the guard of an operand of which nothing is known, `{use}` the function that it `uses`. To add minus zero makes any
    number a double, and no other one.
    """

    numbers: tuple[str, ...]
    only: str
    against: tuple[str, ...] = ()
    texts: str = ""
    form: Form = Form.DOUBLE
    uses: Value = None

    def __call__(self, node: Call, writer: Writer, truth: bool) -> Piece | None:
        """The source of one call."""
        operator = writer.operators[node.operator]
        args = node.args[: operator.most]
        template = _for(len(args), self.numbers)
        if not template:
            return writer.applied(node)
        pieces = [writer.operand(arg) for arg in args]
        if self.form is Form.DOUBLE or any(piece.form is Form.DOUBLE or piece.is_often_float for piece in pieces):
            pieces = [_as_double(writer, piece) for piece in pieces]
        unknown = [at for at, piece in enumerate(pieces) if not is_number(piece)]
        values = [at for at in unknown if pieces[at].form is Form.VALUE]
        if self.texts and len(pieces) == 2 and len(values) == 1 and is_orderable(pieces[1 - values[0]].constant):
            return self._on_texts(writer, operator, pieces, values[0])
        if len(values) < len(unknown):
            return writer.applying(operator, [writer.plain(piece) for piece in pieces])
        return self._on_numbers(writer, operator, pieces, unknown, template)

    def _on_texts(self, writer: Writer, operator: Operator, pieces: list[Piece], at: int) -> Piece:
        first, name = writer.named(pieces[at])
        pieces[at] = Piece(name)
        other = writer.applying(operator, pieces).text
        return Piece(
            f"({self._filled(self.texts, writer, pieces)} if {first}.__class__ is str else {other})", self.form
        )

    def _on_numbers(
        self, writer: Writer, operator: Operator, pieces: list[Piece], unknown: list[int], template: str
    ) -> Piece:
        variable = [piece for piece in pieces if piece.form is not Form.CONSTANT]
        if len(variable) == 1:
            template = _for(len(pieces), self.against) or template
        if unknown and len(variable) > 1:  # they are said twice
            pieces = [writer.settled(piece) if piece in variable else piece for piece in pieces]
        only = NUMBERS if self.texts and len(unknown) > 1 else self.only
        guard, pieces = _guarded(writer, pieces, unknown, only)
        inline = self._filled(template, writer, pieces)
        if guard:
            inline = f"({inline} if {guard} else {_otherwise(writer, operator, pieces, unknown, only)})"
        return Piece(inline, self.form, present=True)

    def _filled(self, template: str, writer: Writer, pieces: list[Piece]) -> str:
        use = "" if self.uses is None else writer.ours(self.uses)
        for at, piece in enumerate(pieces):
            if piece.form is Form.DOUBLE or piece.constant.__class__ is float:
                template = template.replace(f"-0.0 + {{{at}}}", f"{{{at}}}")
        return f"({template.format(*(piece.text for piece in pieces), use=use)})"


def numeric(*numbers: str, only: str, uses: Value = None) -> Write:
    """The source of an operator that gives a number."""
    return Numeric(numbers, only, uses=uses)


def ordered(sign: str) -> Write:
    """The source of two or three numbers in order, or of two texts: Python orders them as JavaScript does."""
    two, three = f"{{0}} {sign} {{1}}", f"{{0}} {sign} {{1}} {sign} {{2}}"
    doubles = (f"-0.0 + {{0}} {sign} -0.0 + {{1}}", f"-0.0 + {{0}} {sign} -0.0 + {{1}} {sign} -0.0 + {{2}}")
    return Numeric(doubles, NOT_NULL, against=(two, three), texts=two, form=Form.BOOLEAN)


def is_number(piece: Piece) -> bool:
    """Whether it is a number that Python compares with any other as JavaScript does."""
    return is_exact(piece.constant) if piece.form is Form.CONSTANT else piece.form is Form.DOUBLE


def _as_double(writer: Writer, piece: Piece) -> Piece:
    """A constant number as the double that it meets: Python is quickest where both are of one class."""
    if piece.form is not Form.CONSTANT or not is_number(piece):
        return piece
    return writer.constant(float(piece.constant))


def _for(count: int, templates: tuple[str, ...]) -> str:
    """The template with so many places; empty where there is none."""
    return next((one for one in templates if sum(f"{{{at}}}" in one for at in range(3)) == count), "")


def _guarded(writer: Writer, pieces: list[Piece], unknown: list[int], only: str) -> tuple[str, list[Piece]]:
    """The guard of the operands of which nothing is known, and the operands as they can be said after it."""
    made = list(pieces)
    guards = []
    for at in unknown:
        if pieces[at].present and only is NOT_NULL:
            continue
        first, name = writer.named(pieces[at])
        guards.append(only.format(first, name))
        made[at] = Piece(name)
    return " and ".join(guards), made


def _otherwise(writer: Writer, operator: Operator, pieces: list[Piece], unknown: list[int], only: str) -> str:
    """What the operator's own function says; known beforehand where null is all that is left."""
    constants = [piece for piece in pieces if piece.form is Form.CONSTANT]
    if only is NOT_NULL and len(constants) == len(pieces) - 1 and operator.apply is not None:
        answer = operator.apply(*(None if at in unknown else piece.constant for at, piece in enumerate(pieces)))
        return writer.constant(answer).text
    return writer.applying(operator, [writer.plain(piece) for piece in pieces]).text
