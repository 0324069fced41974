"""Predicates that many rules have in common, parsed once: of a hundred thousand rules most are made of the same few.

Nobody changes a node, so rules may share it; they then take less memory, and are read in half the time.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from rules.nodes import Call
from rules.values import Json

MOST: Final = 32_768
"""Predicates kept; then it is begun again."""

LONGEST: Final = 100
"""Characters of a text, and elements of a list, in a predicate that is kept."""

LEVELS: Final = 2
"""How much deeper than itself a predicate goes."""

COMPARISONS: Final = frozenset({"==", "===", "!=", "!==", "<", "<=", ">", ">="})

_kept: dict[Hashable, tuple[Call, int]] = {}


def name_of(value: dict[str, Json], pointer: str) -> Hashable:
    """What tells this predicate in this place from all others; None where it is not of a kind that is kept."""
    ((operator, given),) = value.items()
    if given.__class__ is not list or len(given) != 2:
        return None
    variable, bound = given
    if variable.__class__ is not dict or len(variable) != 1:
        return None
    path = variable.get("var")
    if path.__class__ is not str or len(path) > LONGEST:
        return None
    if operator in COMPARISONS:
        # Not floats: they seldom recur, and minus zero would be taken for zero.
        if isinstance(bound, int) or (isinstance(bound, str) and len(bound) <= LONGEST):
            return pointer, operator, path, bound.__class__, bound
    elif operator == "in" and isinstance(bound, list) and len(bound) <= LONGEST:
        words = tuple(bound)
        if all(word.__class__ is str and len(word) <= LONGEST for word in words):
            return pointer, operator, path, words
    return None


def recall(name: Hashable) -> tuple[Call, int] | None:
    """The predicate of this name and the number of nodes in it, where it was kept."""
    return _kept.get(name)


def keep(name: Hashable, call: Call, nodes: int) -> None:
    """Keep a predicate that was found to be right."""
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[name] = (call, nodes)
