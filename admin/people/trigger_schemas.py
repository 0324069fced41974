"""The shapes of what triggers did, in the management API."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import MOST_LISTED, Number, printable
from admin.webhook_schemas import BIGGEST, WebhookPlainDeliverySchema
from connectors import State
from profiles import FiringState

KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]*\Z")
ID = validate.Regexp(r"^fire_[0-9a-f]{32}\Z")
MOMENT = validate.Range(min=0, max=1e11)


class TriggerStandingSchema(Schema):
    """A trigger that is served, and what became of the changes that set it off."""

    key = fields.String()
    title = fields.String()
    change = fields.String(metadata={"description": "`entered`, `left` or `event`"})
    of = fields.String(metadata={"description": "the segment, or the type of event"})
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    last_fired_at = fields.Float(allow_none=True)


class TriggersStandingSchema(Schema):
    """The triggers that are served and active."""

    items = fields.List(fields.Nested(TriggerStandingSchema))


class PageOfTriggersSchema(Schema):
    """Of which trigger, and which part of a list."""

    trigger = fields.String(load_default="", validate=[KEY, validate.Length(max=48)])
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(load_default="", validate=printable, metadata={"description": "`next` of the page before"})


class FiringsQuerySchema(PageOfTriggersSchema):
    """Which changes."""

    state = fields.String(load_default=None, validate=validate.OneOf([one.value for one in FiringState]))
    profile_id = fields.String(load_default="", validate=[printable, validate.Length(max=64)])


class FiringSchema(Schema):
    """One change that set a trigger off."""

    id = fields.String()
    trigger = fields.String()
    profile_id = fields.String()
    cause = fields.Dict(keys=fields.String(), metadata={"description": "what happened"})
    depth = fields.Integer(metadata={"description": "how many triggers stand before it"})
    at = fields.Float()
    due_at = fields.Float()
    state = fields.Enum(FiringState, by_value=True)
    reason = fields.String()
    decided_at = fields.Float(allow_none=True)
    acts = fields.String(metadata={"description": "what is done here: empty, `due`, `done` or `failed`"})


class FiringsSchema(Schema):
    """A page of changes, newest first."""

    items = fields.List(fields.Nested(FiringSchema))
    next = fields.String(allow_none=True)


class TriggerDeliveriesQuerySchema(PageOfTriggersSchema):
    """Which messages."""

    state = fields.String(load_default=None, validate=validate.OneOf([one.value for one in State]))


class TriggerDeliverySchema(WebhookPlainDeliverySchema):
    """One message about a person for one receiver."""

    webhook = fields.String()


class TriggerDeliveriesSchema(Schema):
    """A page of messages about people, newest first."""

    items = fields.List(fields.Nested(TriggerDeliverySchema))
    next = fields.String(allow_none=True)


class TriggerReplaySchema(Schema):
    """What is told again: by `ids`, or by trigger and time."""

    trigger = fields.String(load_default="", validate=[KEY, validate.Length(max=48)])
    ids = fields.List(fields.String(validate=ID), load_default=(), validate=validate.Length(min=1, max=MOST_LISTED))
    since = Number(load_default=None, validate=MOMENT, metadata={"description": "seconds since 1970, UTC"})
    until = Number(load_default=None, validate=MOMENT, metadata={"description": "seconds since 1970, UTC; not itself"})

    @validates_schema
    def something(self, data: dict[str, object], **_: object) -> None:
        """Refuse to tell everything again by a slip."""
        if not data["trigger"] and not data["ids"] and data["since"] is None:
            raise ValidationError("nothing is named: give `ids`, `trigger` or `since`")


class TriggerReplayedSchema(Schema):
    """How many messages are told again."""

    replayed = fields.Integer()


class StreamQuerySchema(Schema):
    """From where on, and how long to wait where there is nothing yet."""

    trigger = fields.String(load_default="", validate=[KEY, validate.Length(max=48)])
    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=BIGGEST))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    wait = fields.Integer(load_default=0, validate=validate.Range(min=0, max=10))


class StreamedSchema(Schema):
    """One thing in the stream."""

    cursor = fields.Integer()
    at = fields.Float()
    id = fields.String(metadata={"description": "the same however often it is read"})
    trigger = fields.String()
    change = fields.Dict(keys=fields.String())
    person = fields.Dict(keys=fields.String(), metadata={"description": "`id`, `aliases`, `attributes`"})
    withheld = fields.String(metadata={"description": "why nothing is told of this person now"})


class StreamSchema(Schema):
    """A part of the stream, oldest first."""

    items = fields.List(fields.Nested(StreamedSchema))
    next = fields.Integer(metadata={"description": "`after` of the next request"})
