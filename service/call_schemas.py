"""The tracking API as marshmallow schemas: what the OpenAPI document says of calls and of their receipts."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from marshmallow import INCLUDE, Schema, fields, validate

from modules import ANY_MOMENT
from service.telling import portable
from storage import LINE

MAX_BATCH: Final = 2_500
"""Calls of one batch, as many as Segment takes."""

NAME: Final = {"allOf": [{"pattern": portable(LINE)}, {"pattern": r"\S"}], "maxLength": 255}


class CallId(fields.String):
    """An id as SDKs send it: a text, or a whole number."""

    json_schema: ClassVar = {"type": ["string", "integer", "null"], "pattern": portable(LINE), "maxLength": 255}


class NeededId(CallId):
    """An id that has to be there."""

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


def one_of_ids(*names: str) -> dict[str, Any]:
    """The schema that asks for one of these ids at least."""
    there = {"type": ["string", "integer"], "minLength": 1}
    return {"anyOf": [{"required": [name], "properties": {name: there}} for name in names]}


class CallSchema(Schema):
    """A call in the shape of Segment's HTTP tracking API; further fields are accepted."""

    class Meta:
        """SDKs send more than is read here."""

        unknown = INCLUDE

    json_schema: ClassVar = one_of_ids("userId", "anonymousId")

    messageId = CallId(  # noqa: N815
        allow_none=True, metadata={"description": "Unique per call: a repeat counts once. Without, one is made"}
    )
    userId = CallId(allow_none=True)  # noqa: N815
    anonymousId = CallId(allow_none=True)  # noqa: N815
    context = fields.Nested(CallContextSchema, allow_none=True)
    timestamp = CallMoment(allow_none=True, metadata={"description": "when it happened; not in the future"})
    sentAt = CallMoment(allow_none=True)  # noqa: N815
    writeKey = fields.Raw(allow_none=True, metadata={"description": "the key, where no header brings it"})  # noqa: N815


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


class ScreenSchema(PageSchema):
    """A screen of an app that a person looked at."""


class GroupSchema(IdentifySchema):
    """The group that a person belongs to, and what is known of it."""

    groupId = NeededId(required=True, metadata={"description": "the id of the group"})  # noqa: N815


class AliasSchema(CallSchema):
    """Another id of the same person."""

    json_schema: ClassVar = one_of_ids("previousId", "anonymousId")

    userId = NeededId(required=True, metadata={"description": "the id that holds from now on"})  # noqa: N815
    previousId = CallId(  # noqa: N815
        allow_none=True, metadata={"description": "the id that held before; the anonymous one where it is left out"}
    )


class BatchSchema(Schema):
    """Several calls at once, each with its `type`; each is judged by itself, and answered for by a receipt."""

    class Meta:
        """SDKs send more than is read here."""

        unknown = INCLUDE

    batch = fields.List(fields.Raw(allow_none=True), required=True, validate=validate.Length(min=1, max=MAX_BATCH))
    sentAt = fields.Raw(allow_none=True)  # noqa: N815
    context = fields.Raw(allow_none=True, metadata={"description": "of each call that has none"})
    writeKey = fields.Raw(allow_none=True, metadata={"description": "the key, where no header brings it"})  # noqa: N815


class BreachSchema(Schema):
    """One place where an event breaks its schema."""

    field = fields.String()
    message = fields.String()


class ReceiptSchema(Schema):
    """What became of one call."""

    index = fields.Integer(metadata={"description": "Place in the batch, from 0"})
    message_id = fields.Raw(allow_none=True, metadata={"description": "as it was sent"})
    status = fields.String(metadata={"enum": ["accepted", "duplicate", "quarantined", "erased", "refused"]})
    field = fields.String(metadata={"description": "of a refused one, the wrong field"})
    message = fields.String()
    remedy = fields.String()
    note = fields.String(metadata={"description": "what is worth knowing of an accepted call"})
    withheld = fields.List(
        fields.String(), metadata={"description": "purposes for which it, or something of it, was not kept"}
    )
    breaches = fields.List(fields.Nested(BreachSchema), metadata={"description": "why a call is in quarantine"})


class TrackedSchema(Schema):
    """What became of every call; it is sent after the events are durable."""

    success = fields.Boolean()
    receipts = fields.List(fields.Nested(ReceiptSchema))
