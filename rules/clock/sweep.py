"""A node over a span of time: what its value may be there, worked out from the ranges of what moves in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rules.clock.course import ANYTHING, MOST, Ahead, Course, Range, Sweep, Watch, tried, truth
from rules.javascript import ABSENT, UNDEFINED, Value
from rules.nodes import Array, Call, Const, Events, Node, children, is_scoped, operations, readings
from rules.operator import Builder, Expression, Operator
from rules.operators.events import sweep_events
from rules.operators.lists import AS_VALUE
from rules.table import CLOCKS, OPERATORS
from rules.values import Facts, Instant

JUNCTIONS: Final = {"and": (False, False), "or": (True, False), "!": (True, True), "!!": (True, False)}
QUANTIFIED: Final = {"all": (False, False), "some": (True, False), "none": (True, True)}
"""Operator -> the truth of a part that decides, and whether the opposite of it is the answer."""

FACTS: Final = frozenset({"var", "missing", "missing_some", "score", "in_segment", "events"})
"""Operators that read facts."""


def reads_clock(node: Node) -> bool:
    """Whether time alone can change its value."""
    if isinstance(node, Const):
        return False
    if not isinstance(node, Array) and node.operator in CLOCKS:
        return True
    for child in children(node):  # noqa: SIM110  # every predicate is asked, and any() would take twice as long
        if reads_clock(child):
            return True
    return False


def reads_clock_alone(node: Node) -> bool:
    """Whether nothing but time can change its value."""
    return not any(found.operator in FACTS for found in operations(node))


def sweep(node: Node, builder: Builder) -> Sweep:
    """The look ahead of a node."""
    if not reads_clock(node):
        return _still(builder.value(node))
    operator = OPERATORS.get(node.operator) if isinstance(node, Call | Events) else None
    if isinstance(node, Events) and node.where is not None and reads_clock(node.where):
        return _restless(replace(node, where=None), builder)
    if operator is not None and operator.clock is not None:
        return operator.clock(node, builder)
    if isinstance(node, Call) and _is_truth(node, builder):
        return sweep_truth(node, builder)
    if isinstance(node, Call) and node.operator in QUANTIFIED and len(node.args) == 2 and not reads_clock(node.args[0]):
        return _quantified(node, builder)
    parts = [sweep(child, builder) for place, child in enumerate(children(node)) if not is_scoped(node, place)]
    scoped = [child for place, child in enumerate(children(node)) if is_scoped(node, place) and reads_clock(child)]
    if operator is not None and isinstance(node, Call) and operator.function is not None:
        return _applied(operator, parts[: operator.most])
    parts += [sweep(reading, builder) for child in scoped for reading in readings(child)]
    return _constant_with(parts, builder.value(node), sure=not scoped)


def sweep_truth(node: Node, builder: Builder) -> Sweep:
    """The look ahead of a node of which only its truth counts: true, false or absent (Kleene)."""
    if not reads_clock(node):
        decide = builder.truth(node).decide
        return _still(lambda data, facts: AS_VALUE[decide(data, facts).outcome])
    if isinstance(node, Call) and node.args and node.operator in JUNCTIONS:
        deciding, opposite = JUNCTIONS[node.operator]
        args = node.args if node.operator in {"and", "or"} else node.args[:1]
        return _joined([sweep_truth(arg, builder) for arg in args], deciding, opposite)
    if isinstance(node, Call) and node.operator in {"if", "?:"}:
        decide = builder.truth(node).decide
        parts = [sweep_truth(arg, builder) for arg in node.args]
        return _constant_with(parts, lambda data, facts: AS_VALUE[decide(data, facts).outcome], sure=True)
    return _as_truth(sweep(node, builder))


def _is_truth(node: Call, builder: Builder) -> bool:
    """Whether its value is its truth."""
    return node.operator in {"!", "!!"} or (node.operator in {"and", "or"} and builder.is_boolean(node))


def _as_truth(part: Sweep) -> Sweep:
    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        ahead = part(data, facts, watches)
        return lambda start, end: truth(ahead(start, end))

    return prepare


def _joined(parts: list[Sweep], deciding: bool, opposite: bool) -> Sweep:
    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        return _junction([part(data, facts, watches) for part in parts], deciding, opposite)

    return prepare


def _quantified(node: Call, builder: Builder) -> Sweep:
    """Each element is looked at by itself, where they are few; the list is the same all the time."""
    deciding, opposite = QUANTIFIED[node.operator]
    rows, body = builder.value(node.args[0]), sweep_truth(node.args[1], builder)
    whole, asked = builder.value(node), [sweep(reading, builder) for reading in readings(node.args[1])]

    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        found = rows(data, facts)
        if type(found) is not list or not found:
            value = whole(data, facts)
            return lambda start, end: value
        if len(found) > MOST:
            for look in asked:  # for its watches
                look(data, facts, watches)
            return lambda start, end: ANYTHING
        return _junction([body(row, facts, watches) for row in found], deciding, opposite)

    return prepare


def _junction(parts: list[Ahead], deciding: bool, opposite: bool) -> Ahead:
    """Kleene's logic: one part that decides is enough. `opposite` where its denial is asked for."""

    def run(start: Instant, end: Instant) -> Course:
        courses = [part(start, end) for part in parts]
        if deciding in courses:
            return deciding is not opposite
        if ANYTHING in courses:
            return ANYTHING
        return ABSENT if ABSENT in courses else deciding is opposite

    return run


def _still(expression: Expression) -> Sweep:
    """What reads no clock has one value."""

    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        value = expression(data, facts)
        return lambda start, end: value

    return prepare


def _restless(node: Events, builder: Builder) -> Sweep:
    """A reading whose condition changes with the clock may be anything, and changes when any occurrence does."""
    look = sweep_events(node, builder)

    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        look(data, facts, watches)
        return lambda start, end: ANYTHING

    return prepare


def _applied(operator: Operator, parts: list[Sweep]) -> Sweep:
    function, over = _function(operator), operator.over
    # An argument that was not given is undefined. Without it the moving ones would be tried value by value.
    lacking = [UNDEFINED] * (operator.least - len(parts))

    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        ahead = [part(data, facts, watches) for part in parts]

        def run(start: Instant, end: Instant) -> Course:
            courses = [part(start, end) for part in ahead]
            if ABSENT in courses:
                return ABSENT
            if ANYTHING in courses:
                return ANYTHING
            if not any(type(course) is Range for course in courses):
                return function(*courses)
            course = over(*courses, *lacking) if over else None
            return tried(function, *courses) if course is None or (lacking and course is ANYTHING) else course

        return run

    return prepare


def _constant_with(parts: list[Sweep], expression: Expression, *, sure: bool) -> Sweep:
    """Of anything else it is only known that it stays as it is while all that it is made of does."""

    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        ahead = [part(data, facts, watches) for part in parts]

        def run(start: Instant, end: Instant) -> Course:
            if not sure or any(_moves(part(start, end)) for part in ahead):
                return ANYTHING
            return expression(data, Facts(start, facts.values, facts.events, facts.segments))

        return run

    return prepare


def _moves(course: Course) -> bool:
    return course is ANYTHING or type(course) is Range


def _function(operator: Operator) -> Callable[..., Value]:
    if operator.apply is not None:
        return operator.apply
    attempt = operator.attempt
    assert attempt is not None

    def run(*values: Value) -> Value:
        value = attempt(*values)
        return ABSENT if value is None else value

    return run
