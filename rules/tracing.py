"""The interpreter that takes notes: what each node of a rule gave, in the order in which they were worked out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rules.clock.sweep import reads_clock
from rules.clock.timed import timed_truth
from rules.compiler import KNOWN, Known, Plain
from rules.javascript import Nothing, Value
from rules.nodes import Call, Const, Events, Node
from rules.operator import Expression, Truth
from rules.table import OPERATORS
from rules.values import NOBODY, OPPOSITE, Facts, Json, Outcome, Verdict
from rules.verdicts import leaf

if TYPE_CHECKING:
    from rules.rule import Rule

MOST: Final = 10_000
"""Steps that are kept: a rule over a long list makes more."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one node gave: where it stands (JSON pointer), its operator (empty: a list), its value or its outcome.

    `outcome` is None where the node was asked for its value alone; an absent value is None and unknown.
    """

    pointer: str
    operator: str
    value: Json
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The steps of one run, the whole rule last, without what was not asked. `cut` where there were too many."""

    steps: tuple[Step, ...]
    cut: bool = False

    def at(self, pointer: str) -> tuple[Step, ...]:
        """The steps of one node: one for each time that it was asked, so none or many inside lists."""
        return tuple(step for step in self.steps if step.pointer == pointer)


def trace(rule: Rule, facts: Facts) -> Trace:
    """How `decide` comes to its verdict on these facts. It costs about as much as compiling the rule again."""
    notes = Notes()
    traced_truth(rule.root, notes, timed=rule.has_time).decide(facts.values, facts)
    return notes.trace()


def trace_value(rule: Rule, data: Json, facts: Facts = NOBODY) -> Trace:
    """How `evaluate` comes to its value for this data."""
    notes = Notes()
    traced_value(rule.root, notes)(data, facts)
    return notes.trace()


class Notes:
    """The steps so far."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.cut = False

    def take(self, node: Node, value: Value, outcome: Outcome | None = None) -> None:
        """One more step."""
        if len(self.steps) >= MOST:
            self.cut = True
            return
        operator = node.operator if isinstance(node, Call | Events) else ""
        if isinstance(value, Nothing):
            value, outcome = None, outcome or Outcome.UNKNOWN
        self.steps.append(Step(node.pointer, operator, value, outcome))

    def trace(self) -> Trace:
        """What there is."""
        return Trace(tuple(self.steps), self.cut)


class _TracedPlain(Plain):
    """Plain JSON-logic with notes."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def value(self, node: Node) -> Expression:
        return _noted(node, super().value(node), self.notes)


class _Traced(Known):
    """The three-valued mode with notes. A predicate notes its value with its outcome, so it is one step."""

    def __init__(self, notes: Notes, *, timed: bool) -> None:
        self.notes = notes
        self.timed = timed
        self.inner = _Traced(notes, timed=False) if timed else self

    def value(self, node: Node) -> Expression:
        return _noted(node, super().value(node), self.notes)

    def truth(self, node: Node, *, negated: bool = False) -> Truth:
        if isinstance(node, Const):
            return super().truth(node, negated=negated)
        operator = OPERATORS.get(node.operator) if isinstance(node, Call | Events) else None
        if operator is not None and operator.family == "logic" and operator.truth is not None:
            return self._junction(node, super().truth(node, negated=negated), negated)
        if self.timed and isinstance(node, Call | Events) and reads_clock(node):
            return self._junction(node, timed_truth(node, operator, KNOWN, negated), negated)
        return self._predicate(node, negated)

    def _junction(self, node: Node, truth: Truth, negated: bool) -> Truth:
        def decide(data: Value, facts: Facts) -> Verdict:
            verdict = truth.decide(data, facts)
            self.notes.take(node, None, OPPOSITE[verdict.outcome] if negated else verdict.outcome)
            return verdict

        return replace(truth, decide=decide)

    def _predicate(self, node: Node, negated: bool) -> Truth:
        expression = Known.value(self.inner, node)
        seen: list[Value] = [None]

        def run(data: Value, facts: Facts) -> Value:
            seen[0] = expression(data, facts)
            return seen[0]

        truth = leaf(node.pointer, run, negated)

        def decide(data: Value, facts: Facts) -> Verdict:
            verdict = truth.decide(data, facts)
            self.notes.take(node, seen[0], OPPOSITE[verdict.outcome] if negated else verdict.outcome)
            return verdict

        return replace(truth, decide=decide)


def traced_value(root: Node, notes: Notes) -> Expression:
    """The tree as plain JSON-logic that takes notes."""
    return _TracedPlain(notes).value(root)


def traced_truth(root: Node, notes: Notes, *, timed: bool) -> Truth:
    """The tree as a three-valued verdict that takes notes."""
    return _Traced(notes, timed=timed).truth(root)


def _noted(node: Node, expression: Expression, notes: Notes) -> Expression:
    if isinstance(node, Const):
        return expression

    def run(data: Value, facts: Facts) -> Value:
        value = expression(data, facts)
        notes.take(node, value)
        return value

    return run
