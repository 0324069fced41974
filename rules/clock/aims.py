"""Where to look first: the moments near which a comparison with the clock in it is likely to turn.

A comparison turns where what moves reaches what it is compared with. So each operator is asked backwards, down to the
clock: which value of the argument that moves gives the wanted one? The answers need not be exact, nor all: they save
the search along the line of time most of its steps, and decide nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from rules.clock.sweep import reads_clock
from rules.javascript import ABSENT, Value
from rules.nodes import Array, Call, Node
from rules.operator import Builder, Expression
from rules.operators.calendar import instant_of
from rules.operators.zones import LATEST
from rules.table import OPERATORS
from rules.values import Facts

Aim: TypeAlias = Callable[[Value, Facts, list[Value]], list[Value]]
"""(What `var` reads, the facts, values that are wanted) -> instants near which the node has them."""

Aims: TypeAlias = Callable[[Value, Facts], list[int]]
"""Whole seconds near which a predicate may turn, in order."""

MOST: Final = 64
"""Values of a list that are aimed at."""


def aims(node: Node, builder: Builder) -> Aims:
    """The moments to look at of a predicate with one argument that moves; none for any other."""
    place = _moving(node)
    aim = None if place is None else _aim(node.args[place], builder)  # type: ignore[union-attr]  # a call, if any moves
    if place is None or aim is None:
        return lambda data, facts: []
    still = _still(node, place, builder)

    def run(data: Value, facts: Facts) -> list[int]:
        wanted = [value for expression in still for value in _listed(expression(data, facts))]
        return _seconds(aim(data, facts, wanted))

    return run


def _aim(node: Node, builder: Builder) -> Aim | None:
    if isinstance(node, Call) and node.operator == "now":
        return lambda data, facts, wanted: wanted
    place = _moving(node)
    operator = OPERATORS.get(node.operator) if isinstance(node, Call) else None
    if place is None or operator is None or operator.back is None or not isinstance(node, Call):
        return None
    if len(node.args) < operator.least:
        return None
    inner, back = _aim(node.args[place], builder), operator.back
    if inner is None:
        return None
    expressions = [builder.value(arg) for arg in node.args[: operator.most]]

    def run(data: Value, facts: Facts, wanted: list[Value]) -> list[Value]:
        values = [None if at == place else run(data, facts) for at, run in enumerate(expressions)]
        if ABSENT in values:
            return []
        return inner(data, facts, [near for value in wanted for near in back(place, values, value, facts.now)])

    return run


def _moving(node: Node) -> int | None:
    """The one argument that reads the clock; None where none does, or several."""
    if not isinstance(node, Call) or node.operator not in OPERATORS:
        return None
    args = node.args[: OPERATORS[node.operator].most]
    found = [place for place, arg in enumerate(args) if reads_clock(arg)]
    return found[0] if len(found) == 1 and not isinstance(args[found[0]], Array) else None


def _still(node: Node, place: int, builder: Builder) -> list[Expression]:
    assert isinstance(node, Call)
    return [builder.value(arg) for at, arg in enumerate(node.args) if at != place]


def _listed(value: Value) -> list[Value]:
    return value[:MOST] if type(value) is list else [value]


def _seconds(found: Iterable[Value]) -> list[int]:
    instants = [at for value in found if (at := instant_of(value)) is not None and at < LATEST]
    return sorted({math.floor(at) + more for at in instants for more in (0, 1)})
