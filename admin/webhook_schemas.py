"""The shapes of webhooks in the management API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.schemas import MOST_LISTED, Flag, Number, Whole, printable
from connectors import State
from storage import TOPICS

BIGGEST = 2**63 - 1
ASKED = [*TOPICS, *sorted({f"{topic.partition('.')[0]}.*" for topic in TOPICS}), "*"]
"""What is usually asked for; any other beginning of a topic with `*` does, too."""


class TopicSchema(Schema):
    """One sort of news."""

    name = fields.String()
    summary = fields.String()


class TopicsSchema(Schema):
    """All that a webhook can ask for."""

    items = fields.List(fields.Nested(TopicSchema))


class WebhookChangeSchema(Schema):
    """What can be chosen of a webhook."""

    url = fields.String(
        validate=[validate.Length(max=2_000), printable],
        metadata={"description": "where it is told; https, a public host", "example": "https://example.com/hooks"},
    )
    topics = fields.List(
        fields.String(validate=[validate.Length(min=1, max=64), printable], metadata={"enum": ASKED}),
        validate=validate.Length(min=1, max=50),
        metadata={"description": "topics, beginnings of topics with `*`, or `*`", "example": ["content.*"]},
    )
    description = fields.String(validate=[validate.Length(max=500), printable])
    active = Flag()


class NewWebhookSchema(WebhookChangeSchema):
    """A new webhook."""

    url = fields.String(
        required=True,
        validate=[validate.Length(max=2_000), printable],
        metadata={"description": "where it is told; https, a public host", "example": "https://example.com/hooks"},
    )
    topics = fields.List(
        fields.String(validate=[validate.Length(min=1, max=64), printable], metadata={"enum": ASKED}),
        required=True,
        validate=validate.Length(min=1, max=50),
        metadata={"description": "topics, beginnings of topics with `*`, or `*`", "example": ["content.*"]},
    )


class WebhookSchema(Schema):
    """Somebody who is told of changes."""

    id = fields.String()
    url = fields.String()
    topics = fields.List(fields.String())
    description = fields.String()
    active = fields.Boolean()
    stopped = fields.String(metadata={"description": "why it is not active, where nobody chose so"})
    cursor = fields.Integer(metadata={"description": "up to this number all that it asked for is among its deliveries"})
    not_before = fields.Float(metadata={"description": "nothing is sent before (seconds since 1970, UTC)"})
    failures = fields.Integer(metadata={"description": "attempts in a row that failed"})
    created_at = fields.Float()
    created_by = fields.String()
    updated_at = fields.Float()
    signatures = fields.Integer(metadata={"description": "secrets that sign: more than one after a change"})


class WebhooksSchema(Schema):
    """Who is told of changes."""

    items = fields.List(fields.Nested(WebhookSchema))


class WebhookSecretSchema(WebhookSchema):
    """A webhook with its newest secret, which is never shown again."""

    secret = fields.String(metadata={"example": "whsec_…"})


class WebhookRotateSchema(Schema):
    """How long the secret before signs too."""

    overlap_hours = Number(load_default=24.0, validate=validate.Range(min=0, max=168))


class WebhookAnswerSchema(Schema):
    """How an attempt went."""

    ok = fields.Boolean()
    status = fields.Integer(allow_none=True)
    error = fields.String()
    seconds = fields.Float()
    answer = fields.String(attribute="body", metadata={"description": "the beginning of what the receiver said"})


class WebhookReplaySchema(Schema):
    """From where on everything is sent again."""

    after = Whole(
        required=True,
        validate=validate.Range(min=0, max=BIGGEST),
        metadata={"description": "the `cursor` of the last message that is not to be sent again; 0 is the beginning"},
    )


class WebhookReplayedSchema(Schema):
    """From where on everything is sent again."""

    first = fields.Integer(metadata={"description": "the first number that is still kept"})


class WebhookRedriveSchema(Schema):
    """Which dead letters."""

    deliveries = fields.List(
        Whole(validate=validate.Range(min=1, max=BIGGEST)),
        load_default=None,
        validate=validate.Length(max=MOST_LISTED),
        metadata={"description": "their numbers; all without it"},
    )


class WebhookRedrivenSchema(Schema):
    """How many dead letters are tried again."""

    redriven = fields.Integer()


class WebhookAttemptSchema(Schema):
    """One attempt to send."""

    id = fields.Integer()
    seq = fields.Integer(metadata={"description": "the message; 0 is a ping"})
    at = fields.Float()
    seconds = fields.Float()
    status = fields.Integer(allow_none=True)
    error = fields.String()
    answer = fields.String()


class WebhookPlainDeliverySchema(Schema):
    """One message for one receiver."""

    seq = fields.Integer(metadata={"description": "its number in the outbox: the `cursor` of the message"})
    topic = fields.String()
    entity = fields.String()
    state = fields.Enum(State, by_value=True)
    tries = fields.Integer()
    next_try = fields.Float()
    done_at = fields.Float(allow_none=True)


class WebhookDeliverySchema(WebhookPlainDeliverySchema):
    """One message for one receiver, with its attempts."""

    attempts = fields.List(fields.Nested(WebhookAttemptSchema))


class WebhookDeliveriesSchema(Schema):
    """A page of messages, newest first."""

    items = fields.List(fields.Nested(WebhookPlainDeliverySchema))
    next = fields.Integer(allow_none=True)


class WebhookAttemptsSchema(Schema):
    """A page of attempts, newest first."""

    items = fields.List(fields.Nested(WebhookAttemptSchema))
    next = fields.Integer(allow_none=True)


class AttemptPageSchema(Schema):
    """Which part of a list."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=BIGGEST),
        metadata={"description": "the `next` of the page before"},
    )


class DeliveryPageSchema(AttemptPageSchema):
    """Which messages, and which part of them."""

    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in State]))
