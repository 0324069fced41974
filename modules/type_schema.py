"""The shape of a module type as it is written in a file, checked with marshmallow."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from modules.door import Flag, shape_findings
from modules.field import Role
from modules.kinds import FIELD_KINDS
from modules.kinds.links import LINKS
from rules import Finding

SLOT = validate.Regexp(
    r"^([a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9-]*\Z|^[a-z0-9][a-z0-9-]*/\*\Z",
    error="a slot is named like hero (in any layout), home/hero or home/*",
)


class Choices(fields.Field[Any]):
    """What can be chosen: texts, or objects of a value and its title."""

    json_schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "minItems": 1,
        "items": {"anyOf": [{"type": "string"}, {
            "type": "object",
            "required": ["value", "title"],
            "properties": {"value": {"type": "string"}, "title": {"type": "string"}},
            "additionalProperties": False,
        }]},
    }  # fmt: skip

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list) or not value or not all(map(_is_choice, value)):
            raise ValidationError('choices are a list such as ["light", {"value": "dark", "title": "Dark"}]')
        values = [one if isinstance(one, str) else one["value"] for one in value]
        if len(set(values)) < len(values):
            raise ValidationError("a choice stands there twice")
        return value


def _is_choice(one: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == {"value", "title"} and all(isinstance(text, str) for text in one.values())
    return isinstance(one, str)


class Types(fields.Field[Any]):
    """The key of a type, or of several."""

    json_schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
        ]
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        keys = value if isinstance(value, list) else [value]
        if not keys or not all(isinstance(key, str) and key for key in keys):
            raise ValidationError("the key of a type was expected, or a list of them")
        return value


class FieldSchema(Schema):
    """One field of a module type as it is written in a file."""

    kind = fields.String(required=True, metadata={"enum": list(FIELD_KINDS), "example": "text"})
    role = fields.String(validate=validate.OneOf(list(Role)))
    title = fields.String()
    help = fields.String()
    required = Flag()
    localised = Flag()
    min = fields.Raw()
    max = fields.Raw()
    pattern = fields.String(validate=validate.Length(min=1))
    choices = Choices()
    many = Flag()
    to = Types()
    links = fields.List(fields.String(validate=validate.OneOf(list(LINKS))), validate=validate.Length(min=1))
    of = fields.Dict(keys=fields.String(), values=fields.Dict())
    default = fields.Raw()
    sample = fields.Raw()


class FitsSchema(Schema):
    """The slots that a type is made for."""

    slots = fields.List(fields.String(validate=SLOT))
    tags = fields.List(fields.String())


class TypeSchema(Schema):
    """A module type as it is written in a file."""

    title = fields.String(required=True)
    description = fields.String()
    fields_ = fields.Dict(keys=fields.String(), values=fields.Nested(FieldSchema), required=True, data_key="fields")
    templates = fields.Dict(keys=fields.String(), values=fields.String())
    fits = fields.Nested(FitsSchema)
    retired = Flag()
    sample = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


_TYPE_SCHEMA = TypeSchema()
_FIELD_SCHEMA = FieldSchema()


def check_type_shape(body: object) -> list[Finding]:
    """Where a body does not have the shape of a type."""
    return shape_findings(_TYPE_SCHEMA, body)


def check_field_shape(spec: object) -> list[Finding]:
    """Where what is written of a field inside a list does not have the shape of one."""
    return shape_findings(_FIELD_SCHEMA, spec)
