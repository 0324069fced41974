"""Shapes: what is told of a value that breaks its schema, and which schemas are taken at all."""

from __future__ import annotations

from typing import Any

import pytest

from rules import ShapeError, check_shape
from rules.shapes import MOST_BREACHES, MOST_BYTES, MOST_DEEP

ORDER: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "required": ["order_id"],
    "properties": {
        "total": {"type": "number", "minimum": 0},
        "email": {"type": "string", "format": "email"},
        "code": {"type": "string", "pattern": "^[A-Z]+$"},
        "products": {
            "type": "array",
            "items": {"required": ["id"], "additionalProperties": False, "properties": {"id": {}}},
        },
    },
}


def test_a_value_that_fits_breaks_nothing() -> None:
    fits = {"order_id": 7, "total": 2.5, "email": "a@b.example", "code": "AB", "products": [{"id": 1}], "more": None}
    assert check_shape(ORDER).breaches(fits) == []


def test_each_breach_names_its_place_and_keyword_and_never_repeats_the_value() -> None:
    secret = "ann@secret"
    value = {"total": secret, "email": "secret", "code": secret, "products": [{"id": 1}, {secret: 1}, secret]}
    told = check_shape(ORDER).breaches(value)
    assert {(one.field, one.keyword) for one in told} >= {
        ("", "required"),
        ("total", "type"),
        ("email", "format"),
        ("code", "pattern"),
        ("products.1", "required"),
        ("products.1", "additionalProperties"),
    }
    assert not [one.message for one in told if "secret" in one.message]


def test_of_many_breaches_the_first_are_told() -> None:
    shape = check_shape({"additionalProperties": {"type": "number"}})
    assert len(shape.breaches({str(number): "x" for number in range(500)})) == MOST_BREACHES


def test_a_pattern_that_would_take_for_ever_elsewhere_takes_no_time_here() -> None:
    shape = check_shape({"properties": {"a": {"pattern": "^(a+)+$"}}})
    assert len(shape.breaches({"a": "a" * 20_000 + "!"})) == 1


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"not": schema}
    return schema


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (7, "not an object"),
        (True, "not an object"),
        ({"type": "sing"}, "at type"),
        ({"properties": {"a": {"minimum": "x"}}}, "at properties/a/minimum"),
        ({"properties": 7}, "at properties"),
        ({"pattern": "("}, "regex"),
        ({"pattern": "(?=a)"}, "regex"),
        ({"$ref": "#"}, "reference"),
        ({"properties": {"a": {"$ref": "https://example.com/schema"}}}, "reference"),
        ({"anyOf": [{"$dynamicRef": "#x"}]}, "reference"),
        ({"description": "x" * MOST_BYTES}, "longer"),
        (deep(MOST_DEEP + 1), "deeper"),
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(schema: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        check_shape(schema)
