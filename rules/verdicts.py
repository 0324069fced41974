"""The verdicts of one predicate, made once: a decision without time in it allocates nothing."""

from __future__ import annotations

from typing import NamedTuple

from rules.javascript import ABSENT, Value, truthy
from rules.operator import Decision, Expression, Truth
from rules.questions import Question
from rules.values import Facts, Instant, Outcome, Verdict


class Verdicts(NamedTuple):
    """What a predicate answers when it holds, when it does not, and when a fact is absent."""

    yes: Verdict
    no: Verdict
    unknown: Verdict

    def of(self, value: Value) -> Verdict:
        """The verdict that a value stands for."""
        if value is True:
            return self.yes
        if value is ABSENT:
            return self.unknown
        return self.yes if truthy(value) else self.no


def verdicts(*because: str, negated: bool = False) -> Verdicts:
    """The three verdicts of the predicate at this pointer; yes and no change places where it is negated."""
    yes, no = (Outcome.NO, Outcome.YES) if negated else (Outcome.YES, Outcome.NO)
    return Verdicts(Verdict(yes, None, because), Verdict(no, None, because), Verdict(Outcome.UNKNOWN, None, because))


def held_until(verdict: Verdict, moment: Instant | None) -> Verdict:
    """The same verdict, which holds until this moment."""
    return verdict if moment == verdict.valid_until else Verdict(verdict.outcome, moment, verdict.because)


def predicate(pointer: str, decide: Decision, *, timed: bool = False, asks: Question | None = None) -> Truth:
    """The truth of one predicate: it is itself the reason of whatever it says."""
    return Truth(decide, timed, (pointer,), (pointer,), asks)


def leaf(pointer: str, expression: Expression, negated: bool) -> Truth:
    """The truth of any expression: JSON-logic's truthiness of its value."""
    answers = verdicts(pointer, negated=negated)
    yes, no, unknown = answers

    def decide(data: Value, facts: Facts) -> Verdict:
        value = expression(data, facts)
        if value is True:
            return yes
        if value is ABSENT:
            return unknown
        return yes if truthy(value) else no

    return predicate(pointer, decide)
