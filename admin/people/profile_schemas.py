"""The shapes of people, as the management API tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import printable
from profiles import ID_LENGTH, Known
from rules import FactClass, FactType

MOMENT = {"description": "seconds since 1970, UTC"}
NAMES = ("user_id", "anonymous_id", "alias")


def _id(length: int, description: str) -> fields.String:
    metadata = {"description": description}
    return fields.String(validate=[validate.Length(min=1, max=length), printable], metadata=metadata)


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
