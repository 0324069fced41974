"""`and`, `or`, `!`, `!!` and `if` over verdicts: Kleene's logic, with the time until which each answer holds."""

from __future__ import annotations

from typing import Protocol

from rules.javascript import Value, truthy
from rules.nodes import Call, Const, Node
from rules.operator import Builder, Decision, Truth
from rules.values import OPPOSITE, Facts, Instant, Outcome, Verdict
from rules.verdicts import held_until, predicate, verdicts


class Resumable(Protocol):
    """A decision that may go on from what was found before it."""

    def __call__(self, data: Value, facts: Facts, answer: Verdict = ...) -> Verdict:
        """The verdict of the rest."""
        ...


def and_truth(node: Call, builder: Builder, negated: bool) -> Truth:
    """No as soon as one argument is no; `and` of nothing is false, as in JavaScript."""
    return _junction(node, builder, negated, Outcome.NO)


def or_truth(node: Call, builder: Builder, negated: bool) -> Truth:
    """Yes as soon as one argument is yes."""
    return _junction(node, builder, negated, Outcome.YES)


def not_truth(node: Call, builder: Builder, negated: bool) -> Truth:
    """The opposite: negation is pushed down to the predicates, so it costs nothing."""
    return builder.truth(node.args[0], negated=not negated) if node.args else constant(node.pointer, value=not negated)


def sure_truth(node: Call, builder: Builder, negated: bool) -> Truth:
    """The same, as a boolean."""
    return builder.truth(node.args[0], negated=negated) if node.args else constant(node.pointer, value=negated)


def if_truth(node: Call, builder: Builder, negated: bool) -> Truth:
    """The branch whose condition is yes; an unknown condition is no matter where both ways agree."""
    return _choice(node, 0, builder, negated, (node.pointer,))


def constant(*because: str, value: bool) -> Truth:
    """The truth that is always the same."""
    answers = verdicts(*because)
    answer = answers.yes if value else answers.no
    return Truth(lambda data, facts: answer, False, because, because)


def soonest(*moments: Instant | None) -> Instant | None:
    """The first of the moments; None where there is none."""
    return min((moment for moment in moments if moment is not None), default=None)


def _junction(node: Call, builder: Builder, negated: bool, deciding: Outcome) -> Truth:
    if not node.args:
        return constant(node.pointer, value=negated)
    parts = [builder.truth(arg, negated=negated) for arg in node.args]
    if len(parts) == 1:
        return parts[0]
    deciding = OPPOSITE[deciding] if negated else deciding
    # What time cannot change is asked first: it is cheaper, and what it decides holds for good.
    parts.sort(key=lambda part: part.timed)
    named = [part.no if deciding is Outcome.YES else part.yes for part in parts]
    all_named = tuple(pointer for pointers in named for pointer in pointers)
    neutral = Verdict(OPPOSITE[deciding], None, all_named)
    steps = tuple(part.decide for part in parts)
    timed = parts[-1].timed
    decide: Decision = (timed_junction if timed else _plain_junction)(steps, deciding, neutral)
    yes, no = ((node.pointer,), all_named) if deciding is Outcome.YES else (all_named, (node.pointer,))
    return Truth(decide, timed, yes, no, parts=tuple(parts), settles=deciding)


def _plain_junction(steps: tuple[Decision, ...], deciding: Outcome, neutral: Verdict) -> Decision:
    unknown = Outcome.UNKNOWN

    def decide(data: Value, facts: Facts) -> Verdict:
        answer = neutral
        for step in steps:
            verdict = step(data, facts)
            outcome = verdict.outcome
            if outcome is deciding:
                return verdict
            if outcome is unknown and answer is neutral:
                answer = verdict
        return answer

    return decide


def timed_junction(steps: tuple[Decision, ...], deciding: Outcome, neutral: Verdict) -> Resumable:
    """As above; what decides is the part that goes on deciding longest, else the first change of any part counts.

    What was asked before may have left an unknown `answer`; else it is the neutral one.
    """

    def decide(data: Value, facts: Facts, answer: Verdict = neutral) -> Verdict:
        held: Verdict | None = None
        until = None
        for step in steps:
            verdict = step(data, facts)
            if verdict.outcome is deciding:
                if verdict.valid_until is None:
                    return verdict
                held = verdict if held is None else _longer(held, verdict)
            elif verdict.outcome is Outcome.UNKNOWN and answer is neutral:
                answer = verdict
            until = soonest(until, verdict.valid_until)
        return held or held_until(answer, until)

    return decide


def _longer(one: Verdict, other: Verdict) -> Verdict:
    assert one.valid_until is not None
    assert other.valid_until is not None
    return other if other.valid_until > one.valid_until else one


def _choice(node: Call, at: int, builder: Builder, negated: bool, because: tuple[str, ...]) -> Truth:
    """The `if` that begins at this argument: condition, branch, and all that follows as its other branch."""
    left = len(node.args) - at
    if left == 0:
        return constant(*because, value=negated)
    if left == 1:
        return _branch(node.args[at], builder, negated, because)
    condition = builder.truth(node.args[at])
    then = _branch(node.args[at + 1], builder, negated, condition.yes)
    other = _choice(node, at + 2, builder, negated, condition.no)
    decide = _either(condition.decide, then.decide, other.decide)
    return predicate(node.pointer, decide, timed=condition.timed or then.timed or other.timed)


def _branch(node: Node, builder: Builder, negated: bool, because: tuple[str, ...]) -> Truth:
    """A branch; where it is a constant, the condition that led to it is the reason."""
    if isinstance(node, Const):
        return constant(*because, value=truthy(node.value) is not negated)
    return builder.truth(node, negated=negated)


def _either(condition: Decision, then: Decision, other: Decision) -> Decision:
    def decide(data: Value, facts: Facts) -> Verdict:
        asked = condition(data, facts)
        if asked.outcome is Outcome.UNKNOWN:
            one, two = then(data, facts), other(data, facts)
            answer = one if one.outcome is two.outcome else asked
            return held_until(answer, soonest(asked.valid_until, one.valid_until, two.valid_until))
        answer = then(data, facts) if asked.outcome is Outcome.YES else other(data, facts)
        return held_until(answer, soonest(asked.valid_until, answer.valid_until))

    return decide
