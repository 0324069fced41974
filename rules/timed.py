"""Predicates with a clock in them: the verdict now, and the first moment at which it will be another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from rules.counted import counted
from rules.events import MOMENTS, flips, reader_of
from rules.fast import PYTHON
from rules.javascript import Value
from rules.nodes import Call, Const, Events, Node, readings
from rules.operator import Builder, Expression, Operator, Truth
from rules.values import Facts, Instant, Json, Verdict
from rules.verdicts import Verdicts, predicate, verdicts

STEPS: Final = 64
"""Moments at which a predicate of several readings is tried; the last one tried bounds its answer."""


def timed_truth(node: Node, operator: Operator | None, builder: Builder, negated: bool) -> Truth:
    """The truth of a predicate that reads events. `valid_until` is never later than the true change."""
    answers = verdicts(node.pointer, negated=negated)
    if isinstance(node, Events):
        return _watched(node, node, None, builder, answers)
    if operator is not None and operator.family == "comparison" and isinstance(node, Call):
        reading = [arg for arg in node.args if isinstance(arg, Events)]
        rest = [arg for arg in node.args if isinstance(arg, Const)]
        if len(reading) == 1 and rest and len(rest) == len(node.args) - 1:
            return _watched(node, reading[0], operator, builder, answers)
    return _stepped(node, builder, answers)


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
        return _until(current, _first_change(current, reader.timeline(spans, now), answer)) if spans else current

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


def _stepped(node: Node, builder: Builder, answers: Verdicts) -> Truth:
    """Several readings, or one in arithmetic: tried again at every moment at which a reading changes."""
    expression = builder.value(node)
    readers = tuple(reader_of(reading, builder) for reading in readings(node))
    restless = any(reader.node.measure.endswith("age") for reader in readers)

    def decide(data: Value, facts: Facts) -> Verdict:
        current = answers.of(expression(data, facts))
        moments = sorted({m for reader in readers for m in reader.moments(reader.spans(facts), facts.now)})
        if restless:
            return _until(current, moments[0] if moments else None)
        ahead = _tried(expression, data, facts, moments[:STEPS])
        return _until(current, _first_change(current, ahead, answers.of, STEPS))

    return predicate(node.pointer, decide, timed=True)


def _tried(
    expression: Expression, data: Value, facts: Facts, moments: list[Instant]
) -> Iterable[tuple[Instant, Value]]:
    for at in moments:
        yield at, expression(data, Facts(at, facts.values, facts.events, facts.segments))


def _first_change(
    current: Verdict, ahead: Iterable[tuple[Instant, Value]], answer: Callable[[Value], Verdict], most: int = MOMENTS
) -> Instant | None:
    """When the verdict changes; the last moment looked at where the look ahead was cut short."""
    count, last = 0, None
    for at, value in ahead:
        if answer(value) is not current:
            return at
        count, last = count + 1, at
    return last if count >= most else None


def _until(verdict: Verdict, moment: Instant | None) -> Verdict:
    return verdict if moment is None else Verdict(verdict.outcome, moment, verdict.because)
