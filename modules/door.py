"""The door for authored JSON: its shape is checked here, once, and trusted inside."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeAlias, cast

from marshmallow import Schema, ValidationError, fields

from modules.errors import hint, step
from rules import Finding

WORDS = {
    "Missing data for required field": ("this is required", "add it"),
    "Field may not be null": ("null is not allowed here", "give a value, or leave it out"),
    "Not a valid string": ("text was expected", 'write it in quotes: "…"'),
    "Not a valid integer": ("a whole number was expected", "write it without quotes"),
    "Not a valid list": ("a list was expected", "write it in [ ]"),
    "Not a valid mapping type": ("an object was expected", "write it in { }"),
    "Invalid input type": ("an object was expected", "write it in { }"),
}
"""What marshmallow says, and how it is told to an author: message and remedy."""

Messages: TypeAlias = Mapping[Any, Any]


def shape_findings(schema: Schema, body: object) -> list[Finding]:
    """Where a body differs from the schema, with a JSON pointer for each place."""
    if not isinstance(body, dict):
        return [Finding("", "a JSON object was expected", "wrap the content in { }")]
    try:
        schema.load(body)
    except ValidationError as error:
        return list(_findings(cast("Messages", error.messages), schema, ""))
    return []


def _findings(messages: Messages, schema: Schema | None, at: str) -> Iterator[Finding]:
    for name, found in messages.items():
        # marshmallow files an object's own error under `_schema`, those of a mapping's member under `key` and `value`.
        own = name in ("_schema", "value") or (name == "key" and schema is None)
        here = at if own else f"{at}/{step(str(name))}"
        if isinstance(found, dict):
            yield from _findings(found, _inner(schema, name), here)
        else:
            yield from (_finding(str(message).rstrip("."), str(name), schema, here) for message in found)


def _finding(message: str, name: str, schema: Schema | None, here: str) -> Finding:
    if message == "Unknown field":
        known = [f.data_key or n for n, f in schema.fields.items()] if schema else []
        return Finding(here, f"{name!r} is not known here{hint(name, known)}", "take it out or rename it")
    return Finding(here, *WORDS.get(message, (message, "")))


def _inner(schema: Schema | None, name: object) -> Schema | None:
    """The schema that the errors under this name are about, None inside a mapping of plain values."""
    if schema is None or not isinstance(name, str):
        return schema
    field = next((f for n, f in schema.fields.items() if (f.data_key or n) == name), None)
    if isinstance(field, fields.List):
        field = field.inner
    elif isinstance(field, fields.Dict):
        field = field.value_field
        return field.schema if isinstance(field, fields.Nested) else None
    return field.schema if isinstance(field, fields.Nested) else schema


LARGEST = sys.float_info.max


class Flag(fields.Field[bool]):
    """true or false, and nothing that merely looks like it."""

    json_schema: ClassVar = {"type": "boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("true or false was expected")
        return value


class Amount(fields.Field[float]):
    """A finite JSON number; text that looks like one is refused."""

    json_schema: ClassVar = {"type": "number"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not is_finite(value):
            raise ValidationError("a number was expected")
        return value


def is_finite(value: float) -> bool:
    """Whether a JSON number fits a float; whole numbers may be of any length."""
    return -LARGEST <= value <= LARGEST
