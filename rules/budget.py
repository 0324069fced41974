"""How much one evaluation may do: a rule whose work explodes is stopped, in bounded time and memory."""

from __future__ import annotations

from typing import Final

from rules.errors import RuleError
from rules.javascript import Value

OPERATIONS: Final = 1_000_000
"""Operations that one evaluation may do; a visit of an element counts for all that is asked of it."""

DEEPEST: Final = 200
"""Levels that a value made by a rule may have."""


class Budget:
    """What one evaluation may still do."""

    __slots__ = ("left",)

    def __init__(self, left: int = OPERATIONS) -> None:
        self.left = left

    def spend(self, operations: int) -> None:
        """Take this much away; `RuleError` where no more is left."""
        self.left -= operations
        if self.left < 0:
            raise exhausted()


def exhausted() -> RuleError:
    """The error of a rule that asks too much."""
    return RuleError(
        "", f"the rule does more than {OPERATIONS:,} operations", "go through shorter lists, or nest fewer of them"
    )


def measured(value: Value) -> Value:
    """The value, where it can be written down; `RuleError` where it is too deep, or holds one list many times over.

    A list of a list twice, and so on, is small in memory and endless on paper.
    """
    level, left = [value], OPERATIONS
    for _ in range(DEEPEST):
        level = [inner for inner in level if type(inner) is list or type(inner) is dict]
        if not level:
            return value
        left -= sum(map(len, level))
        if left < 0:
            raise RuleError("", f"the result has more than {OPERATIONS:,} values in it", "give back less")
        level = [inner for outer in level for inner in (outer if type(outer) is list else outer.values())]
    raise RuleError("", f"the result has more than {DEEPEST} levels", "put the elements side by side")
