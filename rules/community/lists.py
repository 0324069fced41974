"""Community dialect: lists and texts. Inside a list operator one scope up lies the index, two up the data around."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from rules.budget import spend
from rules.community.scope import (
    INVALID,
    Compile,
    LogicError,
    Operation,
    Run,
    Scope,
    applied,
    is_null,
    refuse,
    scalar,
    written,
)
from rules.javascript import UNDEFINED, Value, truthy
from rules.nodes import Call
from rules.operator import Example
from rules.operators.lists import merge
from rules.operators.text import cat, contained, substr


def build_map(node: Call, compiled: Compile) -> Run:
    """Each element made anew; null counts as an empty list."""
    return _elementwise(node, compiled, lambda rows, answers: list(answers))


def build_filter(node: Call, compiled: Compile) -> Run:
    """The elements of which the condition is true; null counts as an empty list."""
    return _elementwise(
        node, compiled, lambda rows, answers: [row for row, answer in zip(rows, answers, strict=True) if truthy(answer)]
    )


def build_all(node: Call, compiled: Compile) -> Run:
    """Whether the condition is true of each element, and there is one."""
    return _quantified(node, compiled, lambda rows, answers: bool(rows) and all(map(truthy, answers)))


def build_some(node: Call, compiled: Compile) -> Run:
    """Whether the condition is true of one element."""
    return _quantified(node, compiled, lambda rows, answers: any(map(truthy, answers)))


def build_none(node: Call, compiled: Compile) -> Run:
    """Whether the condition is true of no element."""
    return _quantified(node, compiled, lambda rows, answers: not any(map(truthy, answers)))


def build_reduce(node: Call, compiled: Compile) -> Run:
    """One value of all elements; where no first value is given, the first element is it."""
    args = written(node, compiled, least=2)
    if args is None or is_null(node.args[0]) or is_null(node.args[1]):
        return refuse
    rows_of, body, *initial = args

    def run(scope: Scope) -> Value:
        start = [given(scope) for given in initial[:1]]
        rows = _rows(rows_of(scope), nothing=[])
        if not start and not rows:
            return None
        value = start[0] if start else rows[0]
        for index in range(0 if start else 1, len(rows)):
            pair = {"accumulator": value, "current": rows[index]}
            value = body(scope.inside(pair, {"iterator": rows, "index": index}))
            spend(1)
        return value

    return run


Gather = Callable[[list[Value], Iterator[Value]], Value]
"""What becomes of the elements and of what the body says of each."""


def _elementwise(node: Call, compiled: Compile, gather: Gather) -> Run:
    args = written(node, compiled, least=2)
    if args is None or is_null(node.args[0]) or is_null(node.args[1]):
        return refuse
    return _iterated(args[0], args[1], gather, nothing=[])


def _quantified(node: Call, compiled: Compile, gather: Gather) -> Run:
    args = written(node, compiled, least=2)
    return refuse if args is None else _iterated(args[0], args[1], gather, nothing=None)


def _iterated(rows_of: Run, body: Run, gather: Gather, *, nothing: list[Value] | None) -> Run:
    def run(scope: Scope) -> Value:
        rows = _rows(rows_of(scope), nothing)
        return gather(rows, _answers(body, scope, rows))

    return run


def _answers(body: Run, scope: Scope, rows: list[Value]) -> Iterator[Value]:
    for index, row in enumerate(rows):
        spend(1)
        yield body(scope.inside(row, {"iterator": rows, "index": index}))


def _rows(value: Value, nothing: list[Value] | None) -> list[Value]:
    """The list; what stands for null where it is null; anything else is no argument for a list operator."""
    found = nothing if value is None else value
    if type(found) is not list:
        raise LogicError(INVALID)
    return found


def member(a: Value = UNDEFINED, b: Value = UNDEFINED, *_: Value) -> bool:
    """Whether a text is part of a text, or a value is an element of a list."""
    return contained(scalar(a) if type(b) is str else a, b)


def part(text: Value = "", start: Value = 0, end: Value = UNDEFINED, *_: Value) -> str:
    """A part of a text."""
    return substr(scalar(text), scalar(start), scalar(end))


OPERATIONS: Final = (
    Operation(
        "map",
        "Each element made anew; null counts as an empty list.",
        (Example({"map": [{"val": "l"}, {"*": [{"val": []}, 2]}]}, {"l": [1, 2]}, [2, 4]),),
        build_map,
    ),
    Operation(
        "filter",
        "The elements of which the condition is true; null counts as an empty list.",
        (Example({"filter": [{"val": "l"}, {">": [{"val": []}, {"val": [[2], "n"]}]}]}, {"l": [1, 5], "n": 3}, [5]),),
        build_filter,
    ),
    Operation(
        "reduce",
        "One value of all elements: `accumulator` is the value so far, `current` the element.",
        (Example({"reduce": [{"val": "l"}, {"+": [{"val": "accumulator"}, {"val": "current"}]}]}, {"l": [1, 2]}, 3),),
        build_reduce,
    ),
    Operation(
        "all",
        "Whether every element passes; false for an empty list.",
        (Example({"all": [{"val": "l"}, {">": [{"val": []}, 0]}]}, {"l": [1, 2]}, True),),
        build_all,
    ),
    Operation(
        "some",
        "Whether one element passes.",
        (Example({"some": [{"val": "l"}, {">": [{"val": []}, 1]}]}, {"l": [1, 2]}, True),),
        build_some,
    ),
    Operation(
        "none",
        "Whether no element passes; true for an empty list.",
        (Example({"none": [{"val": "l"}, {">": [{"val": []}, 2]}]}, {"l": [1, 2]}, True),),
        build_none,
    ),
    Operation(
        "merge",
        "One list of all arguments; lists give their elements.",
        (Example({"merge": [[1, 2], 3]}, None, [1, 2, 3]),),
        applied(merge),
    ),
    Operation(
        "in",
        "Whether a text is part of a text, or a value is an element of a list.",
        (Example({"in": ["tea", {"val": "l"}]}, {"l": ["tea"]}, True),),
        applied(member),
    ),
    Operation(
        "cat",
        "All arguments as one text.",
        (Example({"cat": {"val": "l"}}, {"l": ["tea", "-", 1]}, "tea-1"),),
        applied(cat),
    ),
    Operation(
        "substr",
        "A part of a text: from where, how long; negative numbers count from the end.",
        (Example({"substr": ["jsonlogic", 4]}, None, "logic"),),
        applied(part),
    ),
)
