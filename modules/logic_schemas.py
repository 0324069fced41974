"""The shapes of the content that other packages give a meaning to: attributes, rules, segments and policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from modules.door import Flag
from modules.purpose_schemas import PurposeSchema
from rules import (
    ComputedError,
    FactClass,
    FactType,
    RuleError,
    ShapeError,
    check_shape,
    fitting,
    read_computed,
    window,
)

PATH = validate.Regexp(
    r"^[a-z_][\w-]*(\.[\w-]+)+(\.\*)?\Z|^[a-z_][\w-]*\.\*\Z", error="a path looks like profile.age_band"
)


class WindowField(fields.Field[Any]):
    """A length of time such as `30d`."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{1,9}[smhdw]$"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            window(value if isinstance(value, str) else "")
        except RuleError as error:
            raise ValidationError([f"{error.message}; {error.remedy}"]) from None
        return value


class ComputedField(fields.Field[Any]):
    """How an attribute is computed of events: `rules` judges it."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "object", "example": {"count": "Order Completed", "within": "90d"}}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            read_computed(value)
        except ComputedError as error:
            raise ValidationError([str(error)]) from None
        return value


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
    freshness = WindowField()
    computed = ComputedField()

    @validates_schema
    def computed_fits(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a definition that gives another type than the attribute has."""
        if "computed" not in data:
            return
        if "freshness" in data:
            raise ValidationError("what is computed is always fresh; use `within`", "freshness")
        for one in fitting(read_computed(data["computed"]), data["path"], FactType(data["type"])):
            raise ValidationError(f"{one.message}; {one.remedy}", one.name)


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
