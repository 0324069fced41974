"""What marshmallow's fields and schemas tell the OpenAPI document beyond what apispec sees in them."""

from __future__ import annotations

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields

ANYTHING_BUT_NULL = ["object", "array", "string", "number", "boolean"]


class Converter(OpenAPIConverter):
    """Takes what a schema says of itself as a whole, as `json_schema`, into its component."""

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        """The JSON Schema of a marshmallow schema."""
        made: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        return made | dict(getattr(schema, "json_schema", {}))


class TellingPlugin(MarshmallowPlugin):
    """apispec's plugin, with fields of our own and all that can be said of the usual ones."""

    Converter = Converter

    def init_spec(self, spec: Any) -> None:
        """Begin a document."""
        super().init_spec(spec)
        assert self.converter is not None
        self.converter.add_attribute_function(field_told)  # type: ignore[no-untyped-call]


def field_told(self: OpenAPIConverter, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What is said of a field beside what apispec sees: by its class (`json_schema`), of names, nulls and patterns."""
    told: dict[str, Any] = dict(getattr(field, "json_schema", {}))
    if type(field) is fields.Raw and not field.allow_none:
        told["type"] = ANYTHING_BUT_NULL
    if isinstance(field, fields.Dict):
        told |= _names(self, field)
        if "minLength" in ret:
            told["minProperties"] = ret.pop("minLength")
    if "pattern" in ret:
        told["pattern"] = portable(ret["pattern"])
    return told


def portable(pattern: str) -> str:
    r"""A regular expression of Python as JSON Schema has it (ECMA-262): without `\Z`, and without half characters."""
    return pattern.replace(r"\Z", "$").replace(r"\ud800-\udfff", "")


def _names(converter: OpenAPIConverter, field: fields.Dict) -> dict[str, Any]:
    """What the names of a mapping have to be."""
    if field.key_field is None:
        return {}
    told = converter.field2property(field.key_field)
    return {"propertyNames": told} if told.keys() - {"type"} else {}
