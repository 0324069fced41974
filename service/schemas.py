"""The bodies of the APIs as marshmallow schemas: what the OpenAPI document says of them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class PersonSchema(Schema):
    """Who asks: a known user, a device, or both."""

    user_id = fields.String(metadata={"description": "Your id of a known person", "example": "household-1228"})
    anonymous_id = fields.String(metadata={"description": "The id that a device keeps of itself"})


class ContextSchema(Schema):
    """What the caller knows of this moment."""

    device = fields.String(validate=validate.OneOf(["mobile", "tablet", "desktop"]))
    place = fields.String(metadata={"description": "City"})
    country = fields.String()
    referrer = fields.String()
    temperature = fields.Float(metadata={"description": "Degrees Celsius"})
    zone = fields.String(metadata={"description": "Named time zone", "example": "Europe/Berlin"})


class AssembleSchema(Schema):
    """One layout for one person."""

    layout = fields.String(required=True, metadata={"example": "home"})
    person = fields.Nested(PersonSchema, required=True)
    channel = fields.String(load_default="headless", metadata={"description": "headless, web, mobile, chat or slack"})
    locale = fields.String(metadata={"example": "en"})
    context = fields.Nested(ContextSchema)
    why = fields.Boolean(load_default=True, metadata={"description": "Whether reasons come with the answer"})
    at = fields.DateTime(metadata={"description": "Another moment than now; needs the scope `preview`"})


class EmailSchema(Schema):
    """One mail for one person."""

    layout = fields.String(required=True, metadata={"example": "weekly-mail"})
    person = fields.Nested(PersonSchema, required=True)
    locale = fields.String()
    context = fields.Nested(ContextSchema)
    to = fields.Email(metadata={"description": "When given, the answer holds a complete MIME message as well"})
    unsubscribe_url = fields.Url(metadata={"description": "https address for one-click leaving (RFC 8058)"})
    at = fields.DateTime()


class ChatSchema(Schema):
    """One reply for one person."""

    layout = fields.String(required=True, metadata={"example": "help-reply"})
    person = fields.Nested(PersonSchema, required=True)
    locale = fields.String()
    context = fields.Nested(ContextSchema)
    at = fields.DateTime()


class TrackSchema(Schema):
    """A call in the shape of Segment's HTTP tracking API; further fields are accepted."""

    messageId = fields.String(metadata={"description": "Unique per call: a repeat counts once. Without, one is made"})  # noqa: N815
    type = fields.String(metadata={"description": "in a batch: track, identify, page, screen, group or alias"})
    userId = fields.String()  # noqa: N815
    anonymousId = fields.String()  # noqa: N815
    event = fields.String(metadata={"description": "track: the event's name", "example": "Product Viewed"})
    name = fields.String(metadata={"description": "page, screen: what it is called"})
    groupId = fields.String(metadata={"description": "group: the id of the group"})  # noqa: N815
    previousId = fields.String(metadata={"description": "alias: the id that held before"})  # noqa: N815
    properties = fields.Dict()
    traits = fields.Dict(metadata={"description": "identify, group: what is known of the person, or of the group"})
    context = fields.Dict()
    timestamp = fields.DateTime()
    sentAt = fields.DateTime()  # noqa: N815
    writeKey = fields.String(metadata={"description": "the key, where no header brings it"})  # noqa: N815


class BatchSchema(Schema):
    """Several calls at once, each with its `type`."""

    batch = fields.List(fields.Nested(TrackSchema), required=True)
    context = fields.Dict(metadata={"description": "of each call that has none"})
    sentAt = fields.DateTime()  # noqa: N815
    writeKey = fields.String(metadata={"description": "the key, where no header brings it"})  # noqa: N815


class BreachSchema(Schema):
    """One place where an event breaks its schema."""

    field = fields.String()
    message = fields.String()


class ReceiptSchema(Schema):
    """What became of one call."""

    index = fields.Integer(metadata={"description": "Place in the batch, from 0"})
    message_id = fields.String()
    status = fields.String(metadata={"description": "accepted, duplicate, quarantined or refused"})
    field = fields.String()
    message = fields.String()
    remedy = fields.String()
    note = fields.String(metadata={"description": "what is worth knowing of an accepted call"})
    breaches = fields.List(fields.Nested(BreachSchema), metadata={"description": "why a call is in quarantine"})


class TrackedSchema(Schema):
    """What became of every call; it is sent after the events are durable."""

    success = fields.Boolean()
    receipts = fields.List(fields.Nested(ReceiptSchema))


class FieldErrorSchema(Schema):
    """One wrong field."""

    field = fields.String(metadata={"description": "JSON pointer into the body, or the name of an argument"})
    message = fields.String(metadata={"description": "what is wrong"})
    remedy = fields.String(metadata={"description": "what would be right; empty where nobody can say"})


class ProblemSchema(Schema):
    """An error, RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema), metadata={"description": "every wrong field"})
