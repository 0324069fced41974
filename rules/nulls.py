"""The null trap: in plain JSON-logic what is not there is null, and null passes many a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rules.alternatives import Literal
from rules.describe import say
from rules.findings import finding
from rules.javascript import Value, truthy
from rules.nodes import Call, Const, Node, walk
from rules.reading import fixed_path
from rules.table import OPERATORS
from rules.values import Finding, Json

STRANGER: Final[Json] = {"values": {}}
"""The facts of somebody of whom nothing is known."""


def null_traps(asked: Sequence[Literal]) -> list[Finding]:
    """Predicates that let somebody pass of whom nothing is known: by null, or by the default that stands in for it."""
    found: list[Finding] = []
    guarded: frozenset[str] | None = None
    for node, wanted in asked:
        if node.__class__ is Call and _passes(node, wanted):
            guarded = _guarded(asked) if guarded is None else guarded
            found += _trap(node, wanted, guarded)
    return found


def _passes(node: Call, wanted: bool) -> bool:
    """Whether it says what is wanted where the fact that it reads is absent."""
    operator = OPERATORS.get(node.operator)
    if operator is None:
        return False
    if node.operator == "var":
        return truthy(_absent(node)) is wanted
    if operator.apply is None or not operator.boolean:
        return False
    args, reads = [], False
    for arg in node.args[: operator.most]:
        if arg.__class__ is Const:
            args.append(arg.value)
        elif arg.__class__ is Call and arg.operator == "var":
            args.append(_absent(arg))
            reads = True
        else:
            return False
    return reads and truthy(operator.apply(*args)) is wanted


def _absent(node: Call) -> Value:
    """What plain JSON-logic takes for a fact that is absent."""
    default = node.args[1] if len(node.args) > 1 else None
    return default.value if isinstance(default, Const) else None


def _guarded(asked: Sequence[Literal]) -> frozenset[str]:
    """The paths that the rule asks for elsewhere: it knows what their absence means."""
    keys = [node for node, _ in asked if isinstance(node, Call) and node.operator == "missing"]
    return frozenset(str(word.value) for node in keys for word in _words(node))


def _words(node: Node) -> Iterator[Const]:
    return (inner for inner in walk(node) if isinstance(inner, Const))


def _trap(node: Call, wanted: bool, guarded: frozenset[str]) -> Iterator[Finding]:
    reads = [arg for arg in (node, *node.args) if fixed_path(arg)]
    names = [".".join(fixed_path(arg) or ()) for arg in reads]
    if not names or guarded.issuperset(names):
        return
    said = say(node, negated=not wanted)
    if any(isinstance(arg, Call) and len(arg.args) > 1 for arg in reads):
        message = f"where {names[0]} is not known the default passes: {said}"
        made = finding("absent-passes", node.pointer, message, "take the default away where a stranger should not pass")
    else:
        message = f"plain JSON-logic takes null for a {names[0]} that is not known, and null passes: {said}"
        made = finding(
            "null-trap", node.pointer, message, f'add {{"!": {{"missing": ["{names[0]}"]}}}}, or ask `decide`'
        )
    yield replace(made, witness=STRANGER)  # type: ignore[arg-type]
