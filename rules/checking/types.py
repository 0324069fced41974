"""Whether the arguments of an operation are what it takes, and its constants what its attributes can be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from rules.checking.findings import finding
from rules.errors import meant
from rules.kinds import Kind
from rules.nodes import Array, Call, Const
from rules.operator import Operator
from rules.values import Attribute, FactType, Finding, Json

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
    FactType.DATETIME: "seconds since 1970-01-01T00:00:00Z, or ask before, after or between",
    FactType.BOOLEAN: "true or false",
}

SCALARS: Final = (FactType.STRING, FactType.NUMBER, FactType.DATETIME, FactType.BOOLEAN)

COMPARED: Final = frozenset({Kind.ALIKE, Kind.ORDERED})
SEVERAL: Final = frozenset({Kind.AMONG, Kind.LIST})
CONSTANTS: Final = COMPARED | {Kind.AMONG, Kind.TEXT, Kind.TEXTS}
"""Kinds of arguments in which a constant is held against an attribute."""

# What is an object may hold anything below, so it fits everywhere.
FITS: Final[Mapping[Kind, tuple[frozenset[FactType], tuple[type, ...], str]]] = {
    Kind.ORDERED: (frozenset(FactType) - {FactType.BOOLEAN}, (), "compare it with =="),
    Kind.AMONG: (frozenset({FactType.STRING, FactType.LIST, FactType.OBJECT}), (str,), "write a list"),
    Kind.TEXT: (frozenset({FactType.STRING, FactType.OBJECT}), (str,), "compare it with a comparison"),
    Kind.TEXTS: (
        frozenset({FactType.STRING, FactType.LIST, FactType.OBJECT}),
        (str,),
        "compare it with a comparison",
    ),
    Kind.NUMBER: (
        frozenset({FactType.NUMBER, FactType.DATETIME, FactType.OBJECT}),
        (int, float),
        "give it a number",
    ),
    Kind.LIST: (frozenset({FactType.LIST, FactType.OBJECT}), (), "name a list, or compare it with a comparison"),
    Kind.MOMENT: (frozenset(FactType) - {FactType.BOOLEAN, FactType.LIST}, (int, float, str), "give it a moment"),
    Kind.PLACE: (frozenset({FactType.NUMBER, FactType.OBJECT}), (int, float, dict), "name a place"),
}
"""Kind -> the types of attributes, and those of constants, that fit; and what to do about others."""


def check_types(node: Call, operator: Operator, attributes: tuple[Attribute | None, ...]) -> Iterator[Finding]:
    """What does not fit; `attributes` are those that the arguments read, where an argument reads one."""
    for place, (arg, attribute) in enumerate(zip(node.args, attributes, strict=True)):
        kind = operator.kind(place)
        if kind in FITS:
            if attribute is not None:
                yield from _check_kind(node, operator, kind, attribute)
            elif arg.__class__ is Const:
                yield from _check_given(arg, operator, kind)
    for place, attribute in enumerate(attributes):
        if attribute is not None:
            yield from _check_against(node, operator, attribute, operator.kind(place))


def _check_kind(node: Call, operator: Operator, kind: Kind, attribute: Attribute) -> Iterator[Finding]:
    types, _, remedy = FITS[kind]
    if attribute.type in types:
        return
    if kind is Kind.ORDERED:
        message = f"{attribute.path!r} is true or false and has no order"
    else:
        message = f"{attribute.path!r} is a {attribute.type.value}, and {operator.name} wants {kind.value}"
    yield finding("wrong-type", node.pointer, message, remedy)


def _check_given(constant: Const, operator: Operator, kind: Kind) -> Iterator[Finding]:
    """A constant where the operator wants something else; of comparisons the attribute knows better."""
    _, types, _ = FITS[kind]
    if kind is Kind.ORDERED or constant.value is None or type(constant.value) in types:
        return
    if kind is Kind.NUMBER and _is_numeric(constant.value):
        return
    message = f"{operator.name} wants {kind.value}, and {_shown(constant.value)} is not"
    yield finding("wrong-type", constant.pointer, message, f"write {kind.value}")


def _check_against(node: Call, operator: Operator, attribute: Attribute, own: Kind) -> Iterator[Finding]:
    """The constants that this attribute, in a place of its own kind, is compared with."""
    for place, arg in enumerate(node.args[: operator.most]):
        kind = operator.kind(place)
        if kind in SEVERAL and arg.__class__ is Array:
            for item in arg.items:
                if item.__class__ is Const:
                    yield from _check_constant(item, attribute, Kind.ALIKE, own)
        elif arg.__class__ is Const and kind in CONSTANTS:
            yield from _check_constant(arg, attribute, kind, own)


def _check_constant(constant: Const, attribute: Attribute, kind: Kind, own: Kind) -> Iterator[Finding]:
    value = constant.value
    if value is None:
        message = f"a comparison of {attribute.path!r} with null is never known"
        yield finding("null-comparison", constant.pointer, message, f'ask {{"missing": ["{attribute.path}"]}}')
    elif kind not in COMPARED:
        return
    elif attribute.type not in SCALARS:
        if attribute.type is FactType.LIST and own in COMPARED:
            message = f"{attribute.path!r} is a list"
            yield finding("wrong-type", constant.pointer, message, "use in, some, all or none")
        elif own in SEVERAL and attribute.choices and type(value) is str and value not in attribute.choices:
            yield _no_choice(constant, attribute, f"{attribute.path!r} never has {value!r}")
    elif type(value) not in JSON_TYPES[attribute.type]:
        message = f"{attribute.path!r} is a {attribute.type.value}, and {_shown(value)} is not"
        yield finding("wrong-type", constant.pointer, message, f"write {WRITTEN[attribute.type]}")
    elif kind is own is Kind.ALIKE and attribute.choices and value not in attribute.choices:
        yield _no_choice(constant, attribute, f"{attribute.path!r} is never {value!r}")


def _no_choice(constant: Const, attribute: Attribute, message: str) -> Finding:
    remedy = meant(str(constant.value), attribute.choices) or "write one of the attribute's choices"
    return finding("no-choice", constant.pointer, message, remedy)


def _is_numeric(value: Json) -> bool:
    if type(value) is not str:
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def _shown(value: Json) -> str:
    if isinstance(value, dict | bool):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
