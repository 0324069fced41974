"""Community dialect: reading data, with `val` through scopes and with `var` as ever."""

from __future__ import annotations

import math
from typing import Final

from rules.budget import paid
from rules.community.scope import Compile, Operation, Run, Scope, arguments, scalar
from rules.javascript import UNDEFINED, Value, less_or_equal, to_number, to_string
from rules.nodes import Call
from rules.operator import Example
from rules.operators.reading import follow, missing_of, step, steps


def build_val(node: Call, compiled: Compile) -> Run:
    """The value at a path of keys, null where there is none."""
    found = _lookup(node, compiled)

    def run(scope: Scope) -> Value:
        value = found(scope)
        return None if value is UNDEFINED else value

    return run


def build_exists(node: Call, compiled: Compile) -> Run:
    """Whether there is something at a path of keys, be it null."""
    found = _lookup(node, compiled)
    return lambda scope: found(scope) is not UNDEFINED


def _lookup(node: Call, compiled: Compile) -> Run:
    given = arguments(node, compiled)

    def run(scope: Scope) -> Value:
        path = paid(given(scope))
        value: Value = scope.value
        if path and type(path[0]) is list and len(path[0]) == 1:
            value = _climbed(scope, abs(to_number(scalar(path[0][0]))))
            path = path[1:]
        return follow(value, tuple(to_string(scalar(key)) for key in path))

    return run


def _climbed(scope: Scope, levels: float) -> Value:
    """The value so many scopes further out."""
    above: Scope | None = scope
    climbed = 0
    while above is not None and climbed < levels:
        above, climbed = above.above, climbed + 1
    return UNDEFINED if above is None or math.isnan(levels) else above.value


def build_var(node: Call, compiled: Compile) -> Run:
    """The value at a dotted path, else the default."""
    given = arguments(node, compiled)

    def run(scope: Scope) -> Value:
        path, default = (*given(scope), UNDEFINED, UNDEFINED)[:2]
        found = follow(scope.value, steps(scalar(path)))
        found = default if found is UNDEFINED else found
        return None if found is UNDEFINED else found

    return run


def build_missing(node: Call, compiled: Compile) -> Run:
    """Which of the paths are absent, null or empty."""
    given = arguments(node, compiled)

    def run(scope: Scope) -> Value:
        keys = given(scope)
        return _missing(scope, keys[0] if keys and type(keys[0]) is list else keys)

    return run


def build_missing_some(node: Call, compiled: Compile) -> Run:
    """The absent ones of the paths where fewer than wanted are there."""
    given = arguments(node, compiled)

    def run(scope: Scope) -> Value:
        least, keys = (*given(scope), 0, [])[:2]
        keys = keys if type(keys) is list else [keys]
        gone = _missing(scope, keys)
        return [] if less_or_equal(scalar(least), to_number(step(keys, "length")) - len(gone)) else gone

    return run


def _missing(scope: Scope, keys: list[Value]) -> list[Value]:
    return missing_of(scope.value, [scalar(key) for key in paid(keys)])


OPERATIONS: Final = (
    Operation(
        "val",
        "The value at a path of keys, one argument each. `[[1], …]` begins one scope further out.",
        (
            Example({"val": ["basket", 0, "name"]}, {"basket": [{"name": "tea"}]}, "tea"),
            Example({"map": [{"val": "list"}, {"val": [[1], "index"]}]}, {"list": ["a", "b"]}, [0, 1]),
            Example({"map": [{"val": "list"}, {"+": [{"val": []}, {"val": [[2], "n"]}]}]}, {"list": [1], "n": 9}, [10]),
        ),
        build_val,
    ),
    Operation(
        "exists",
        "Whether there is something at a path of keys, be it null.",
        (Example({"exists": ["a", "b"]}, {"a": {"b": None}}, True),),
        build_exists,
    ),
    Operation(
        "var",
        "The value at a dotted path, else the default; inside `map` and its like, of the element.",
        (Example({"var": ["a.b", 5]}, {"a": {}}, 5),),
        build_var,
    ),
    Operation(
        "missing",
        "Which of these dotted paths are absent, null or empty.",
        (Example({"missing": ["a", "b"]}, {"a": 1}, ["b"]),),
        build_missing,
    ),
    Operation(
        "missing_some",
        "The absent ones of these dotted paths where fewer than the wanted number are there, else an empty list.",
        (Example({"missing_some": [1, ["a", "b"]]}, {"a": 1}, []),),
        build_missing_some,
    ),
)
