"""What a rule costs to decide, in steps, and what makes it grow without measure.

One step is one operation on one value, about what it takes to compare a fact with a constant once both are at hand
(50 to 200 ns in the closures of this package). Reading a fact is a step too, so `fact >= constant` costs two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.checking.findings import finding
from rules.nodes import SCOPED, Array, Call, Const, Events, Node, walk
from rules.operators.reading import fixed_path
from rules.rule import Rule
from rules.values import Finding

ELEMENTS: Final = 20
"""Elements that a list in the facts is taken to have, and occurrences that an event log is."""

DEAR: Final = 10_000
"""Steps beyond which a rule is told to be dear: a millisecond or so for one rule and one person."""

DOUBLING: Final = frozenset({"cat", "merge"})
"""What is twice as long where it takes one thing twice; a `union` is not."""


def cost(rule: Rule) -> int:
    """The steps that deciding the rule takes at most, where lists in the facts have 20 elements and logs 20 events."""
    return steps_of(rule.root)


def steps_of(node: Node) -> int:
    """The steps that this node takes at most."""
    match node:
        case Const():
            return 0
        case Array(items=items):
            return sum(map(steps_of, items))
        case Events(where=where):
            return 1 + ELEMENTS * (1 + (steps_of(where) if where else 0))
        case Call(operator=operator, args=args):
            if operator not in SCOPED or len(args) < 2:
                return 1 + sum(map(steps_of, args))
            size = len(args[0].items) if isinstance(args[0], Array) else ELEMENTS
            return 1 + steps_of(args[0]) + size * (1 + steps_of(args[1])) + sum(map(steps_of, args[2:]))


def dear(root: Node) -> Iterator[Finding]:
    """A warning where the rule costs too much, or may make ever longer texts or lists."""
    total = steps_of(root)
    if total > DEAR:
        message = f"it takes about {total:,} steps for one person; {DEAR:,} is much"
        yield finding("dear", root.pointer, message, "go through a list once, not inside another; or name a segment")
    for node in walk(root):
        if isinstance(node, Call) and node.operator == "reduce" and len(node.args) > 1:
            yield from _growth(node.args[1])


def _growth(body: Node) -> Iterator[Finding]:
    for node in walk(body):
        if isinstance(node, Call) and node.operator in DOUBLING and _takes_twice(node):
            message = f"{node.operator} takes the accumulator twice: it doubles with every element"
            yield finding("growth", node.pointer, message, "take the accumulator once")
            return


def _takes_twice(node: Node) -> bool:
    return sum((fixed_path(inner) or ("",))[0] == "accumulator" for inner in walk(node)) > 1
