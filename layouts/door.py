"""The door for authored layouts: their shape is checked here, once, and trusted inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, validate

from rules import Finding

KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]*\Z", error="a key has small letters, digits and -")


class SlotSchema(Schema):
    """A slot as it is written in a file."""

    key = fields.String(required=True, validate=KEY)
    title = fields.String()
    types = fields.List(fields.String())
    tags = fields.List(fields.String())
    min = fields.Integer(strict=True, validate=validate.Range(min=0, max=50))
    max = fields.Integer(strict=True, validate=validate.Range(min=1, max=50))
    pinned = fields.List(fields.String())
    fallback = fields.String(allow_none=True)
    diverse_by = fields.String(allow_none=True, validate=validate.OneOf(["topic", "type"]))


class LayoutSchema(Schema):
    """A layout as it is written in a file."""

    title = fields.String(required=True)
    channels = fields.List(fields.String())
    slots = fields.List(fields.Nested(SlotSchema), required=True, validate=validate.Length(min=1))
    fallback = fields.String(allow_none=True)
    static = fields.String()
    settings = fields.Dict(keys=fields.String(), values=fields.String())


_SCHEMA = LayoutSchema()


def check_shape(body: object) -> list[Finding]:
    """Where a body does not have the shape of a layout, with a JSON pointer for each place."""
    if not isinstance(body, dict):
        return [Finding("", "a JSON object was expected", "wrap the content in { }")]
    try:
        _SCHEMA.load(body)
    except ValidationError as error:
        return list(_findings(cast("Mapping[Any, Any]", error.messages), ""))
    return []


def _findings(messages: Mapping[Any, Any], at: str) -> Iterator[Finding]:
    for name, found in messages.items():
        here = at if name == "value" else f"{at}/{name}"
        if isinstance(found, dict):
            yield from _findings(found, here)
            continue
        for message in found:
            yield _finding(str(message).rstrip("."), str(name), SlotSchema if "/slots/" in here else LayoutSchema, here)


def _finding(message: str, name: str, schema: type[Schema], here: str) -> Finding:
    if message != "Unknown field":
        return Finding(here, message)
    near = get_close_matches(name, schema().fields, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return Finding(here, f"{name!r} is not known here{hint}", "take it out or rename it")
