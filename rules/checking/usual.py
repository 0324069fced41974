"""The predicates that nearly every rule is made of, recognised at once: a fact against constants.

What was found in order for one constant is in order for the next one of the same type. So most predicates cost a
look-up; whatever is not the usual case is inspected in full.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from rules.checking.alternatives import Literal
from rules.checking.inspector import Inspector
from rules.checking.types import JSON_TYPES, SCALARS
from rules.fast import MIRRORED
from rules.nodes import Array, Call, Const, Events, Node
from rules.operators.reading import plain_variable
from rules.values import FactType, Finding

EQUAL: Final = frozenset({"==", "===", "!=", "!=="})
AFFIX: Final = frozenset({"starts_with", "ends_with", "contains"})

Choices = tuple[str, ...]


class Usual:
    """Looks at the predicates of rules under one vocabulary."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._sound: dict[tuple[str, str, type], Choices | None] = {}

    def look(self, asked: Sequence[Literal], found: list[Finding]) -> tuple[bool, dict[int, str]]:
        """Note what is wrong with these predicates. Whether they may contradict each other, or themselves.

        They do not where each asks for something of its own, and can say both yes and no. The paths of those that can
        are told by the ids of their nodes.
        """
        doubtful, seen, free = False, set[Hashable](), dict[int, str]()
        for node, _ in asked:
            path = self._known(node)
            if path is not None:
                free[id(node)] = path
            key = path or self._inspected(node, found)
            if key is None or key in seen:
                doubtful = True
            else:
                seen.add(key)
        return doubtful, free

    def _known(self, node: Node) -> str | None:
        """The path of a predicate that is in order and can say both yes and no; None for any other."""
        if not isinstance(node, Call) or len(node.args) != 2:
            return None
        one, other = node.args
        path = plain_variable(one)
        if path is None:
            return None
        if isinstance(other, Const):
            choices = self._choices(node.operator, path, other.value.__class__)
            usual = choices is not None and other.value != "" and (not choices or other.value in choices)
        elif isinstance(other, Array):
            choices = self._choices(node.operator, path, list)
            usual = choices is not None and _some_of(other.items, choices)
        else:
            usual = False
        return path if usual else None

    def _choices(self, operator: str, path: str, kind: type) -> Choices | None:
        """The choices of the attribute, where the operator takes it with any constant of this kind; else None."""
        name = (operator, path, kind)
        if name not in self._sound:
            self._sound[name] = self._looked_up(*name)
        return self._sound[name]

    def _looked_up(self, operator: str, path: str, kind: type) -> Choices | None:
        steps = tuple(path.split("."))
        attribute = self._inspector.registry.attribute(steps)
        if attribute is None or attribute.type not in SCALARS or self._inspector.registry.doubts(steps):
            return None
        text = attribute.type is FactType.STRING
        if operator == "in":
            fits = kind is list and text
        elif operator in EQUAL:
            fits = kind in JSON_TYPES[attribute.type]
        elif operator in MIRRORED:
            ordered = attribute.type is not FactType.BOOLEAN and not attribute.choices
            fits = ordered and kind in JSON_TYPES[attribute.type]
        else:
            fits = operator in AFFIX and text and kind is str and not attribute.choices
        return attribute.choices if fits else None

    def _inspected(self, node: Node, found: list[Finding]) -> Hashable | None:
        """What any other predicate asks for; None where it may say the same to everybody."""
        before = len(found)
        self._inspector.paths(node, found)
        self._inspector.node(node, found)
        if len(found) > before or not isinstance(node, Call):
            return None
        if node.operator == "in_segment":
            return repr(node.logic)
        return _counted(node) if len(node.args) == 2 else None


def _some_of(items: Sequence[Node], choices: Choices) -> bool:
    """Whether these are texts, and some but not all of the choices where there are any."""
    words = {item.value for item in items if item.__class__ is Const and item.value.__class__ is str}
    if not words or len(words) < len(items):
        return False
    return not choices or (len(words) < len(choices) and words.issubset(choices))


def _counted(node: Call) -> Hashable | None:
    """The type of events of a count against a number that it can reach and need not."""
    reading, bound = node.args
    name = node.operator
    if isinstance(bound, Events):
        reading, bound, name = bound, reading, MIRRORED.get(name, "")
    if not isinstance(reading, Events) or not isinstance(bound, Const) or reading.measure != "count":
        return None
    least = bound.value
    if reading.not_followed_by == reading.type or (type(least) is not int and type(least) is not float):
        return None
    free = least > 0 if name in {">=", "<"} else least >= 0 and name in {">", "<="}
    return f"events {reading.type}" if free else None
