"""Why a rule says what it says of one person: its predicates with what was wanted and what was there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rules.compiler import KNOWN
from rules.describe import say, spell, subject_first
from rules.javascript import ABSENT
from rules.nodes import Array, Call, Const, Node
from rules.rule import Rule
from rules.table import OPERATORS
from rules.values import Facts, Json, Outcome

ABOUT_A_SUBJECT: Final = frozenset({"comparison", "membership", "text"})
"""Families of predicates that say something of their first argument."""

TRUE: Final = "true"
PLAIN_ANSWERS: Final = {True: "yes", False: "no"}

FLIPPED: Final = {Outcome.YES: Outcome.NO, Outcome.NO: Outcome.YES, Outcome.UNKNOWN: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of the rule: its outcome, what it wanted of what, what was there; null where that is not known."""

    pointer: str
    operator: str
    outcome: Outcome
    subject: str
    wanted: str
    actual: Json
    text: str
    children: tuple[Explanation, ...] = ()

    @property
    def sentence(self) -> str:
        """The outcome and the predicates that made it."""
        return f"{self.outcome.capitalize()}: {'; '.join(leaf._reason for leaf in self.telling)}"

    @property
    def telling(self) -> tuple[Explanation, ...]:
        """The predicates that made the outcome."""
        if not self.children:
            return (self,)
        same = FLIPPED[self.outcome] if self.operator == "!" else self.outcome
        chosen = [child for child in self.children if child.outcome is same] or self.children
        return tuple(leaf for child in chosen for leaf in child.telling)

    @property
    def _reason(self) -> str:
        if self.actual is None:
            there = " is not known"
        elif self.wanted in PLAIN_ANSWERS.values():
            there = f": {PLAIN_ANSWERS[bool(self.actual)]}"
        else:
            there = f" is {spell(self.actual)}"
        return f"{self.subject}{there} (wanted: {self.wanted})"


def explain(rule: Rule, facts: Facts) -> Explanation:
    """The tree of the rule's predicates as these facts answer them."""
    return _explained(rule.root, facts, wanted=True)


def _explained(node: Node, facts: Facts, *, wanted: bool) -> Explanation:
    outcome = KNOWN.truth(node).decide(facts.values, facts).outcome
    operator = "constant" if isinstance(node, Const | Array) else node.operator
    if isinstance(node, Call) and operator in OPERATORS and OPERATORS[operator].family == "logic":
        passed_on = wanted is not (operator == "!")
        inner = tuple(_explained(arg, facts, wanted=passed_on) for arg in node.args if not isinstance(arg, Const))
        if inner:
            return Explanation(node.pointer, operator, outcome, "", "", None, say(node), inner)
    subject, phrase = _subject(node)
    value = KNOWN.value(subject)(facts.values, facts)
    actual: Json = None if value is ABSENT else value
    told = phrase if wanted else f"not {phrase}"
    if phrase == TRUE and KNOWN.is_boolean(node):
        told = PLAIN_ANSWERS[wanted]
    return Explanation(node.pointer, operator, outcome, say(subject), told, actual, say(node))


def _subject(node: Node) -> tuple[Node, str]:
    """What the predicate is about, and what it wants of it."""
    operator = OPERATORS.get(node.operator) if isinstance(node, Call) else None
    if operator is None or operator.family not in ABOUT_A_SUBJECT or not operator.boolean:
        return node, TRUE
    assert isinstance(node, Call)
    turned = subject_first(node)
    # Of `1 < n < 3`, and of a text looked for in a fact, the fact in the second place is the subject.
    second = len(turned.args) > 1 and isinstance(turned.args[0], Const | Array)
    subject = turned.args[1] if second else turned.args[0] if turned.args else node
    words, name = say(turned), say(subject)
    return subject, words.removeprefix(f"{name} is ").removeprefix(f"{name} ")
