"""The shapes of the content that other packages give a meaning to: attributes, rules, segments and policies."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from modules.door import Flag
from modules.purpose_schemas import PurposeSchema
from rules import FactClass, FactType, ShapeError, check_shape

PATH = validate.Regexp(
    r"^[a-z_][\w-]*(\.[\w-]+)+(\.\*)?\Z|^[a-z_][\w-]*\.\*\Z", error="a path looks like profile.age_band"
)


class AttributeSchema(Schema):
    """A registered fact."""

    path = fields.String(required=True, validate=PATH)
    type = fields.String(required=True, validate=validate.OneOf(list(FactType)))
    title = fields.String()
    class_ = fields.String(data_key="class", validate=validate.OneOf(list(FactClass)))
    purpose = fields.String(validate=validate.Length(min=1))
    source = fields.String()
    sensitive = Flag()
    choices = fields.List(fields.String())
    keys = fields.List(fields.String())


class ShapeField(fields.Field[Any]):
    """A JSON Schema of an event's properties."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            check_shape(value)
        except ShapeError as error:
            raise ValidationError([str(error)]) from None
        return value


class EventTypeSchema(Schema):
    """A registered event type."""

    type = fields.String(required=True, validate=validate.Length(min=1))
    purpose = fields.String(validate=validate.Length(min=1))
    title = fields.String()
    schema = ShapeField()


class AttributesSchema(Schema):
    """A set of registered facts and event types."""

    title = fields.String()
    attributes = fields.List(fields.Nested(AttributeSchema))
    events = fields.List(fields.Nested(EventTypeSchema))
    purposes = fields.List(fields.Nested(PurposeSchema))


class Logic(fields.Field[Any]):
    """JSON-logic: whatever it is, `rules` judges it."""

    json_schema: ClassVar[dict[str, Any]] = {"type": ["object", "array", "string", "number", "boolean"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if value is None:
            raise ValidationError("Field may not be null.")
        return value


class RuleSchema(Schema):
    """A named rule."""

    title = fields.String(required=True)
    description = fields.String()
    logic = Logic(required=True)


class SegmentSchema(RuleSchema):
    """A named rule whose membership is kept current."""

    purpose = fields.String(validate=validate.Length(min=1, max=100))


class PolicySchema(RuleSchema):
    """A rule that gates whatever carries one of its tags."""

    tags = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    unknown_ = fields.String(data_key="unknown", validate=validate.OneOf(["no", "yes"]))
