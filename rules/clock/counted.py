"""How often something happened within a window, against a number: the commonest question to the event log.

The log is in order and, without new events, such a count only falls. So one occurrence says all: the count is
at least n for as long as the n-th newest is in the window.
"""

from __future__ import annotations

import math

from rules.fast import MIRRORED
from rules.javascript import Value
from rules.nodes import FOREVER, Call, Const, Events, Node
from rules.operator import Decision
from rules.questions import Count
from rules.values import Facts, Verdict
from rules.verdicts import Verdicts


def counted(node: Node, reading: Events, answers: Verdicts, general: Decision) -> tuple[Decision, Count] | None:
    """The decision in one look, or None where the predicate is no such question; `general` answers it otherwise."""
    least = _least(node, reading)
    if least is None:
        return None
    needed, reached, short = least[0], *((answers.yes, answers.no) if least[1] else (answers.no, answers.yes))
    kind, within = reading.type, reading.within

    def decide(data: Value, facts: Facts) -> Verdict:
        log = facts.events.get(kind)
        if not log:
            return short
        now = facts.now
        newest, oldest_needed = log[0][0], log[needed - 1][0] if len(log) >= needed else None
        if newest > now:  # type: ignore[operator]  # instants, by the contract of EventLog
            return general(data, facts)
        if oldest_needed is None:
            return short
        until = oldest_needed + within  # type: ignore[operator]
        return Verdict(reached.outcome, until, reached.because) if until > now else short

    return decide, Count(kind, within, needed)


def _least(node: Node, reading: Events) -> tuple[int, bool] | None:
    """How many are needed for the answer to turn, and whether it turns to yes; None for any other question."""
    if reading.measure != "count" or reading.where or reading.not_followed_by or reading.within >= FOREVER:
        return None
    if not isinstance(node, Call) or node.operator not in MIRRORED or len(node.args) != 2:
        return None
    one, other = node.args
    bound, name = (other, node.operator) if one is reading else (one, MIRRORED[node.operator])
    if not isinstance(bound, Const) or type(bound.value) not in {int, float} or not math.isfinite(bound.value):  # type: ignore[arg-type]
        return None
    value: float = bound.value  # type: ignore[assignment]
    needed = math.ceil(value) if name in {">=", "<"} else math.floor(value) + 1
    return (needed, name in {">", ">="}) if needed >= 1 else None
