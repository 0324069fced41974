"""A rule as alternatives: clauses, each of predicates that must all hold.

Kleene's `and` and `or` are the lesser and the greater of no < unknown < yes. Whether an outcome is good enough
(yes; or not no, where unknown counts as yes) can therefore be asked of each predicate alone, and what is left is
plain logic of two values. So the laws of that logic may be used, and absent facts are treated rightly.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, TypeAlias

from rules.javascript import truthy
from rules.nodes import Array, Call, Const, Events, Node
from rules.operators.reading import plain_variable

MOST: Final = 8
"""Clauses of one rule; a part that would need more is one predicate, asked as a whole."""

JUNCTIONS: Final = frozenset({"and", "or", "!", "!!"})

Literal: TypeAlias = "tuple[Node, bool]"
"""A predicate, and whether it is its opposite that must hold."""

Clause: TypeAlias = "tuple[Literal, ...]"


def clauses(root: Node) -> list[Clause]:
    """The rule holds where all predicates of one of these clauses do. At most `MOST`; none where it never holds."""
    return _clauses(root, negated=False)


def signature(node: Node) -> Hashable:
    """What the node asks, whatever its place: equal for equal nodes."""
    # By `isinstance`, not by `match`: it is asked of every predicate of every rule, and twice as quick.
    if isinstance(node, Call):
        return (node.operator, *map(signature, node.args))
    if isinstance(node, Const):
        value = node.value
        # Minus zero equals zero, but what is divided by it does not.
        return repr(value) if not value or isinstance(value, dict) else (value.__class__, value)
    if isinstance(node, Array):
        return (Array, *map(signature, node.items))
    return (Events, repr(node.spec))


def _clauses(node: Node, *, negated: bool) -> list[Clause]:
    if isinstance(node, Const):
        return [()] if truthy(node.value) is not negated else []
    if not isinstance(node, Call) or not node.args:
        return [((node, negated),)]
    if node.operator == "!" or node.operator == "!!":
        return _clauses(node.args[0], negated=negated is not (node.operator == "!"))
    if node.operator != "and" and node.operator != "or":
        return [((node, negated),)]
    paths = [_path(arg) for arg in node.args]
    if len(paths) > 1 and paths[0] is not None and len(set(paths)) == 1:
        return [((node, negated),)]
    every = (node.operator == "and") is not negated
    if every and JUNCTIONS.isdisjoint([arg.operator for arg in node.args if isinstance(arg, Call)]):
        return [_met(tuple([(arg, negated) for arg in node.args]), paths)]
    parts = [_clauses(arg, negated=negated) for arg in node.args]
    if not every:
        found = [clause for part in parts for clause in part]
        return found if len(found) <= MOST else [((node, negated),)]
    return [_met(clause, [_path(part) for part, _ in clause]) for clause in _products(node, parts, negated)]


def _products(node: Call, parts: list[list[Clause]], negated: bool) -> list[Clause]:
    """One clause of each part, in every way; parts that would make too many of them stay as they are."""
    made: list[Clause] = [()]
    for arg, part in zip(node.args, parts, strict=True):
        fits = len(made) * len(part) <= MOST
        made = [(*before, *clause) for before in made for clause in (part if fits else [((arg, negated),)])]
    return made


def _met(clause: Clause, paths: list[str | None]) -> Clause:
    """The clause with its predicates over one fact joined to one; `paths` are theirs."""
    named = [path for path in paths if path is not None]
    if len(named) == len(set(named)):
        return clause
    by_path: dict[str | None, list[Literal]] = {}
    for path, literal in zip(paths, clause, strict=True):
        by_path.setdefault(path, []).append(literal)
    alone = by_path.pop(None, [])
    return (*alone, *(some[0] if len(some) == 1 else (_joined(some), False) for some in by_path.values()))


def _joined(literals: list[Literal]) -> Node:
    return Call("", "and", tuple(Call("", "!", (node,)) if negated else node for node, negated in literals))


def _path(node: Node) -> str | None:
    """The path of the one fact that comparisons with constants read; None for anything else."""
    if not isinstance(node, Call) or not node.args:
        return None
    junction, found = node.operator in JUNCTIONS, None
    for arg in node.args:
        if junction:
            path = _path(arg)
            if path is None or (found is not None and path != found):
                return None
            found = path
        elif isinstance(arg, Call):
            path = plain_variable(arg)
            if path is None or found is not None:
                return None
            found = path
        elif isinstance(arg, Events):
            return None
    return found
