"""Shapes: what the properties of an event may be, as JSON Schema. Compiled once, decided in microseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import orjson
from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from rules.values import Json

MOST_BYTES: Final = 20_000
MOST_DEEP: Final = 40
MOST_BREACHES: Final = 10
"""Breaches that are told of one value."""

REFERENCES: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
"""Keywords that a shape may not have: without them its work is bounded by its size, and nothing is fetched."""


class ShapeError(ValueError):
    """A JSON Schema that cannot be used: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a value breaks its shape."""

    field: str
    """Dotted, with places in lists as numbers: `products.0.price`. Empty for the whole value."""
    keyword: str
    """The keyword of JSON Schema that is broken, such as `type` or `required`."""
    message: str
    """In words, which never repeat the value."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A JSON Schema of the dialect 2020-12, without references. Patterns take linear time; formats are checked."""

    text: str

    @classmethod
    def of(cls, schema: Mapping[str, Json]) -> Shape:
        """The shape of a schema that was checked with `check_shape`."""
        return cls(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS).decode())

    def breaches(self, value: Mapping[str, Json]) -> list[Breach]:
        """Every place that breaks it, the first ones of many; empty for a value that fits."""
        validator = _compiled(self.text)
        if validator.is_valid(value):
            return []
        return [_breach(error) for error in islice(validator.iter_errors(value), MOST_BREACHES)]


def check_shape(schema: Any) -> Shape:
    """The shape of a schema that somebody wrote. Raises `ShapeError`."""
    if not isinstance(schema, dict):
        raise ShapeError('is not an object; write a JSON Schema such as {"required": ["product_id"]}')
    _check_references(schema, MOST_DEEP)
    shape = Shape.of(schema)
    if len(shape.text.encode()) > MOST_BYTES:
        raise ShapeError(f"is longer than {MOST_BYTES} bytes of JSON")
    try:
        _compiled(shape.text)
    except ValidationError as error:
        place = "/".join(map(str, error.instance_path))
        raise ShapeError(f"is no JSON Schema{f' at {place}' if place else ''}: {error.message}") from None
    return shape


def _check_references(schema: Any, left: int) -> None:
    if not left:
        raise ShapeError(f"is nested deeper than {MOST_DEEP}")
    if isinstance(schema, dict):
        if found := REFERENCES & schema.keys():
            raise ShapeError(f"has a reference ({min(found)}); write out what it refers to")
        schema = list(schema.values())
    for inner in schema if isinstance(schema, list) else ():
        _check_references(inner, left - 1)


@lru_cache(maxsize=1_024)
def _compiled(text: str) -> Draft202012Validator:
    return Draft202012Validator(
        orjson.loads(text), pattern_options=RegexOptions(), validate_formats=True, offline=True, mask="the value"
    )


def _breach(error: ValidationError) -> Breach:
    field = ".".join(map(str, error.instance_path))
    # Names that nobody knows are a sender's own words, and may be personal.
    words = "there are properties that the schema does not know" if "unexpected" in error.message else error.message
    return Breach(field[:200], error.kind.name, words[:300])
