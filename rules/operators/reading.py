"""Reading data: `var`, `missing`, `missing_some`, and how a dotted path is followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rules.budget import ELEMENTS, LONG, spend
from rules.javascript import ABSENT, UNDEFINED, Value, cut, length, less_or_equal, to_number, to_string
from rules.nodes import Call, Const, Node
from rules.operator import Builder, Example, Expression, Operator, argument
from rules.source.pieces import Piece
from rules.source.writer import Writer
from rules.values import Facts

WHOLE: Final = (None, "")
"""Paths that mean everything."""


def step(value: Value, key: str) -> Value:
    """JavaScript's `value[key]` for plain data: own keys, indices and `length`; `undefined` where there is none."""
    kind = type(value)
    if kind is dict:
        return value.get(key, UNDEFINED)
    if kind is list or kind is str:
        if key == "length":
            return len(value) if kind is list else length(value)
        return _element(value, key)
    # A read-only view of facts is a mapping too; anything else has no keys.
    return value.get(key, UNDEFINED) if hasattr(value, "keys") else UNDEFINED


def _element(value: Value, key: str) -> Value:
    if not (key.isascii() and key.isdigit()) or len(key) > 9 or (key[0] == "0" and key != "0"):
        return UNDEFINED
    at = int(key)
    if type(value) is list:
        return value[at] if at < len(value) else UNDEFINED
    return cut(value, at, at + 1) or UNDEFINED


def follow(value: Value, path: tuple[str, ...]) -> Value:
    """What is at the path; `undefined` where it leads nowhere."""
    for key in path:
        if value is None or value is UNDEFINED:
            return UNDEFINED
        value = step(value, key)
    return value


def nested(path: Sequence[str], value: Value) -> dict[str, Value]:
    """The data in which this value is at the path, and nothing else; the value itself where the path is empty."""
    for key in reversed(path):
        value = {key: value}
    return value  # type: ignore[no-any-return]


