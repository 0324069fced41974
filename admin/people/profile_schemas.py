"""The shapes of people, as the management API tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import MOST_LISTED, printable
from modules import MOMENT as MOMENT_PATTERN
from profiles import ID_LENGTH, Known
from rules import FactClass, FactType

MOMENT = {"description": "seconds since 1970, UTC"}
NAMES = ("user_id", "anonymous_id", "alias")


def _id(length: int, description: str) -> fields.String:
    metadata = {"description": description}
    return fields.String(validate=[validate.Length(min=1, max=length), printable], metadata=metadata)


class Moment(fields.String):
    """A moment in a query, as ISO 8601; it is loaded as seconds since 1970."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            moment = datetime.fromisoformat(text)
            at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            raise ValidationError("is no moment; write ISO 8601 such as 2026-03-01T09:00:00Z") from None
        return at


class MomentQuerySchema(Schema):
    """As of when."""

    at = Moment(
        load_default=None,
        metadata={"description": "a moment that is over, as ISO 8601", "pattern": MOMENT_PATTERN},
    )


class HistoryQuerySchema(Schema):
    """Of which fact, and how much."""

    path = fields.String(required=True, validate=printable, metadata={"example": "profile.plan"})
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))


class TimelineQuerySchema(Schema):
    """Which events, and which part of them."""

    name = fields.String(load_default="", validate=printable, metadata={"description": "the event's name"})
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(
        load_default="", validate=printable, metadata={"description": "the `next` of the page before"}
    )


class SomebodySchema(Schema):
    """Somebody, by one name."""

    user_id = _id(ID_LENGTH, "as in a tracking call")
    anonymous_id = _id(ID_LENGTH, "as in a tracking call")
    alias = _id(ID_LENGTH + 20, "as a profile lists it, such as `user:42`")

    @validates_schema
    def one_of_them(self, data: Mapping[str, str], **_: Any) -> None:
        """Refuse none and several."""
        if len(data) != 1:
            raise ValidationError(f"name somebody by one of {', '.join(NAMES)}", "user_id")


class FoundPersonSchema(Schema):
    """Whom a name belongs to."""

    profile_id = fields.String(metadata={"description": "opaque; it stays the person's own in addresses"})


class SeenFactSchema(Schema):
    """One registered fact of a person."""

    path = fields.String()
    title = fields.String()
    type = fields.String(validate=validate.OneOf(list(FactType)))
    class_ = fields.String(data_key="class", attribute="class", validate=validate.OneOf(list(FactClass)))
    purpose = fields.String(metadata={"description": "of consent, without which it is not there"})
    source = fields.String()
    sensitive = fields.Boolean()
    state = fields.String(validate=validate.OneOf(list(Known)), metadata={"description": "rules read what is known"})
    value = fields.Raw(allow_none=True)
    reason = fields.String(metadata={"description": "why it is not known; it repeats no value"})
    at = fields.Float(allow_none=True, metadata={"description": "when it was told; null where it is counted"})
    until = fields.Float(allow_none=True, metadata={"description": "when it can change with no new event"})


class SeenPersonSchema(Schema):
    """What is known of a person, as far as whoever asks may see it."""

    profile_id = fields.String()
    version = fields.Integer()
    aliases = fields.List(fields.String(), metadata={"description": "for who may see what is `necessary`"})
    facts = fields.List(fields.Nested(SeenFactSchema))
    consent = fields.Dict(keys=fields.String(), values=fields.Boolean())
    segments = fields.Dict(keys=fields.String(), values=fields.Float(metadata=MOMENT))


class ToldSchema(Schema):
    """An event in which something was told."""

    at = fields.Float(metadata={"description": "when it happened"})
    received_at = fields.Float(metadata={"description": "when we heard of it"})
    source = fields.String(metadata={"description": "the name of the write key"})
    message_id = fields.String()
    kind = fields.String()
    name = fields.String(metadata={"description": "of the event; empty where it has none"})


class TurnSchema(ToldSchema):
    """A value that a fact took on, and the event that made it so."""

    value = fields.Raw(allow_none=True)
    by = fields.String(allow_none=True, metadata={"description": "who told it, for who may see what is `necessary`"})


class TurnsSchema(Schema):
    """The history of a fact, newest first."""

    items = fields.List(fields.Nested(TurnSchema))
    withheld = fields.String(allow_none=True, metadata={"description": "the purpose that is not consented to"})


class TimelinePersonSchema(Schema):
    """Who an event is about, as the call said."""

    user_id = fields.String(allow_none=True)
    anonymous_id = fields.String(allow_none=True)


class TimelineEventSchema(ToldSchema):
    """An event, as far as whoever asks may see it."""

    person = fields.Nested(TimelinePersonSchema, metadata={"description": "for who may see what is `necessary`"})
    properties = fields.Dict(allow_none=True, metadata={"description": "null where its purpose is not open to you"})
    context = fields.Dict(metadata={"description": "where and on what, as registered below `profile.last`"})
    traits = fields.Dict(metadata={"description": "the registered ones that an `identify` call told"})
    consent = fields.Dict(keys=fields.String(), values=fields.Boolean())


class TimelineSchema(Schema):
    """A page of what a person did, newest first."""

    items = fields.List(fields.Nested(TimelineEventSchema))
    next = fields.String(allow_none=True)
