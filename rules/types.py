"""Whether the constants of a rule fit the attributes that they are compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.errors import meant
from rules.nodes import Array, Call, Const, Node
from rules.operator import Operator
from rules.reading import fixed_path
from rules.values import Attribute, FactType, Finding, Json, Vocabulary

JSON_TYPES: Final[dict[FactType, tuple[type, ...]]] = {
    FactType.STRING: (str,),
    FactType.NUMBER: (int, float),
    FactType.DATETIME: (int, float),
    FactType.BOOLEAN: (bool,),
    FactType.LIST: (),
    FactType.OBJECT: (),
}

WRITTEN: Final = {
    FactType.STRING: "a text in quotation marks",
    FactType.NUMBER: "a number without quotation marks",
    FactType.DATETIME: "seconds since 1970-01-01T00:00:00Z",
    FactType.BOOLEAN: "true or false",
}

SCALARS: Final = (FactType.STRING, FactType.NUMBER, FactType.DATETIME, FactType.BOOLEAN)


def attribute_at(path: tuple[str, ...], vocabulary: Vocabulary) -> Attribute | None:
    """The attribute that registers this path: itself, a wildcard, a list or object above it, or one below it."""
    known = vocabulary.attributes
    name = ".".join(path)
    if name in known:
        return known[name]
    for size in range(len(path) - 1, 0, -1):
        above = ".".join(path[:size])
        if f"{above}.*" in known:
            return known[f"{above}.*"]
        if above in known and known[above].type in {FactType.LIST, FactType.OBJECT}:
            return Attribute(name, FactType.OBJECT, name)
    inside = any(other.startswith(f"{name}.") for other in known)
    return Attribute(name, FactType.OBJECT, name) if inside else None


def check_types(node: Call, operator: Operator, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Constants of the wrong type, and texts that are none of an attribute's choices."""
    if operator.family not in {"comparison", "membership", "text"} or not operator.boolean:
        return
    for attribute in (_attribute(arg, vocabulary) for arg in node.args[: operator.most]):
        if attribute is None:
            continue
        yield from _check_kind(node, operator, attribute)
        for constant in _constants(node, operator):
            yield from _check_constant(constant, attribute, node, operator)


def _attribute(node: Node, vocabulary: Vocabulary) -> Attribute | None:
    path = fixed_path(node)
    return attribute_at(path, vocabulary) if path else None


def _constants(node: Call, operator: Operator) -> Iterator[Const]:
    for index, arg in enumerate(node.args[: operator.most]):
        if isinstance(arg, Const):
            yield arg
        elif isinstance(arg, Array) and operator.family == "membership" and index == 1:
            yield from (item for item in arg.items if isinstance(item, Const))


def _check_kind(node: Call, operator: Operator, attribute: Attribute) -> Iterator[Finding]:
    ordered = operator.family == "comparison" and operator.name[0] in "<>"
    if ordered and attribute.type is FactType.BOOLEAN:
        yield Finding(node.pointer, f"{attribute.path!r} is true or false and has no order", "compare it with ==")
    if operator.family == "text" and attribute.type not in {FactType.STRING, FactType.LIST, FactType.OBJECT}:
        message = f"{attribute.path!r} is a {attribute.type.value}, {operator.name} looks into texts"
        yield Finding(node.pointer, message, "compare it with a comparison")


def _check_constant(constant: Const, attribute: Attribute, node: Call, operator: Operator) -> Iterator[Finding]:
    value = constant.value
    if value is None:
        message = f"a comparison of {attribute.path!r} with null is never known"
        yield Finding(constant.pointer, message, f'ask {{"missing": ["{attribute.path}"]}}')
        return
    if attribute.type not in SCALARS:
        if operator.family == "comparison" and attribute.type is FactType.LIST:
            yield Finding(constant.pointer, f"{attribute.path!r} is a list", "use in, some, all or none")
        return
    if operator.family == "text" or type(value) in JSON_TYPES[attribute.type]:
        yield from _check_choice(constant, attribute, operator)
        return
    message = f"{attribute.path!r} is a {attribute.type.value}, and {_shown(value)} is not"
    yield Finding(constant.pointer, message, f"write {WRITTEN[attribute.type]}")


def _check_choice(constant: Const, attribute: Attribute, operator: Operator) -> Iterator[Finding]:
    exact = operator.family == "membership" or operator.name in {"==", "===", "!=", "!=="}
    value = constant.value
    if exact and attribute.choices and isinstance(value, str) and value not in attribute.choices:
        yield Finding(constant.pointer, f"{attribute.path!r} is never {value!r}", meant(value, attribute.choices))


def _shown(value: Json) -> str:
    return repr(value) if not isinstance(value, bool) else str(value).lower()
