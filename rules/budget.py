"""How much one evaluation may do: a rule whose work explodes is stopped, in bounded time and memory.

What takes long pays for it: an element visited costs as much as there is to ask of it, a long text or list costs by its
length wherever it is searched or copied. Rules that can only do what the data asks of them open no account.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, TypeVar

from rules.errors import RuleError
from rules.nodes import SCOPED, Array, Call, Const, Node, walk

OPERATIONS: Final = 1_000_000
"""Operations that one evaluation may do."""

LONG: Final = 100
"""Characters or elements up to which a text or list costs no more than any other value."""

ELEMENTS: Final = 4
CHARACTERS: Final = 500
"""So many elements or characters of what is long are searched or copied at the price of one operation."""

DEEPEST: Final = 200
"""Levels that a value made by a rule may have."""

MANY: Final = 8
"""List operators up to which each may spend everything: more of them share one account."""

GROWING: Final = frozenset({"cat", "merge", "union"})
"""What can make much of little when it is done again and again."""

FLAT: Final = frozenset({"var", "+", "-", "*", "/", "%", "min", "max"})
"""What a `reduce` can be made of without its value growing."""

T = TypeVar("T")
V = TypeVar("V", str, list[Any])


class Budget:
    """What one evaluation may still do."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = OPERATIONS


_open: ContextVar[Budget | None] = ContextVar("budget", default=None)


def spend(operations: int) -> None:
    """Pay from the account that is open; where none is, for this alone. `RuleError` where there is not so much."""
    budget = _open.get()
    left = OPERATIONS - operations
    if budget is not None:
        left = budget.left = budget.left - operations
    if left < 0:
        remedy = "go through shorter lists, or nest fewer of them"
        raise RuleError("", f"the rule does more than {OPERATIONS:,} operations", remedy)


def paid(value: V) -> V:
    """The text or list, whose length is paid for where it is long."""
    size = len(value)
    if size > LONG:
        spend(size // (ELEMENTS if type(value) is list else CHARACTERS))
    return value


def budgeted(run: Callable[..., T]) -> Callable[..., T]:
    """The same function, with one account for all that it does; where one is open already, that one goes on."""

    def pay(*given: Any, **named: Any) -> T:
        if _open.get() is not None:
            return run(*given, **named)
        token = _open.set(Budget())
        try:
            return run(*given, **named)
        finally:
            _open.reset(token)

    return pay


def price(node: Call) -> int:
    """Operations that a list operator does for each element, without those of the lists inside."""
    return sum(1 for _ in walk(node.args[1])) if len(node.args) > 1 else 1


def is_heavy(node: Call) -> bool:
    """Whether a list operator can do far more than the data has elements."""
    return is_growing(node) or not _asked(node).isdisjoint(SCOPED)


def is_growing(node: Call) -> bool:
    """Whether a list operator can make far more than the data has."""
    if node.operator == "reduce":
        return not _asked(node) <= FLAT or any(map(nests, node.args[1:2]))
    return not _asked(node).isdisjoint(GROWING)


def _asked(node: Call) -> set[str]:
    """The operators in what a list operator does with each element."""
    return {one.operator for body in node.args[1:2] for one in walk(body) if isinstance(one, Call)}


def nests(body: Node) -> bool:
    """Whether lists are made in which what is read stands as an element."""
    return any(isinstance(one, Array) and not all(isinstance(item, Const) for item in one.items) for one in walk(body))


def measured(value: Any) -> Any:
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
