"""Values that are taken for answers: whatever is neither 0 nor empty counts as yes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rules.checking.alternatives import Literal
from rules.checking.findings import finding
from rules.nodes import Call
from rules.table import OPERATORS
from rules.values import Finding

NO_ANSWERS: Final = frozenset(
    operator.name
    for operator in OPERATORS.values()
    if not operator.boolean and (operator.family in {"time", "place"} or operator.name == "score")
)
"""Operators whose values nobody means as yes or no: a moment, a length of time, a distance, a score."""


def mistaken_for_answers(asked: Sequence[Literal]) -> Iterator[Finding]:
    """Predicates that are such a value by themselves, compared with nothing."""
    for node, _ in asked:
        if isinstance(node, Call) and node.operator in NO_ANSWERS:
            message = f"`{node.operator}` gives a value, and any but 0 counts as yes"
            remedy = f'compare it, as in {{">": [{{"{node.operator}": […]}}, 1]}}'
            yield finding("no-answer", node.pointer, message, remedy)
