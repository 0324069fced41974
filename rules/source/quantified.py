"""The verdicts of `some`, `all` and `none` as Python source: one loop, which ends where the verdict is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rules.javascript import UNDEFINED
from rules.nodes import Call, Node
from rules.operators.reading import fixed_path
from rules.source.decided import DecisionWriter, Then
from rules.source.loops import write_loop
from rules.source.pieces import Element, elements, is_plain
from rules.values import Outcome
from rules.verdicts import verdicts

FALSE: Final = "False"


def decide_some(node: Call, writer: DecisionWriter, negated: bool, then: Then) -> None:
    """Yes as soon as one element passes."""
    _Loop(writer, node, Outcome.YES).write(negated, then)


def decide_none(node: Call, writer: DecisionWriter, negated: bool, then: Then) -> None:
    """No as soon as one element passes."""
    _Loop(writer, node, Outcome.YES, opposite=True).write(negated, then)


def decide_all(node: Call, writer: DecisionWriter, negated: bool, then: Then) -> None:
    """No as soon as one element fails, and for no element."""
    _Loop(writer, node, Outcome.NO).write(negated, then)


@dataclass(slots=True)
class _Loop:
    """One quantifier while it is written: the outcome of an element that settles all, `opposite` for `none`."""

    writer: DecisionWriter
    node: Call
    decisive: Outcome
    opposite: bool = False
    found: str = ""
    unknown: str = ""
    passed: str = ""
    absent: str = ""

    def write(self, negated: bool, then: Then) -> None:
        """The loop and its verdict; a call where the list is no fact, nor a fact's elements that pass a filter."""
        writer, chosen = self.writer, self.node.args[0]
        sieve = (
            chosen.args[1]
            if isinstance(chosen, Call) and chosen.operator == "filter" and len(chosen.args) == 2
            else None
        )
        source = chosen.args[0] if isinstance(chosen, Call) and sieve is not None else chosen
        if not _is_read(source):
            return writer.judged(self.node, negated, then)
        piece = writer.scope.at(writer, fixed_path(source) or (), UNDEFINED)
        assert piece is not None
        rows, row = writer.settled(piece).text, Element(writer.fresh(), elements(piece))
        self.found, self.unknown, self.passed, self.absent = (writer.fresh() for _ in range(4))
        writer.line(f"{self.found} = {self.unknown} = {self.passed} = {self.absent} = {FALSE}")
        _, lines = writer.apart(lambda: writer.within(row, lambda: self._each(sieve)))
        _, loop = writer.apart(lambda: write_loop(rows, row.name, writer, lines))
        writer.block(f"if {rows}.__class__ is list:", loop)
        return self._answer(rows, negated is not self.opposite, then)

    def _each(self, sieve: Node | None) -> None:
        """What is done with one element. A filter is worked through: one that it cannot judge makes all unknown."""
        if sieve is None:
            self.writer.line(f"{self.passed} = True")
            return self.writer.decide(self.node.args[1], False, self._judged(ends=True))
        return self.writer.decide(sieve, False, self._sifted)

    def _sifted(self, outcome: Outcome, name: str) -> None:
        if outcome is Outcome.UNKNOWN:
            self.writer.line(f"{self.absent} = True")
            self.writer.line("break")
        elif outcome is Outcome.YES:
            judged = self._judged(ends=False)
            _, lines = self.writer.apart(lambda: self.writer.decide(self.node.args[1], False, judged))
            self.writer.line(f"{self.passed} = True")
            self.writer.block(f"if not {self.found}:", lines)

    def _judged(self, *, ends: bool) -> Then:
        def then(outcome: Outcome, name: str) -> None:
            if outcome is self.decisive:
                self.writer.line(f"{self.found} = True")
                if ends:
                    self.writer.line("break")
            elif outcome is Outcome.UNKNOWN:
                self.writer.line(f"{self.unknown} = True")

        return then

    def _answer(self, rows: str, negated: bool, then: Then) -> None:
        yes, no, unknown = map(self.writer.verdict, verdicts(self.node.pointer, negated=negated))
        cases = [(f"{rows} is None or {self.absent}", *unknown)]
        if self.decisive is Outcome.YES:
            cases += [(self.found, *yes), (self.unknown, *unknown), ("", *no)]
        else:
            cases += [(self.found, *no), (self.unknown, *unknown), (self.passed, *yes), ("", *no)]
        self.writer.branches(cases, then)


def _is_read(node: Node) -> bool:
    """Whether it is a fact without a default."""
    path = fixed_path(node)
    return path is not None and is_plain(path) and isinstance(node, Call) and len(node.args) == 1
