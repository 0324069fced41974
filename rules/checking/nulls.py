"""The null trap: in plain JSON-logic what is not there is null, and null passes many a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rules.checking.alternatives import Literal
from rules.checking.findings import NOTE
from rules.javascript import Value, truthy
from rules.nodes import Call, Const, Events, Node, walk
from rules.operators.reading import fixed_path
from rules.table import OPERATORS
from rules.values import Finding, Json

STRANGER: Final[Mapping[str, Json]] = {"values": {}}
"""The facts of somebody of whom nothing is known."""


NEVER_NULL: Final = frozenset({"==", "===", "in"})
"""What null never passes, as long as it is not compared with null."""


def null_traps(asked: Sequence[Literal]) -> list[Finding]:
    """Predicates that let somebody pass of whom nothing is known: by null, or by the default that stands in for it."""
    found: list[Finding] = []
    guarded: frozenset[str] | None = None
    for node, wanted in asked:
        if isinstance(node, Call) and _passes(node, wanted):
            guarded = _guarded(asked) if guarded is None else guarded
            found += _trap(node, guarded)
    return found


def _passes(node: Call, wanted: bool) -> bool:
    """Whether it says what is wanted where the fact that it reads is absent."""
    operator = OPERATORS.get(node.operator)
    if operator is None:
        return False
    if node.operator == "var":
        return truthy(_absent(node)) is wanted
    function = operator.function
    if function is None or not operator.boolean:
        return False
    given, reads = [], False
    for arg in node.args[: operator.most]:
        if isinstance(arg, Call) and arg.operator == "var":
            if wanted and len(arg.args) == 1 and node.operator in NEVER_NULL:
                return False
            given.append(_absent(arg))
            reads = True
        elif isinstance(arg, Call | Events):
            return False
        else:
            given.append(arg.logic)
    return reads and truthy(function(*given)) is wanted


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


def _trap(node: Call, guarded: frozenset[str]) -> Iterator[Finding]:
    reads = [arg for arg in (node, *node.args) if isinstance(arg, Call) and fixed_path(arg)]
    names = [".".join(fixed_path(arg) or ()) for arg in reads]
    if not names or guarded.issuperset(names):
        return
    name = names[0]
    if any(len(arg.args) > 1 for arg in reads):
        message = f"where {name!r} is not known its default stands in for it, and passes"
        remedy = "take the default away where a stranger should not pass"
        yield Finding(node.pointer, message, remedy, NOTE, "absent-passes", witness=STRANGER)
    else:
        message = f"where {name!r} is not known plain JSON-logic takes null for it, which passes; decide says unknown"
        remedy = f'where evaluate is used, add {{"!": {{"missing": ["{name}"]}}}}'
        yield Finding(node.pointer, message, remedy, NOTE, "null-trap", witness=STRANGER)
