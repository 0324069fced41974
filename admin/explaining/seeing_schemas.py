"""The shapes of a search by effect, for its checks and its OpenAPI document."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import printable
from channels import CHANNELS
from engine import Could, Gate
from modules import MOMENT

MOST_SEEN = 500


class CouldSeeSchema(Schema):
    """A slot, and what is sure of somebody."""

    json_schema: ClassVar = {"oneOf": [{"required": ["segment"]}, {"required": ["logic"]}]}

    layout = fields.String(required=True, validate=printable, metadata={"example": "home"})
    slot = fields.String(required=True, validate=printable, metadata={"example": "hero"})
    segment = fields.String(validate=printable, metadata={"description": "the segment that they are in"})
    logic = fields.Raw(metadata={"description": "any JSON-logic, such as that of a segment being written: it says yes"})
    channel = fields.String(validate=validate.OneOf(list(CHANNELS)))
    locale = fields.String(
        validate=validate.Regexp(
            r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", error='write a locale such as "en" or "de-AT"'
        ),
        metadata={"description": "the locale that they read in; without it, any"},
    )
    at = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "another moment than now, as ISO 8601", "pattern": MOMENT},
    )
    release = fields.String(
        load_default=None,
        allow_none=True,
        validate=printable,
        metadata={"description": "what this release holds, or would over what is served; without it, what is served"},
    )
    could = fields.List(
        fields.String(validate=validate.OneOf(list(Could))),
        load_default=lambda: list(Could),
        validate=validate.Length(min=1),
        metadata={"description": "tell only modules of which this is the answer", "example": ["yes", "unknown"]},
    )
    after = fields.String(
        load_default="", validate=printable, metadata={"description": "the `next` of the page before"}
    )
    limit = fields.Integer(load_default=100, strict=True, validate=validate.Range(min=1, max=MOST_SEEN))

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to ask about nobody, or about two at once."""
        if ("segment" in data) == ("logic" in data):
            raise ValidationError("name a segment, or give logic", "segment")


class AsksSchema(Schema):
    """A gate that asks what is not known of them."""

    gate = fields.String(metadata={"enum": list(Gate)})
    name = fields.String(metadata={"description": "the rule, policy, experiment or fact that it asks"})


class SightSchema(Schema):
    """Whether somebody could see a module, and why (not)."""

    module = fields.String()
    type = fields.String()
    tier = fields.Integer(metadata={"description": "the higher tier comes first in the slot"})
    pinned = fields.Boolean()
    could = fields.String(metadata={"enum": list(Could)})
    gate = fields.String(allow_none=True, metadata={"description": "what keeps all of them out", "enum": list(Gate)})
    name = fields.String(metadata={"description": "the rule, policy, experiment or schedule that does"})
    proof = fields.String(metadata={"description": "why that is certain"})
    asks = fields.List(fields.Nested(AsksSchema), metadata={"description": "of `unknown`: what would have to be known"})


class SeenSchema(Schema):
    """A page of modules in the order of their keys."""

    release = fields.String()
    items = fields.List(fields.Nested(SightSchema))
    stands_in = fields.List(
        fields.Nested(SightSchema), metadata={"description": "what is shown where none of the others may be"}
    )
    next = fields.String(allow_none=True)
    looked_at = fields.Integer(metadata={"description": "modules that were looked at for this page"})
