"""Verdicts as Python source: branches instead of values, so that what decides is told at once and nothing is made.

What is unknown is looked for first: once every fact that a predicate reads is there, its plain source is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from rules.javascript import ABSENT, UNDEFINED, Value
from rules.junctions import timed_junction
from rules.nodes import Array, Call, Const, Node, children
from rules.operator import Builder, Operator, Truth
from rules.operators.reading import fixed_path
from rules.source.pieces import Piece, Scope, is_plain
from rules.source.writer import DEEPEST, LARGEST, Writer
from rules.values import NOBODY, OPPOSITE, Outcome, Verdict
from rules.verdicts import verdicts

Then: TypeAlias = Callable[[Outcome, str], None]
"""Writes what is done with a verdict: its outcome, and the name of it."""


class DecisionWriter(Writer):
    """The source of a verdict. `known` builds what is better called."""

    def __init__(self, operators: Mapping[str, Operator], plain: Builder, known: Builder, scope: Scope) -> None:
        super().__init__(operators, plain, scope)
        self.known = known
        self._junctions = 0

    def decide(self, node: Node, negated: bool, then: Then) -> None:
        """The lines that find the verdict of a node, or of its opposite, and do with it what is wanted."""
        self.size += 1
        operator = self.operators.get(node.operator) if isinstance(node, Call) else None
        if isinstance(node, Const) or (isinstance(node, Array) and not node.items):
            self._settled(node, negated, then)
        elif self._junctions >= DEEPEST or self.size >= LARGEST:
            self.judged(node, negated, then)
        elif operator is not None and operator.write_truth is not None and len(children(node)) >= operator.least:
            self._junctions += 1
            operator.write_truth(node, self, negated, then)
            self._junctions -= 1
        elif self._is_strict(node):
            self._asked(node, negated, then)
        else:
            self.judged(node, negated, then)

    def answer(self, outcome: Outcome, name: str) -> None:
        """The end of a rule: its verdict."""
        self.line(f"return {name}")

    def branches(self, cases: list[tuple[str, Outcome, str]], then: Then) -> None:
        """One case after another, each with its condition; the last has none."""
        word = "if"
        for condition, outcome, name in cases:
            _, lines = self.apart(lambda outcome=outcome, name=name: then(outcome, name))  # type: ignore[misc]
            self.block(f"{word} {condition}:" if condition else "else:", lines)
            word = "elif"

    def verdict(self, verdict: Verdict) -> tuple[Outcome, str]:
        """A verdict that is made now, and the name under which the source has it."""
        return verdict.outcome, self.bind(verdict)

    def _settled(self, node: Node, negated: bool, then: Then) -> None:
        then(*self.verdict(self.known.truth(node, negated=negated).decide(None, NOBODY)))

    def judged(self, node: Node, negated: bool, then: Then) -> None:
        """The verdict as a call of what is built, and what is done with each outcome."""
        name = self.fresh()
        decide = self.bind(self.known.truth(node, negated=negated).decide)
        self.line(f"{name} = {decide}({self.scope.whole(self)}, facts)")
        unknown, yes = self.ours(Outcome.UNKNOWN), self.ours(Outcome.YES)
        self.branches(
            [
                (f"{name}.outcome is {unknown}", Outcome.UNKNOWN, name),
                (f"{name}.outcome is {yes}", Outcome.YES, name),
                ("", Outcome.NO, name),
            ],
            then,
        )

    def _asked(self, node: Node, negated: bool, then: Then) -> None:
        """A predicate: read what it reads, then compare."""
        absent = [f"{name} is None" for name in self._read(node)]
        yes, no, unknown = verdicts(node.pointer, negated=negated)
        condition, lines = self.apart(lambda: self.condition(node))
        found = [(condition, *self.verdict(yes)), ("", *self.verdict(no))]
        if not absent:
            self.lines += lines
            return self.branches(found, then)
        case = (" or ".join(absent), *self.verdict(unknown))
        if not lines:
            return self.branches([case, *found], then)
        _, rest = self.apart(lambda: self.branches(found, then))
        self.branches([case], then)
        return self.block("else:", [*lines, *rest])

    def _read(self, node: Node) -> list[str]:
        """Lines that read each fact of the predicate; the names of those whose absence makes it unknown."""
        if not isinstance(node, Call | Array):
            return []
        if not isinstance(node, Call) or node.operator != "var":
            inner = node.items if isinstance(node, Array) else node.args[: self.operators[node.operator].most]
            return [name for child in inner for name in self._read(child)]
        piece = self.scope.at(self, fixed_path(node) or (), UNDEFINED)
        assert piece is not None
        name = self.fresh()
        self.line(f"{name} = {piece.text}")
        default = _default(node)
        self.given[id(node)] = Piece(name, present=default is not None, seen=piece.seen)
        if default is not UNDEFINED and default is not None:
            self.block(f"if {name} is None:", [f"{name} = {self.constant(default).text}"])
        return [name] if default is UNDEFINED else []

    def _is_strict(self, node: Node) -> bool:
        """Whether it is unknown exactly where a fact that it reads by a plain path is absent."""
        if isinstance(node, Const):
            return not isinstance(node.value, dict)
        if isinstance(node, Array):
            return all(map(self._is_strict, node.items))
        operator = self.operators.get(node.operator) if isinstance(node, Call) else None
        if operator is None or not isinstance(node, Call):
            return False
        if node.operator == "var":
            path = fixed_path(node)
            return path is not None and is_plain(path) and _default(node) is not ABSENT
        args = node.args[: operator.most]
        return operator.apply is not None and len(args) >= operator.least and all(map(self._is_strict, args))


def decide_and(node: Call, writer: DecisionWriter, negated: bool, then: Then) -> None:
    """No as soon as one argument is no."""
    _junction(node, writer, negated, then, Outcome.NO)


def decide_or(node: Call, writer: DecisionWriter, negated: bool, then: Then) -> None:
    """Yes as soon as one argument is yes."""
    _junction(node, writer, negated, then, Outcome.YES)


def decide_not(node: Call, writer: DecisionWriter, negated: bool, then: Then) -> None:
    """The opposite: negation is pushed down to the predicates."""
    writer.decide(node.args[0], not negated, then)


def decide_sure(node: Call, writer: DecisionWriter, negated: bool, then: Then) -> None:
    """The same."""
    writer.decide(node.args[0], negated, then)


def _junction(node: Call, writer: DecisionWriter, negated: bool, then: Then, deciding: Outcome) -> None:
    if len(node.args) == 1:
        return writer.decide(node.args[0], negated, then)
    deciding = OPPOSITE[deciding] if negated else deciding
    whole = writer.known.truth(node, negated=negated)
    if whole.timed:
        return _timed(node, writer, negated, then, whole)
    neutral = Verdict(OPPOSITE[deciding], None, whole.no if deciding is Outcome.YES else whole.yes)
    unknown = writer.fresh()
    decided = "" if then == writer.answer else writer.fresh()

    def one(outcome: Outcome, name: str) -> None:
        if outcome is Outcome.UNKNOWN:
            writer.line(f"{unknown} = {unknown} or {name}")
        elif outcome is deciding and not decided:
            writer.answer(outcome, name)
        elif outcome is deciding:
            writer.line(f"{decided} = {name}")
            writer.line("break")

    def every() -> None:
        for arg in node.args:
            writer.decide(arg, negated, one)

    writer.line(f"{unknown} = None")
    cases = [(f"{unknown} is not None", Outcome.UNKNOWN, unknown), ("", *writer.verdict(neutral))]
    if not decided:
        every()
        return writer.branches(cases, then)
    writer.line(f"{decided} = None")
    _, lines = writer.apart(every)
    writer.block("while True:", [*lines, "break"])
    return writer.branches([(f"{decided} is not None", deciding, decided), *cases], then)


def _timed(node: Call, writer: DecisionWriter, negated: bool, then: Then, whole: Truth) -> None:
    """A junction with a clock in it, as the whole of a rule: what time cannot change is written, the rest called."""
    parts = [(arg, writer.known.truth(arg, negated=negated)) for arg in node.args]
    lasting = [arg for arg, part in parts if not part.timed]
    if then != writer.answer or not lasting:
        return writer.judged(node, negated, then)
    deciding = whole.settles
    neutral = Verdict(OPPOSITE[deciding], None, whole.no if deciding is Outcome.YES else whole.yes)
    rest = timed_junction(tuple(part.decide for _, part in parts if part.timed), deciding, neutral)
    answer = writer.fresh()

    def one(outcome: Outcome, name: str) -> None:
        if outcome is deciding:
            writer.answer(outcome, name)
        elif outcome is Outcome.UNKNOWN:
            writer.line(f"{answer} = {answer} or {name}")

    writer.line(f"{answer} = None")
    for arg in lasting:
        writer.decide(arg, negated, one)
    whole_name = writer.scope.whole(writer)
    return writer.line(f"return {writer.bind(rest)}({whole_name}, facts, {answer} or {writer.bind(neutral)})")


def _default(node: Call) -> Value:
    """The constant in place of an absent fact; `UNDEFINED` where there is none, `ABSENT` where it is worked out."""
    if len(node.args) < 2:
        return UNDEFINED
    given = node.args[1]
    return given.value if isinstance(given, Const) and not isinstance(given.value, dict) else ABSENT
