"""What a rule reads of a person: facts by their paths, segments by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.nodes import Array, Call, Const, Node, children, is_scoped, walk
from rules.operators.reading import fixed_path
from rules.operators.scores import SCORE

KEYS: Final = frozenset({"missing", "missing_some"})
"""Operators whose arguments are paths."""

Read = tuple[Node, tuple[str, ...] | None]
"""A place where facts are read by path; None where the path is worked out, `()` where it is everything."""


def paths_read(node: Node) -> list[Read]:
    """Each place where facts are read by path."""
    found: list[Read] = []
    if isinstance(node, Call) and node.operator == "var":
        found.append((node, fixed_path(node)))
    if isinstance(node, Call) and node.operator in KEYS:
        found.extend(_keys_read(node))
    found.extend(_score_read(node))
    for index, child in enumerate(children(node)):
        if not is_scoped(node, index):
            found.extend(paths_read(child))
        else:
            found.extend(path for inner in walk(child) for path in _score_read(inner))
    return found


def segments_read(node: Node) -> Iterator[str]:
    """The key of each segment that is asked for by a key that is written out, wherever that is."""
    for one in walk(node):
        key = one.args[0] if isinstance(one, Call) and one.operator == "in_segment" and one.args else None
        if isinstance(key, Const) and isinstance(key.value, str):
            yield key.value


def asks_any_segment(node: Node) -> bool:
    """Whether a segment is asked for by a key that is worked out."""
    asking = (one for one in walk(node) if isinstance(one, Call) and one.operator == "in_segment")
    return any(one.args and not isinstance(one.args[0], Const) for one in asking)


def _keys_read(node: Call) -> list[Read]:
    args = node.args[1:2] if node.operator == "missing_some" else node.args
    keys = args[0].items if args and isinstance(args[0], Array) else args
    return [(key, tuple(str(key.value).split(".")) if isinstance(key, Const) else None) for key in keys]


def _score_read(node: Node) -> list[Read]:
    """A score is the person's wherever it is asked for, about an element too."""
    name = node.args[0] if isinstance(node, Call) and node.operator == SCORE and node.args else None
    return [(name, (SCORE, str(name.value)))] if isinstance(name, Const) else []
