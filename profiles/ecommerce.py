"""The schemas of Segment's e-commerce events, read from the package's own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import orjson

from rules import Shape

VERSION: Final = "ecommerce-1"
"""The file that is read. A change that refuses what was fine before is another file."""


@dataclass(frozen=True, slots=True)
class EventSchema:
    """What the properties of one event may be."""

    name: str
    summary: str
    schema: Mapping[str, Any]
    shape: Shape


def _read(version: str) -> dict[str, EventSchema]:
    document = orjson.loads((files(__package__) / "schemas" / f"{version}.json").read_bytes())
    written = {name: _written_out(schema, document["$defs"]) for name, schema in document["events"].items()}
    return {name: EventSchema(name, one["title"], one, Shape.of(one)) for name, one in written.items()}


def _written_out(schema: Any, parts: Mapping[str, Any]) -> Any:
    """The schema with what it refers to in place of each reference."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _written_out(parts[schema["$ref"].removeprefix("#/$defs/")], parts)
        return {name: _written_out(inner, parts) for name, inner in schema.items()}
    return [_written_out(inner, parts) for inner in schema] if isinstance(schema, list) else schema


EVENT_SCHEMAS: Mapping[str, EventSchema] = _read(VERSION)
"""Event name -> its schema, as https://segment.com/docs/connections/spec/ecommerce/v2/ has them. Types are checked;
nothing is required, since shops leave things out. A schema that is registered for an event takes the place of this."""
