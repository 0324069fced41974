"""The tracking API as marshmallow schemas: what the OpenAPI document says of calls and of their receipts."""

from __future__ import annotations

from typing import ClassVar, Final

from marshmallow import INCLUDE, Schema, fields, validate

from modules import ANY_MOMENT
from service.telling import portable
from storage import LINE

MAX_BATCH: Final = 2_000
NAME: Final = {"allOf": [{"pattern": portable(LINE)}, {"pattern": r"\S"}], "maxLength": 255}


class CallId(fields.String):
    """An id as SDKs send it: a text, or a whole number."""

    json_schema: ClassVar = {"type": ["string", "integer", "null"], "pattern": portable(LINE), "maxLength": 255}


class MessageId(CallId):
    """The id of a call."""

    json_schema: ClassVar = {**CallId.json_schema, "type": ["string", "integer"], "minLength": 1}


class CallMoment(fields.String):
    """A date and time of a call."""

    json_schema: ClassVar = {"anyOf": [{"type": "string", "pattern": portable(ANY_MOMENT)}, {"type": "null"}]}


class CallConsentSchema(Schema):
    """What a person allowed, as Segment's consent stamp has it."""

    class Meta:
        """SDKs send more than is read here."""

        unknown = INCLUDE

    categoryPreferences = fields.Dict(keys=fields.String(), values=fields.Boolean(), allow_none=True)  # noqa: N815


class CallContextSchema(Schema):
    """What an SDK says of itself; only the consent is read."""

    class Meta:
        """SDKs send more than is read here."""

        unknown = INCLUDE

    consent = fields.Nested(CallConsentSchema, allow_none=True)


class CallSchema(Schema):
    """A call in the shape of Segment's HTTP tracking API; further fields are accepted."""

    class Meta:
        """SDKs send more than is read here."""

        unknown = INCLUDE

    json_schema: ClassVar = {
        "anyOf": [
            {"required": [name], "properties": {name: {"type": ["string", "integer"], "minLength": 1}}}
            for name in ("userId", "anonymousId")
        ]
    }

    messageId = MessageId(required=True, metadata={"description": "Unique per call; a repeat counts once"})  # noqa: N815
    userId = CallId(allow_none=True)  # noqa: N815
    anonymousId = CallId(allow_none=True)  # noqa: N815
    context = fields.Nested(CallContextSchema, allow_none=True)
    timestamp = CallMoment(allow_none=True, metadata={"description": "when it happened; not in the future"})
    sentAt = CallMoment(allow_none=True)  # noqa: N815


class TrackSchema(CallSchema):
    """Something that a person did."""

    event = fields.String(
        required=True, metadata={"description": "the event's name", "example": "Product Viewed", **NAME}
    )
    properties = fields.Dict(allow_none=True)


class IdentifySchema(CallSchema):
    """Something that is known of a person."""

    traits = fields.Dict(allow_none=True, metadata={"description": "what is known of the person"})


class PageSchema(CallSchema):
    """A page that a person looked at."""

    name = fields.Raw(allow_none=True, metadata={"description": "the page's name"})
    properties = fields.Dict(allow_none=True)


class BatchSchema(Schema):
    """Several calls at once, each with its `type`; each is judged by itself, and answered for by a receipt."""

    class Meta:
        """SDKs send more than is read here."""

        unknown = INCLUDE

    batch = fields.List(fields.Raw(allow_none=True), required=True, validate=validate.Length(min=1, max=MAX_BATCH))
    sentAt = fields.Raw(allow_none=True)  # noqa: N815
    context = fields.Raw(allow_none=True)


class ReceiptSchema(Schema):
    """What became of one call."""

    index = fields.Integer(metadata={"description": "Place in the batch, from 0"})
    message_id = fields.Raw(allow_none=True, metadata={"description": "as it was sent"})
    status = fields.String(metadata={"enum": ["accepted", "duplicate", "refused"]})
    field = fields.String(metadata={"description": "of a refused one, the wrong field"})
    message = fields.String()
    remedy = fields.String()


class TrackedSchema(Schema):
    """What became of every call; it is sent after the events are durable."""

    success = fields.Boolean()
    receipts = fields.List(fields.Nested(ReceiptSchema))
