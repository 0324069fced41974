"""Rules in plain English."""

from __future__ import annotations

import json
from typing import Final

from rules.fast import MIRRORED
from rules.nodes import FOREVER, Array, Call, Const, Events, Node
from rules.rule import Rule
from rules.table import OPERATORS
from rules.values import Json
from rules.windows import spoken

SHOWN: Final = 8
"""Elements of a list that are spelled out."""

MEASURES: Final = {
    "count": "the number of {events}",
    "sum": "the sum of {field} over {events}",
    "last_age": "the seconds since the last of {events}",
    "first_age": "the seconds since the first of {events}",
}


def describe(rule: Rule) -> str:
    """The rule as a sentence that an editor can read."""
    return say(rule.root)


def say(node: Node) -> str:
    """The node in words."""
    match node:
        case Const(value=value):
            return spell(value)
        case Array(items=items):
            return f"[{_listed(items)}]"
        case Events():
            return _events(node)
        case _:
            return _call(node)


def spell(value: Json) -> str:
    """A value as people write it."""
    if value is None:
        return "nothing"
    return json.dumps(value, ensure_ascii=False)


def subject_first(node: Call) -> Call:
    """The comparison turned round where the constant came first."""
    if len(node.args) == 2 and node.operator in MIRRORED and isinstance(node.args[0], Const):
        return Call(node.pointer, MIRRORED[node.operator], node.args[::-1])
    if len(node.args) == 2 and "=" in node.operator and isinstance(node.args[0], Const):
        return Call(node.pointer, node.operator, node.args[::-1])
    return node


def _call(node: Call) -> str:
    special = SPECIAL.get(node.operator)
    if special is not None:
        return special(node)
    node = subject_first(node)
    if node.operator in {"<", "<="} and len(node.args) == 3:
        low, middle, high = map(say, node.args)
        return f"{middle} is {'strictly ' if node.operator == '<' else ''}between {low} and {high}"
    operator = OPERATORS.get(node.operator)
    if operator is None or not operator.phrase or len(node.args) < operator.least:
        return f"{node.operator}({', '.join(map(say, node.args))})"
    return operator.phrase.format(*map(say, node.args), all=_listed(node.args))


def _var(node: Call) -> str:
    path = say(node.args[0]) if node.args else ""
    named = path.strip('"') or "everything"
    return f"{named} (or {say(node.args[1])} where it is not known)" if len(node.args) > 1 else named


def _joined(node: Call) -> str:
    words = [
        f"({say(arg)})" if isinstance(arg, Call) and arg.operator in {"and", "or", "if"} else say(arg)
        for arg in node.args
    ]
    return OPERATORS[node.operator].phrase.join(words) or "nothing"


def _if(node: Call) -> str:
    args = [say(arg) for arg in node.args]
    words = [f"{args[i + 1]} if {args[i]}" for i in range(0, len(args) - 1, 2)]
    return ", else ".join(words + args[len(args) - len(args) % 2 :]) or "nothing"


def _in(node: Call) -> str:
    if len(node.args) == 2 and isinstance(node.args[1], Array):
        return f"{say(node.args[0])} is one of {_listed(node.args[1].items)}"
    return OPERATORS["in"].phrase.format(*map(say, node.args)) if len(node.args) > 1 else "in()"


def _events(node: Events) -> str:
    events = f"“{node.type}” events"
    if node.where is not None:
        events += f" where {say(node.where)}"
    if node.within < FOREVER:
        events += f" in the last {spoken(str(node.spec['within']))}"
    if node.not_followed_by:
        events += f" not followed by “{node.not_followed_by}”"
    return MEASURES[node.measure].format(events=events, field=node.field)


def _listed(items: tuple[Node, ...]) -> str:
    shown = ", ".join(map(say, items[:SHOWN]))
    return f"{shown} and {len(items) - SHOWN} more" if len(items) > SHOWN else shown


SPECIAL: Final = {"var": _var, "and": _joined, "or": _joined, "if": _if, "?:": _if, "in": _in}
