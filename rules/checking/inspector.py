"""Whether all that a rule names is there, and each operation has the arguments that it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.checking.findings import finding
from rules.checking.types import check_types
from rules.errors import meant
from rules.kinds import Kind
from rules.nodes import Array, Call, Const, Events, Node, below, children, is_scoped
from rules.operator import Operator
from rules.operators.reading import fixed_path
from rules.parser import Parser
from rules.reads import paths_read
from rules.registry import Registry
from rules.table import OPERATORS, meant_operator
from rules.values import Attribute, Finding, Json, Vocabulary


class Inspector:
    """Looks at every node of a tree under one vocabulary, and remembers what it looked up there."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.registry = Registry(vocabulary)

    def paths(self, root: Node, found: list[Finding]) -> None:
        """Paths that nothing registers, or that are no paths."""
        for node, path in paths_read(root):
            if path and self.registry.attribute(path) is not None and not self.registry.doubts(path):
                continue
            place = (
                node.args[0].pointer
                if isinstance(node, Call) and node.operator == "var" and node.args
                else node.pointer
            )
            found.append(self._unread(place, path))

    def _unread(self, place: str, path: tuple[str, ...] | None) -> Finding:
        """What is wrong with reading this path."""
        if path is None:
            remedy = "write the path of a registered attribute"
            return finding("computed-path", place, "the path is worked out by the rule", remedy)
        if not path:
            return finding("whole-facts", place, "it reads every fact at once", "name the attribute that it needs")
        name = ".".join(path)
        doubt = self.registry.doubts(path)
        if doubt:
            return finding("unknown-key", place, f"nothing is known yet of {name!r}", doubt)
        return finding("unknown-attribute", place, f"there is no attribute {name!r}", self.registry.meant(path))

    def node(self, node: Node, found: list[Finding], *, of_facts: bool = True) -> None:
        """Whatever is wrong with this node and all below; what an element is asked reads no facts."""
        kind = node.__class__
        if kind is Call:
            self._call(node, found, of_facts)  # type: ignore[arg-type]
        elif kind is Events:
            self._events(node, found)  # type: ignore[arg-type]
        elif kind is Const:
            if node.value.__class__ is dict:  # type: ignore[union-attr]
                self._object(node.pointer, node.value, found, of_facts)  # type: ignore[union-attr]
            return
        for place, child in enumerate(children(node)):
            if child.__class__ is not Const or not _is_data(node, place):
                self.node(child, found, of_facts=of_facts and not is_scoped(node, place))

    def _call(self, node: Call, found: list[Finding], of_facts: bool) -> None:
        operator = OPERATORS.get(node.operator)
        if operator is None:
            place = below(node.pointer, node.operator)
            remedy = meant_operator(node.operator) or f"use one of {', '.join(OPERATORS)}"
            found.append(finding("unknown-operator", place, f"there is no operator {node.operator!r}", remedy))
            return
        count = len(node.args)
        if count < operator.least or (operator.most is not None and count > operator.most):
            found.append(_miscounted(node, operator))
        if node.operator == "var" and not of_facts:
            self._element(node, found)
        if operator.takes:
            if operator.takes[0] is Kind.SEGMENT:
                found.extend(self._segment(node))
            elif of_facts:
                found.extend(check_types(node, operator, self._attributes(node)))

    def _element(self, node: Call, found: list[Finding]) -> None:
        """A fact that is asked of an element of a list, or of an event, which does not know it."""
        path = fixed_path(node)
        if path and len(path) > 1 and ".".join(path) in self.vocabulary.attributes:
            name = ".".join(path)
            message = f"{name!r} is asked of an element here, not of the person"
            found.append(finding("out-of-reach", node.pointer, message, f"ask {name!r} beside the list, joined by and"))

    def _attributes(self, node: Call) -> tuple[Attribute | None, ...]:
        return tuple(self.registry.attribute(path) if (path := fixed_path(arg)) else None for arg in node.args)

    def _segment(self, node: Call) -> Iterator[Finding]:
        segments = self.vocabulary.segments
        for key in node.args[:1]:
            if not isinstance(key, Const) or not isinstance(key.value, str):
                message = "the segment is worked out by the rule"
                yield finding("computed-segment", key.pointer, message, "write the key of a segment")
            elif key.value not in segments:
                hint = meant(key.value, segments) or "make the segment first"
                yield finding("unknown-segment", key.pointer, f"there is no segment {key.value!r}", hint)

    def _events(self, node: Events, found: list[Finding]) -> None:
        events = self.vocabulary.events
        for field, name in (("type", node.type), ("not_followed_by", node.not_followed_by)):
            if name and name not in events:
                hint = meant(name, events) or "register the event type first"
                message = f"there is no event type {name!r}"
                found.append(finding("unknown-event", f"{node.place}/{field}", message, hint))

    def _object(self, pointer: str, value: Mapping[str, Json], found: list[Finding], of_facts: bool) -> None:
        """JSON-logic takes an object of several keys, or of none, for data: it would let everybody in, unasked."""
        if not value:
            message = "an empty object is no operation, and always true"
            found.append(finding("no-operation", pointer, message, "leave it out, or write true"))
            return
        message = f"an object of {len(value)} keys is no operation, and always true"
        found.append(finding("no-operation", pointer, message, 'join its operations: {"and": [{…}, {…}]}'))
        for operator, given in value.items():
            inner = Parser().node({operator: given}, pointer)
            if of_facts:
                self.paths(inner, found)
            self.node(inner, found, of_facts=of_facts)


def _is_data(node: Node, place: int) -> bool:
    """Whether an object here is meant as data: an element of a list, a place, what stands in for an absent fact."""
    if isinstance(node, Call):
        operator = OPERATORS.get(node.operator)
        return (node.operator == "var" and place == 1) or (operator is not None and operator.kind(place) is Kind.PLACE)
    return isinstance(node, Array)


def _miscounted(node: Call, operator: Operator) -> Finding:
    count, most = len(node.args), operator.most
    wanted = f"{operator.least}" if operator.least == most else f"{operator.least} to {most}"
    wanted = f"{operator.least} or more" if most is None else wanted
    message = f"{node.operator} has {count} argument{'' if count == 1 else 's'}"
    return finding("argument-count", below(node.pointer, node.operator), message, f"it takes {wanted}")
