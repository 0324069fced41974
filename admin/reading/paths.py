"""Paths: which parts of an answer are wanted, as names with dots between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

ANY: Final = "*"
"""The step of a path that stands for every name."""


class _Absent:
    """What stands for a part that is not there: null is a value like any other."""


ABSENT: Final = _Absent()

Tree: TypeAlias = "Mapping[str, Tree] | None"
"""The names that are wanted, each with what is wanted below it; None is all there is."""


def tree_of(paths: Iterable[str]) -> Tree:
    """What these paths ask for together."""
    made: Tree = {}
    for path in paths:
        one: Tree = None
        for name in reversed(path.split(".")):
            one = {name: one}
        made = _both(made, one)
    return made


def select(value: Any, wanted: Tree) -> Any:
    """The wanted parts of a value, `ABSENT` where it has none of them.

    A step goes into every entry of a list. Entries keep their places: of one that has no such part, `{}` is left.
    """
    if wanted is None:
        return value
    if isinstance(value, list):
        found = [select(one, wanted) for one in value]
        some = any(one is not ABSENT for one in found)
        return [{} if one is ABSENT else one for one in found] if some else ABSENT
    if not isinstance(value, Mapping):
        return ABSENT
    chosen = {name: select(one, below(wanted, name)) for name, one in value.items() if wants(wanted, name)}
    return {name: one for name, one in chosen.items() if one is not ABSENT} or ABSENT


def wants(wanted: Tree, name: str) -> bool:
    """Whether anything is wanted under this name."""
    return wanted is None or name in wanted or ANY in wanted


def below(wanted: Tree, name: str) -> Tree:
    """What is wanted under a name under which something is."""
    if wanted is None:
        return None
    if name in wanted and ANY in wanted:
        return _both(wanted[name], wanted[ANY])
    return wanted[name if name in wanted else ANY]


def _both(one: Tree, other: Tree) -> Tree:
    if one is None or other is None:
        return None
    return {**one, **{name: _both(one[name], inner) if name in one else inner for name, inner in other.items()}}
