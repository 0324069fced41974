"""A node over a span of time: what its value may be there, worked out from the ranges of what moves in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rules.course import ANYTHING, Ahead, Course, Range, Sweep, Watch, tried
from rules.events import sweep_events
from rules.javascript import ABSENT, Value
from rules.nodes import Call, Events, Node, children, is_scoped, operations
from rules.operator import Builder, Expression, Operator
from rules.table import CLOCKS, OPERATORS
from rules.values import Facts, Instant

FACTS: Final = frozenset({"var", "missing", "missing_some", "score", "in_segment", "events"})
"""Operators that read facts."""


def reads_clock(node: Node) -> bool:
    """Whether time alone can change its value."""
    return any(found.operator in CLOCKS for found in operations(node))


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
    parts = [sweep(child, builder) for place, child in enumerate(children(node)) if not is_scoped(node, place)]
    scoped = any(is_scoped(node, place) and reads_clock(child) for place, child in enumerate(children(node)))
    if operator is not None and isinstance(node, Call) and (operator.apply or operator.attempt):
        return _applied(operator, parts[: operator.most])
    return _constant_with(parts, builder.value(node), sure=not scoped)


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
    function, over = _function(operator), operator.over if len(parts) >= operator.least else None

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
            course = over(*courses) if over else ANYTHING
            return tried(function, *courses) if course is ANYTHING else course

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
