"""Community dialect: what decides which argument is evaluated, and what becomes of an error."""

from __future__ import annotations

from typing import Final

from rules.community.scope import Compile, LogicError, Operation, Run, Scope, applied, refuse, written
from rules.javascript import Value, truthy
from rules.nodes import Call
from rules.operator import Example
from rules.values import Json


def build_and(node: Call, compiled: Compile) -> Run:
    """The first argument that is false, else the last."""
    return _first(node, compiled, stop=False)


def build_or(node: Call, compiled: Compile) -> Run:
    """The first argument that is true, else the last."""
    return _first(node, compiled, stop=True)


def _first(node: Call, compiled: Compile, *, stop: bool) -> Run:
    args = written(node, compiled)
    if args is None:
        return refuse

    def run(scope: Scope) -> Value:
        value: Value = False
        for arg in args:
            value = arg(scope)
            if truthy(value) is stop:
                return value
        return value

    return run


def build_if(node: Call, compiled: Compile) -> Run:
    """The value after the first true condition, else the last value, else null."""
    args = written(node, compiled)
    if args is None:
        return refuse
    pairs = list(zip(args[::2], args[1::2], strict=False))
    last = args[-1] if len(args) % 2 else None

    def run(scope: Scope) -> Value:
        for holds, value in pairs:
            if truthy(holds(scope)):
                return value(scope)
        return last(scope) if last else None

    return run


def build_coalesce(node: Call, compiled: Compile) -> Run:
    """The first argument that is not null."""
    args = written(node, compiled)
    if args is None:
        return refuse

    def run(scope: Scope) -> Value:
        for arg in args:
            value = arg(scope)
            if value is not None:
                return value
        return None

    return run


def build_try(node: Call, compiled: Compile) -> Run:
    """The first argument that throws nothing; each later one reads the error before it."""
    args = tuple(compiled(arg) for arg in node.args)

    def run(scope: Scope) -> Value:
        error = LogicError("no argument")
        inner = scope
        for arg in args:
            try:
                return arg(inner)
            except LogicError as caught:
                error, inner = caught, scope.inside(caught.value)
        raise error

    return run if args else refuse


def build_preserve(node: Call, compiled: Compile) -> Run:
    """The argument as it is written."""
    written_out: Json = node.args[0].logic if node.bare else [arg.logic for arg in node.args]
    return lambda scope: written_out


def throw(value: Value = None, *_: Value) -> Value:
    """Throw the value as an error."""
    raise LogicError.thrown(value)


def negation(value: Value = None, *_: Value) -> bool:
    """The opposite truth."""
    return not truthy(value)


def truth(value: Value = None, *_: Value) -> bool:
    """The truth as a boolean."""
    return truthy(value)


OPERATIONS: Final = (
    Operation(
        "and",
        "The first argument that is false, else the last; false where there is none.",
        (Example({"and": [1, 0, {"throw": "late"}]}, None, 0),),
        build_and,
    ),
    Operation(
        "or",
        "The first argument that is true, else the last; false where there is none.",
        (Example({"or": [0, "tea", {"throw": "late"}]}, None, "tea"),),
        build_or,
    ),
    Operation(
        "if",
        "Condition and value in turn, at the end the value for all else.",
        (Example({"if": [{"val": "vip"}, "gold", "white"]}, {"vip": True}, "gold"),),
        build_if,
    ),
    Operation("?:", "Another name of `if`.", (Example({"?:": [True, 1, 2]}, None, 1),), build_if),
    Operation("!", "The opposite truth.", (Example({"!": [[]]}, None, True),), applied(negation)),
    Operation("!!", "The truth as true or false.", (Example({"!!": [{}]}, None, True),), applied(truth)),
    Operation(
        "??",
        "The first argument that is not null.",
        (Example({"??": [{"val": "nick"}, {"val": "name"}, "you"]}, {"name": "Ann"}, "Ann"),),
        build_coalesce,
    ),
    Operation(
        "try",
        "The first argument that throws nothing; a later one reads the error, and the data two scopes up.",
        (
            Example({"try": [{"/": [1, 0]}, 0]}, None, 0),
            Example({"try": [{"throw": "no stock"}, {"val": "type"}]}, None, "no stock"),
        ),
        build_try,
    ),
    Operation(
        "throw",
        "An error of this type, or this error object.",
        (Example({"try": [{"throw": {"val": "problem"}}, {"val": "type"}]}, {"problem": {"type": "late"}}, "late"),),
        applied(throw),
    ),
    Operation(
        "preserve",
        "Its argument as it is written: data, not logic.",
        (Example({"preserve": {"val": "x"}}, {"x": 1}, {"val": "x"}),),
        build_preserve,
    ),
)
