"""What there is to be asked for: the names of an answer, worked out of the schemas that describe it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from marshmallow import Schema, fields

from admin.reading.paths import ANY
from experiments import ExperimentSchema
from layouts import LayoutSchema
from modules import shape_of

Shape: TypeAlias = "Mapping[str, Shape] | None"
"""The names that there are, each with those below it: `*` where they are free, None where anything may stand."""

NOTHING: Final[Shape] = {}
"""The shape of a plain value: no name lies below it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The step of a path that leads nowhere, its place in the path, and the names that there are instead."""

    at: int
    step: str
    known: Collection[str]


def wrong(shape: Shape, steps: Sequence[str], at: int = 0) -> Wrong | None:
    """Where a path leaves this shape, None where it does not."""
    if at == len(steps) or shape is None:
        return None
    step = steps[at]
    if step == ANY:
        found = [wrong(inner, steps, at + 1) for inner in shape.values()] or [Wrong(at, step, ())]
        return None if None in found else found[0]
    if step not in shape and ANY not in shape:
        return Wrong(at, step, tuple(shape))
    return wrong(shape[step if step in shape else ANY], steps, at + 1)


def shape_in(schema: Schema) -> dict[str, Shape]:
    """The names that a schema describes."""
    return {field.data_key or name: _within(field) for name, field in schema.fields.items()}


@cache
def content_shape(kind: str) -> Shape:
    """The names in content of a kind. Those of a module's fields, which its type knows, are free."""
    known = {"layouts": LayoutSchema(), "experiments": ExperimentSchema()}.get(kind) or shape_of(kind)
    return NOTHING if known is None else shape_in(known)


def module_shape(names: Collection[str]) -> Shape:
    """The names in a module whose type has these fields."""
    own: Shape = content_shape("modules")
    assert own is not None
    variant = own["variants"]
    assert variant is not None
    some: Shape = {ANY: dict.fromkeys(names)}
    return {**own, "locales": some, "variants": {**variant, "locales": some}}


def _within(field: Any) -> Shape:
    match field:
        case fields.Nested():
            return shape_in(field.schema)
        case fields.List():
            return _within(field.inner)
        case fields.Dict():
            return {ANY: None if field.value_field is None else _within(field.value_field)}
        case _:
            return NOTHING if type(field) in PLAIN else None


PLAIN: Final = frozenset({fields.String, fields.Integer, fields.Float, fields.Boolean})
"""Fields of which nothing is a part. What others hold, their schema does not say."""
