"""The shapes of events in quarantine, and of figures about what came in."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.schemas import MOST_LISTED, Whole, printable
from profiles import MOST_SETTLED, State

BIGGEST = 2**63 - 1
NUMBER = Whole(validate=validate.Range(min=1, max=BIGGEST))
PERSONAL = {"description": "for who may read profiles, while it waits"}
AFTER = {"description": "the `next` of the page before"}
MOMENT = {"description": "seconds since 1970, UTC"}


class QuarantineQuerySchema(Schema):
    """Which events are wanted, and which part of them."""

    state = fields.String(load_default=State.WAITING.value, validate=validate.OneOf([one.value for one in State]))
    source = fields.String(load_default="", validate=printable, metadata={"description": "the name of the write key"})
    name = fields.String(load_default="", validate=printable, metadata={"description": "the event's name"})
    reason = fields.String(
        load_default="",
        validate=printable,
        metadata={"description": "as it is listed", "example": "products.*.price type"},
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(load_default="", validate=printable, metadata=AFTER)


class QuarantineBreachSchema(Schema):
    """One place where an event breaks its schema; no words of it repeat what was sent."""

    field = fields.String(metadata={"description": "below `properties`, dotted; empty for all of them"})
    keyword = fields.String(metadata={"description": "of JSON Schema"})
    message = fields.String()


class QuarantinePersonSchema(Schema):
    """Who an event is about, as the call said."""

    user_id = fields.String(allow_none=True)
    anonymous_id = fields.String(allow_none=True)


class QuarantinedSchema(Schema):
    """An event in quarantine."""

    id = fields.Integer()
    source = fields.String()
    message_id = fields.String()
    kind = fields.String()
    name = fields.String()
    at = fields.Float(metadata=MOMENT)
    received_at = fields.Float(metadata=MOMENT)
    schema = fields.String(metadata={"description": "`ecommerce-1`, or `own-` and a digest of the registered one"})
    reason = fields.String(metadata={"description": "the first breach, to filter by"})
    breaches = fields.List(fields.Nested(QuarantineBreachSchema))
    state = fields.String(validate=validate.OneOf([one.value for one in State]))
    settled_at = fields.Float(allow_none=True, metadata=MOMENT)
    settled_by = fields.String(allow_none=True)
    person = fields.Nested(QuarantinePersonSchema, metadata=PERSONAL)
    properties = fields.Dict(metadata=PERSONAL)


class QuarantinedPageSchema(Schema):
    """A page of events in quarantine, newest first."""

    items = fields.List(fields.Nested(QuarantinedSchema))
    next = fields.String(allow_none=True)


class CorrectionSchema(Schema):
    """What one event is to be taken in with."""

    properties = fields.Dict(
        keys=fields.String(), metadata={"description": "in place of those that were sent; takes `profile.read`"}
    )


class EventNumbersSchema(Schema):
    """Which events."""

    ids = fields.List(NUMBER, required=True, validate=validate.Length(min=1, max=MOST_SETTLED))


class RedriveSchema(EventNumbersSchema):
    """Which events, and other properties for some of them."""

    properties = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String()),
        load_default=dict,
        metadata={"description": "number -> properties in place of those that were sent; takes `profile.read`"},
    )


class EventRedrivenSchema(Schema):
    """What became of one event."""

    id = fields.Integer()
    status = fields.String(metadata={"description": "accepted, duplicate (it counted before) or quarantined (still)"})
    breaches = fields.List(fields.Nested(QuarantineBreachSchema))


class EventsRedrivenSchema(Schema):
    """What became of each event."""

    items = fields.List(fields.Nested(EventRedrivenSchema))


class EventsDiscardedSchema(Schema):
    """How many events waited, and never count."""

    discarded = fields.Integer()


class QualityQuerySchema(Schema):
    """Which figures are wanted."""

    source = fields.String(load_default="", validate=printable, metadata={"description": "the name of the write key"})
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(load_default="", validate=printable, metadata=AFTER)


class FiguresSchema(Schema):
    """What came in of one event from one source."""

    source = fields.String()
    kind = fields.String(metadata={"description": "of the call; `unknown` where it said none"})
    name = fields.String(metadata={"description": "of the event; empty where it has none"})
    accepted = fields.Integer()
    duplicate = fields.Integer()
    refused = fields.Integer()
    quarantined = fields.Integer()
    erased = fields.Integer(metadata={"description": "refused, because they name somebody who was erased"})
    last_seen = fields.Float(metadata=MOMENT)


class FiguresPageSchema(Schema):
    """A page of figures, by source, kind and name."""

    items = fields.List(fields.Nested(FiguresSchema))
    next = fields.String(allow_none=True)
