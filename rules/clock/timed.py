"""Predicates with a clock in them: the verdict now, and the first moment at which it will be another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rules.clock.aims import aims
from rules.clock.counted import counted
from rules.clock.course import ANYTHING, Watch, truth
from rules.clock.remembered import remembered
from rules.clock.sweep import reads_clock, sweep
from rules.clock.turning import turn
from rules.fast import PYTHON
from rules.javascript import Value
from rules.nodes import Call, Const, Events, Node
from rules.operator import Builder, Operator, Truth
from rules.operators.events import MOMENTS, flips, reader_of
from rules.values import Facts, Instant, Json, Verdict
from rules.verdicts import Verdicts, held_until, predicate, verdicts


def timed_truth(node: Node, operator: Operator | None, builder: Builder, negated: bool) -> Truth:
    """The truth of a predicate that reads the clock. `valid_until` is never later than the true change."""
    answers = verdicts(node.pointer, negated=negated)
    if isinstance(node, Events) and not _has_restless(node):
        return _watched(node, node, None, builder, answers)
    if operator is not None and operator.family == "comparison" and isinstance(node, Call):
        args = node.args[: operator.most]
        reading = [arg for arg in args if isinstance(arg, Events)]
        rest = [arg for arg in args if isinstance(arg, Const)]
        if len(reading) == 1 and rest and len(rest) == len(args) - 1 and not _has_restless(reading[0]):
            return _watched(node, reading[0], operator, builder, answers)
    return _looking(node, builder, answers)


def _has_restless(reading: Events) -> bool:
    """Whether what an event must be changes with the clock."""
    return reading.where is not None and reads_clock(reading.where)


def _watched(node: Node, reading: Events, operator: Operator | None, builder: Builder, answers: Verdicts) -> Truth:
    """One reading, alone or against constants: its values to come are known, so is the moment of the change."""
    args = node.args[: operator.most] if isinstance(node, Call) and operator else ()
    bounds = [arg.value for arg in args if isinstance(arg, Const)]
    place = next((i for i, arg in enumerate(args) if arg is reading), 0)
    reader = reader_of(reading, builder, flips(bounds or [0]))
    test = _test(operator, place, bounds)

    def answer(value: Value) -> Verdict:
        return answers.unknown if value is None else answers.of(test(value))

    def decide(data: Value, facts: Facts) -> Verdict:
        now = facts.now
        spans = reader.spans(facts)
        current = answer(reader.value(spans, now))
        return held_until(current, _first_change(current, reader.timeline(spans, now), answer)) if spans else current

    quick, asks = counted(node, reading, answers, decide) or (decide, None)
    return predicate(node.pointer, quick, timed=True, asks=asks)


def _test(operator: Operator | None, place: int, bounds: list[Json]) -> Callable[[Value], Value]:
    """What is asked of the reading: the comparison with its other arguments filled in."""
    if operator is None or operator.apply is None:
        return lambda value: value
    apply, (bound, *more) = operator.apply, bounds
    if operator.name in PYTHON and not more and (type(bound) is int or type(bound) is float):
        # Numbers against a number: Python says what JavaScript says.
        compare = PYTHON[operator.name]
        return (lambda value: compare(value, bound)) if place == 0 else lambda value: compare(bound, value)
    return lambda value: apply(*bounds[:place], value, *bounds[place:])


def _looking(node: Node, builder: Builder, answers: Verdicts) -> Truth:
    """Whatever else reads the clock: looked at over ever longer spans of time."""
    expression, look, aim = builder.value(node), sweep(node, builder), aims(node, builder)

    def decide(data: Value, facts: Facts) -> tuple[Verdict, bool]:
        current = answers.of(expression(data, facts))
        watches: list[Watch] = []
        ahead = look(data, facts, watches)

        def holds(start: Instant, end: Instant) -> bool:
            course = truth(ahead(start, end))
            return course is not ANYTHING and answers.of(course) is current

        def stays(at: Instant) -> bool:
            then = Facts(at, facts.values, facts.events, facts.segments)
            return answers.of(expression(data, then)) is current

        until, sure = turn(stays, holds, watches, facts.now, aim(data, facts))
        return held_until(current, until), sure

    return predicate(node.pointer, remembered(decide, node, builder), timed=True)


def _first_change(
    current: Verdict, ahead: Iterable[tuple[Instant, Value]], answer: Callable[[Value], Verdict]
) -> Instant | None:
    """When the verdict changes; the last moment looked at where the look ahead was cut short."""
    count, last = 0, None
    for at, value in ahead:
        if answer(value) is not current:
            return at
        count, last = count + 1, at
    return last if count >= MOMENTS else None
