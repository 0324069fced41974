"""What a module of a type looks like, as JSON Schema: for forms, for editors' tools, for the API's own document."""

from __future__ import annotations

from typing import Any, Final

from modules.kinds.groups import fields_schema
from modules.module_schema import Targeting
from modules.module_type import ModuleType

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LOCALE: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
KEY: Final = r"^[a-z0-9][a-z0-9-]*$"

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_MOMENT: Final = {"type": ["string", "null"], "description": "local time, such as 2026-05-01T09:00"}
_WINDOW: Final = {"from": _MOMENT, "until": _MOMENT}
_WHO: Final[dict[str, Any]] = {
    "targeting": Targeting.json_schema,
    "unknown": {"enum": ["no", "yes"], "description": "what a verdict that cannot be known counts as"},
}


def schema_of(made: ModuleType) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one module of this type.

    Whatever passes the checks of a module passes the schema. It cannot say everything that they do: which merge fields
    there may be, which markup, that fields which are not localised are the same in every locale.
    """
    members = {
        "type": {"const": made.key},
        "title": _TEXT,
        "tags": _TEXTS,
        "tier": {"type": "integer", "minimum": -1000, "maximum": 1000},
        "worth": {"type": "number", "minimum": 0},
        "topics": _TEXTS,
        **_WHO,
        "schedule": _schedule(),
        "expires": _MOMENT,
        "locales": {**_locales(_body(made)), "minProperties": 1},
        "variants": {"type": "array", "items": _variant(made)},
        "note": {**_TEXT, "description": "for editors only; never delivered"},
    }
    head = {"$schema": DIALECT, "title": made.title, **({"description": made.description} if made.description else {})}
    return {**head, **_object(members), "required": ["type", "locales"]}


def _body(made: ModuleType) -> dict[str, Any]:
    body = fields_schema(made.fields)
    # Those that are not localised stand in the first locale, and which one that is no schema can say.
    needed = [name for name in body.pop("required", ()) if name not in made.shared]
    return {**body, **({"required": needed} if needed else {})}


def _variant(made: ModuleType) -> dict[str, Any]:
    members = {
        "key": {**_TEXT, "pattern": KEY, "not": {"const": "off"}},
        "title": _TEXT,
        **_WHO,
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "locales": _locales(fields_schema(made.fields, partial=True)),
    }
    return {**_object(members), "required": ["key"]}


def _schedule() -> dict[str, Any]:
    windows = {"type": "array", "items": _object(_WINDOW), "minItems": 1, "maxItems": 100}
    made = _object({**_WINDOW, "zone": {**_TEXT, "description": "such as Europe/Berlin"}, "windows": windows})
    return {**made, "type": ["object", "null"]}


def _locales(body: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {LOCALE: body}, "additionalProperties": False}


def _object(members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": members, "additionalProperties": False}
