"""Checking a rule at save: everything that would be wrong with it later, with the place and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.errors import RuleError, meant
from rules.nodes import Array, Call, Const, Events, Node, below, children, is_scoped
from rules.operator import Operator
from rules.parser import Parser
from rules.rule import paths_read
from rules.table import OPERATORS
from rules.types import attribute_at, check_types
from rules.values import Finding, Json, Vocabulary


def check(logic: Json, vocabulary: Vocabulary) -> list[Finding]:
    """All that is wrong with this logic under this vocabulary; empty where it may be saved."""
    parser = Parser()
    try:
        root = parser.node(logic, "")
    except RuleError as error:
        return [*(fault.finding for fault in parser.faults), error.finding]
    findings = [fault.finding for fault in parser.faults]
    if not isinstance(root, Call | Events) and not (isinstance(root, Const) and isinstance(root.value, bool | dict)):
        findings.append(Finding("", "the rule asks nothing: it is a constant", "write an operation, true or false"))
    findings.extend(_check_paths(root, vocabulary))
    findings.extend(_check_node(root, vocabulary, of_facts=True))
    return findings


def _check_paths(root: Node, vocabulary: Vocabulary) -> Iterator[Finding]:
    for node, path in paths_read(root):
        place = (
            node.args[0].pointer if isinstance(node, Call) and node.operator == "var" and node.args else node.pointer
        )
        if path is None:
            yield Finding(place, "the path is worked out by the rule", "write the path of a registered attribute")
        elif not path:
            yield Finding(place, "it reads every fact at once", "name the attribute that it needs")
        elif attribute_at(path, vocabulary) is None:
            name = ".".join(path)
            hint = meant(name, vocabulary.attributes) or "register the attribute first"
            yield Finding(place, f"there is no attribute {name!r}", hint)


def _check_node(node: Node, vocabulary: Vocabulary, *, of_facts: bool) -> Iterator[Finding]:
    if isinstance(node, Events):
        yield from _check_events(node, vocabulary)
    elif isinstance(node, Call):
        yield from _check_call(node, vocabulary, of_facts=of_facts)
    elif isinstance(node, Const) and isinstance(node.value, dict):
        yield from _check_object(node.pointer, node.value, vocabulary, of_facts=of_facts)
    for index, child in enumerate(children(node)):
        if not _is_data(node, index, child):
            yield from _check_node(child, vocabulary, of_facts=of_facts and not is_scoped(node, index))


def _is_data(node: Node, index: int, child: Node) -> bool:
    """Whether an object in this place is meant as data: an element of a list, or what stands in for an absent fact."""
    given = isinstance(node, Array) or (isinstance(node, Call) and node.operator == "var" and index == 1)
    return given and isinstance(child, Const)


def _check_object(
    pointer: str, value: Mapping[str, Json], vocabulary: Vocabulary, *, of_facts: bool
) -> Iterator[Finding]:
    """JSON-logic takes an object of several keys, or of none, for data: it would let everybody in, unasked."""
    if not value:
        yield Finding(pointer, "an empty object is no operation, and always true", "leave it out, or write true")
        return
    message = f"an object of {len(value)} keys is no operation, and always true"
    yield Finding(pointer, message, 'join its operations: {"and": [{…}, {…}]}')
    for operator, given in value.items():
        inner = Parser().node({operator: given}, pointer)
        if of_facts:
            yield from _check_paths(inner, vocabulary)
        yield from _check_node(inner, vocabulary, of_facts=of_facts)


def _check_call(node: Call, vocabulary: Vocabulary, *, of_facts: bool) -> Iterator[Finding]:
    operator = OPERATORS.get(node.operator)
    if operator is None:
        place = below(node.pointer, node.operator)
        remedy = meant(node.operator, OPERATORS) or f"use one of {', '.join(OPERATORS)}"
        yield Finding(place, f"there is no operator {node.operator!r}", remedy)
        return
    yield from _check_count(node, operator)
    if node.operator == "in_segment":
        yield from _check_segment(node, vocabulary)
    if of_facts:
        yield from check_types(node, operator, vocabulary)


def _check_count(node: Call, operator: Operator) -> Iterator[Finding]:
    count, most = len(node.args), operator.most
    if count >= operator.least and (most is None or count <= most):
        return
    wanted = f"{operator.least}" if operator.least == most else f"{operator.least} to {most}"
    wanted = f"{operator.least} or more" if most is None else wanted
    place = below(node.pointer, node.operator)
    yield Finding(place, f"{node.operator} has {count} argument{'' if count == 1 else 's'}", f"it takes {wanted}")


def _check_segment(node: Call, vocabulary: Vocabulary) -> Iterator[Finding]:
    for key in node.args[:1]:
        if not isinstance(key, Const) or not isinstance(key.value, str):
            yield Finding(key.pointer, "the segment is worked out by the rule", "write the key of a segment")
        elif key.value not in vocabulary.segments:
            hint = meant(key.value, vocabulary.segments) or "make the segment first"
            yield Finding(key.pointer, f"there is no segment {key.value!r}", hint)


def _check_events(node: Events, vocabulary: Vocabulary) -> Iterator[Finding]:
    for field, name in (("type", node.type), ("not_followed_by", node.not_followed_by)):
        if name and name not in vocabulary.events:
            hint = meant(name, vocabulary.events) or "register the event type first"
            yield Finding(f"{node.place}/{field}", f"there is no event type {name!r}", hint)
