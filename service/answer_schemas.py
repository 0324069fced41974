"""What is assembled, as marshmallow schemas: what the OpenAPI document says of a page, a mail, a reply."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields


class AssignedSchema(Schema):
    """A variation that somebody got: whoever shows it reports the exposure."""

    experiment = fields.String(required=True)
    variation = fields.String(required=True)


class PlacedSchema(Schema):
    """A module on its place; what else there is depends on the channel."""

    class Meta:
        """Channels add what they show."""

        unknown = INCLUDE

    key = fields.String(required=True)
    type = fields.String()
    variant = fields.String(allow_none=True)
    locale = fields.String()
    assigned = fields.List(fields.Nested(AssignedSchema), required=True)
    reason = fields.String(metadata={"description": "why it stands here"})
    tier = fields.Integer()
    score = fields.Float()
    propensity = fields.Float(metadata={"description": "how likely it was to stand here, 0 to 1"})
    items_from = fields.String(metadata={"description": "which recommender its items come from"})


class StoppedSchema(Schema):
    """A module that a gate stopped."""

    module = fields.String(required=True)
    gate = fields.String(required=True)
    detail = fields.String(required=True)
    because = fields.List(fields.String(), metadata={"description": "pointers to the predicates that decided"})


class FillingSchema(Schema):
    """Why a slot is filled as it is."""

    class Meta:
        """Reasons grow."""

        unknown = INCLUDE

    stopped = fields.List(fields.Nested(StoppedSchema))
    outranked = fields.List(fields.Raw())
    note = fields.String()


class FilledSchema(Schema):
    """A slot and its modules."""

    slot = fields.String(required=True)
    filled_by = fields.String(required=True)
    modules = fields.List(fields.Nested(PlacedSchema), required=True)
    why = fields.Nested(FillingSchema, metadata={"description": "only with `why`"})


class AssembledSchema(Schema):
    """A layout for one person: `slots` (of the channel mobile `sections`), and what its channel adds."""

    class Meta:
        """Channels add what they show."""

        unknown = INCLUDE

    layout = fields.String(required=True)
    channel = fields.String(required=True)
    locale = fields.String(required=True)
    release = fields.String(required=True)
    decision_id = fields.String(required=True)
    level = fields.Integer(required=True, metadata={"description": "0 is whole; more: what was away was done without"})
    valid_until = fields.Float(required=True, allow_none=True, metadata={"description": "seconds since 1970, UTC"})
    notes = fields.List(fields.String(), required=True)
    slots = fields.List(fields.Nested(FilledSchema))
    sections = fields.List(fields.Nested(FilledSchema))
    static = fields.String()


class MailSchema(Schema):
    """A mail."""

    subject = fields.String(required=True)
    preheader = fields.String(required=True)
    decision_id = fields.String(required=True)
    html = fields.String(required=True)
    text = fields.String(required=True)
    why = fields.String(metadata={"description": "the whole answer as JSON, with reasons"})
    mime = fields.String(metadata={"description": "only with `to`: what an SMTP server takes"})


class SlackSchema(Schema):
    """A message for Slack's `chat.postMessage`."""

    text = fields.String(required=True)
    blocks = fields.List(fields.Dict(), required=True)


class TicketSchema(Schema):
    """What opens the stream of changes for a while."""

    ticket = fields.String(required=True)
    url = fields.String(required=True, metadata={"description": "what an `EventSource` is made with"})
    expires_in = fields.Integer(required=True, metadata={"description": "seconds; then ask for another one"})