def steps(path: Value) -> tuple[str, ...]:
    """The keys of a dotted path, `()` for everything."""
    if path is None or path is UNDEFINED or path == "":
        return ()
    text = to_string(path)
    if len(text) > LONG:
        spend(len(text) // ELEMENTS)
    return tuple(text.split("."))


def fixed_path(node: Node) -> tuple[str, ...] | None:
    """The path of a `var` whose path is written out; None for any other node."""
    if not isinstance(node, Call) or node.operator != "var":
        return None
    if not node.args:
        return ()
    first = node.args[0]
    return steps(first.value) if isinstance(first, Const) and not isinstance(first.value, dict) else None


def plain_variable(node: Node) -> str | None:
    """The dotted path of a `var` that is a text and has no default; None for any other node."""
    if not isinstance(node, Call) or node.operator != "var" or len(node.args) != 1:
        return None
    path = node.args[0]
    return path.value if isinstance(path, Const) and isinstance(path.value, str) else None


def build_var(node: Call, builder: Builder) -> Expression:
    """Read a path. In the three-valued mode null is absent too, and only a default can stand in for it."""
    path = fixed_path(node)
    default = builder.value(node.args[1]) if len(node.args) > 1 else None
    if path is not None:
        return _known_var(path, default) if builder.known else _plain_var(path, default)
    return _computed_var(argument(node, 0, builder), default, builder.known)


def write_var(node: Call, writer: Writer, truth: bool) -> Piece | None:
    """A path that is written out, with a default that is a constant or none."""
    path = fixed_path(node)
    default: Value = UNDEFINED
    if len(node.args) > 1:
        given = node.args[1]
        if not isinstance(given, Const) or isinstance(given.value, dict):
            return None
        default = given.value
    return None if path is None else writer.scope.at(writer, path, default)


def _known_var(path: tuple[str, ...], default: Expression | None) -> Expression:
    def run(data: Value, facts: Facts) -> Value:
        found = follow(data, path)
        if found is None or found is UNDEFINED:
            return ABSENT if default is None else default(data, facts)
        return found

    return run


def _plain_var(path: tuple[str, ...], default: Expression | None) -> Expression:
    def run(data: Value, facts: Facts) -> Value:
        found = follow(data, path)
        if found is UNDEFINED:
            found = UNDEFINED if default is None else default(data, facts)
            return None if found is UNDEFINED else found
        return found

    return run if path else lambda data, facts: data


def _computed_var(path: Expression, default: Expression | None, known: bool) -> Expression:
    make = _known_var if known else _plain_var

    def run(data: Value, facts: Facts) -> Value:
        where = path(data, facts)
        return ABSENT if where is ABSENT else make(steps(where), default)(data, facts)

    return run


def missing_of(data: Value, keys: list[Value]) -> list[Value]:
    """Those of the paths at which the data has nothing, null or an empty text."""
    spend(len(keys))
    return [key for key in keys if _is_missing(data, key)]


def _is_missing(data: Value, key: Value) -> bool:
    """Whether `{"var": key}` is null or empty. A key that is a list carries a default, as it does in JavaScript."""
    default: Value = UNDEFINED
    if type(key) is list:
        default = key[1] if len(key) > 1 else UNDEFINED
        key = key[0] if key else UNDEFINED
    path = steps(key)
    found = follow(data, path)
    if found is UNDEFINED and path:
        found = None if default is UNDEFINED else default
    return found is None or (type(found) is str and not found)


def build_missing(node: Call, builder: Builder) -> Expression:
    """The keys that are not there. It never is unknown: it says what absence means."""
    args = [builder.value(arg) for arg in node.args]

    def run(data: Value, facts: Facts) -> Value:
        keys = [arg(data, facts) for arg in args]
        if ABSENT in keys:
            return ABSENT
        return missing_of(data, keys[0] if keys and type(keys[0]) is list else keys)

    return run


def build_missing_some(node: Call, builder: Builder) -> Expression:
    """The keys that are not there, none where enough are."""
    needed, options = argument(node, 0, builder), argument(node, 1, builder)

    def run(data: Value, facts: Facts) -> Value:
        least, keys = needed(data, facts), options(data, facts)
        if least is ABSENT or keys is ABSENT:
            return ABSENT
        gone = missing_of(data, _as_keys(keys))
        size = to_number(step(keys, "length"))
        return [] if less_or_equal(least, size - len(gone)) else gone

    return run


def _as_keys(keys: Value) -> list[Value]:
    if type(keys) is not list:
        return [keys]
    return keys[0] if keys and type(keys[0]) is list else keys


OPERATORS: Final = (
    Operator(
        "var",
        "The value at a dotted path, else the default. Inside `map`, `filter` and their like it reads the element.",
        (
            Example({"var": "profile.orders"}, {"profile": {"orders": 3}}, 3),
            Example({"var": ["profile.orders", 0]}, {"profile": {}}, 0),
            Example({"var": "basket.1"}, {"basket": ["tea", "coffee"]}, "coffee"),
        ),
        build_var,
        "reading",
        least=0,
        most=2,
        unknown="where nothing is at the path, or null, and there is no default",
        write=write_var,
    ),
    Operator(
        "missing",
        "Which of these paths are absent, null or empty. It says what absence means: never unknown.",
        (Example({"missing": ["name", "age"]}, {"name": "Ann"}, ["age"]),),
        build_missing,
        "reading",
        least=0,
        phrase="any of {all} is missing",
        unknown="never, where its paths are written out",
    ),
    Operator(
        "missing_some",
        "The absent ones of these paths where fewer than the wanted number are there, else an empty list.",
        (
            Example({"missing_some": [1, ["mail", "phone"]]}, {"mail": "a@b.example"}, []),
            Example({"missing_some": [1, ["mail", "phone"]]}, {}, ["mail", "phone"]),
        ),
        build_missing_some,
        "reading",
        least=2,
        most=2,
        phrase="fewer than {0} of {1} are there",
        unknown="never, where its paths are written out",
    ),
)
