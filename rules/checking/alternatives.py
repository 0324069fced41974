"""A rule as alternatives: it says yes where every predicate of one of them says what it must, and only there.

Under Kleene's logic a junction says yes, or no, because some of its parts do: which ones is the same as in plain
logic. `if` is the one exception: its condition may be unknown where both ways agree, which is a third alternative.
"""

from __future__ import annotations

from itertools import product
from typing import Final, NamedTuple

from rules.javascript import truthy
from rules.nodes import Array, Call, Const, Node

MOST: Final = 256
"""Alternatives of one rule."""


class Literal(NamedTuple):
    """A predicate, and whether it must say yes or no."""

    node: Node
    wanted: bool


Alternative = tuple[Literal, ...]


class Alternatives(NamedTuple):
    """All alternatives; where they are not `exact`, they allow more than the rule does."""

    clauses: list[Alternative]
    exact: bool = True


ALWAYS: Final = Alternatives([()])
NEVER: Final = Alternatives([])


def alternatives(node: Node, *, wanted: bool = True) -> Alternatives:
    """When the node says yes, or no where that is wanted."""
    return _Splitter().split(node, wanted)


class _Splitter:
    """Each node is split at most twice: a condition stands on both sides of its `if`, at every level."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, bool], Alternatives] = {}

    def split(self, node: Node, wanted: bool) -> Alternatives:
        """When the node says what is wanted."""
        name = (id(node), wanted)
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._split(node, wanted)
        return found

    def _split(self, node: Node, wanted: bool) -> Alternatives:
        if isinstance(node, Const):
            return ALWAYS if truthy(node.value) is wanted else NEVER
        if isinstance(node, Array) and not node.items:
            return NEVER if wanted else ALWAYS
        if not isinstance(node, Call):
            return _one(node, wanted)
        match node.operator:
            case "!" | "!!":
                return self._turned(node, wanted is not (node.operator == "!"))
            case "and" | "or":
                if not node.args:
                    return NEVER if wanted else ALWAYS
                parts = [self.split(arg, wanted) for arg in node.args]
                return _all(parts) if (node.operator == "and") is wanted else _any(parts)
            case "if" | "?:":
                return self._choice(node.args, wanted)
            case "missing":
                return _missing(node, wanted)
        return _one(node, wanted)

    def _turned(self, node: Call, wanted: bool) -> Alternatives:
        if node.args:
            return self.split(node.args[0], wanted)
        return NEVER if wanted else ALWAYS

    def _choice(self, args: tuple[Node, ...], wanted: bool) -> Alternatives:
        if len(args) < 2:
            return self.split(args[0], wanted) if args else (NEVER if wanted else ALWAYS)
        then, other = self.split(args[1], wanted), self._choice(args[2:], wanted)
        ways = [_all([self.split(args[0], True), then]), _all([self.split(args[0], False), other])]
        return _any([*ways, _all([then, other])])


def _one(node: Node, wanted: bool) -> Alternatives:
    return Alternatives([(Literal(node, wanted),)])


def _missing(node: Call, wanted: bool) -> Alternatives:
    """Any of its paths, each asked for itself."""
    paths = node.args[0].items if len(node.args) == 1 and isinstance(node.args[0], Array) else node.args
    if not paths or not all(isinstance(path, Const) and isinstance(path.value, str) for path in paths):
        return _one(node, wanted)
    parts = [_one(Call(path.pointer, "missing", (path,)), wanted) for path in paths]
    return _any(parts) if wanted else _all(parts)


def _any(parts: list[Alternatives]) -> Alternatives:
    clauses = [clause for part in parts for clause in part.clauses]
    if len(clauses) > MOST:
        return Alternatives([()], exact=False)
    return Alternatives(clauses, all(part.exact for part in parts))


def _all(parts: list[Alternatives]) -> Alternatives:
    """What would make too many is left out: what is impossible without it is so with it."""
    size, kept, exact = 1, [], True
    for part in sorted(parts, key=lambda part: len(part.clauses)):
        if size * len(part.clauses) > MOST:
            exact = False
        else:
            size *= len(part.clauses)
            kept.append(part.clauses)
            exact = exact and part.exact
    return Alternatives([tuple(literal for clause in chosen for literal in clause) for chosen in product(*kept)], exact)
