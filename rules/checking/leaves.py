"""The predicates of a rule: what is left when its logic is taken away."""

from __future__ import annotations

from rules.checking.alternatives import Literal
from rules.nodes import Call, Node


def leaves(root: Node) -> list[Literal]:
    """Each predicate with what it must say to help the rule to a yes; of a condition of `if`, to take its way.

    Logic with the wrong number of arguments counts as a predicate, for whoever looks at those to find fault with.
    """
    found: list[Literal] = []
    waiting = [(root, True)]
    while waiting:
        node, wanted = waiting.pop()
        if node.__class__ is Call and node.args:
            name, args = node.operator, node.args
            if name == "and" or name == "or":
                waiting += [(arg, wanted) for arg in reversed(args)]
                continue
            if (name == "!" or name == "!!") and len(args) == 1:
                waiting.append((args[0], wanted is (name == "!!")))
                continue
            if name == "if" or name == "?:":
                waiting += _ways(args, wanted)
                continue
        found.append(Literal(node, wanted))
    return found


def _ways(args: tuple[Node, ...], wanted: bool) -> list[tuple[Node, bool]]:
    last = len(args) - 1
    return [(arg, True if place % 2 == 0 and place < last else wanted) for place, arg in reversed([*enumerate(args)])]
