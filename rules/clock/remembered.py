"""Verdicts that hang on the clock and on a few facts, remembered for as long as they hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from rules.clock.sweep import reads_clock, reads_clock_alone
from rules.javascript import Nothing, Value
from rules.nodes import Call, Node
from rules.operator import Builder, Decision
from rules.table import OPERATORS
from rules.values import Facts, Instant, Verdict

MOST: Final = 65_536
"""Verdicts that are remembered, of all predicates together; then all are forgotten."""

LONGEST: Final = 256
"""Characters of a text by which a verdict is remembered."""

Kept: TypeAlias = tuple[Instant, Instant, Verdict]
"""From when until when the verdict holds."""

KEPT: Final[dict[object, Kept]] = {}


Worked: TypeAlias = Callable[[Value, Facts], tuple[Verdict, bool]]
"""A decision that also says whether it is sure when its verdict turns."""


def remembered(decide: Worked, node: Node, builder: Builder) -> Decision:
    """The same decision, worked out once for all who have the same facts at hand where it is sure when it turns."""
    still = _still(node)
    if still is None:
        return lambda data, facts: decide(data, facts)[0]
    expressions = [builder.value(part) for part in still]
    name = object()

    def run(data: Value, facts: Facts) -> Verdict:
        values = tuple([expression(data, facts) for expression in expressions])
        if not all(map(_is_plain, values)):
            return decide(data, facts)[0]
        kinds = tuple([value.__class__ for value in values])
        key = (name, kinds, values)
        found = KEPT.get(key)
        if found is not None and found[0] <= facts.now < found[1]:
            return found[2]
        verdict, sure = decide(data, facts)
        if not sure:
            return verdict
        if len(KEPT) >= MOST:
            KEPT.clear()
        KEPT[key] = (facts.now, math.inf if verdict.valid_until is None else verdict.valid_until, verdict)
        return verdict

    return run


def _is_plain(value: Value) -> bool:
    """Whether values that are equal and of one type are the same to every operator: 0.0 and -0.0 are not."""
    kind = value.__class__
    if kind is float:
        return bool(value) and value == value
    return kind is int or kind is bool or kind is Nothing or (kind is str and len(value) <= LONGEST)


def _still(node: Node) -> list[Node] | None:
    """The parts that read facts and no clock, where all that the verdict hangs on is their values and the clock."""
    if not reads_clock(node):
        return [] if reads_clock_alone(node) else [node]
    operator = OPERATORS.get(node.operator) if isinstance(node, Call) else None
    if operator is None or not isinstance(node, Call):
        return None
    if operator.function is None:
        return [] if reads_clock_alone(node) else None
    parts = [_still(arg) for arg in node.args[: operator.most]]
    return None if None in parts else [inner for part in parts for inner in part or ()]
