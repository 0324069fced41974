"""The shapes of consent, as the management API tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.people.profile_schemas import MOMENT, Moment
from admin.schemas import MOST_LISTED, printable
from modules import MOMENT as MOMENT_PATTERN
from profiles import Because, ConsentState
from rules import Basis, region_of

ABOUT: Final = ("purpose", "attribute", "event", "segment")
ORIGINS: Final = ("act", "stamp", "tcf", "gpc", "desk")


def _named(description: str) -> fields.String:
    return fields.String(validate=[validate.Length(min=1, max=255), printable], metadata={"description": description})


class Region(fields.String):
    """A region as ISO 3166 writes it."""

    json_schema: ClassVar = {"type": "string", "pattern": r"^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$", "example": "US-CA"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not region_of(text):
            raise ValidationError("is no region; write one such as DE or US-CA")
        return region_of(text)


class GivenConsentSchema(Schema):
    """What a person said, as a service or a privacy officer writes it down."""

    purpose = fields.String(required=True, validate=[validate.Length(min=1, max=100), printable])
    state = fields.String(required=True, validate=validate.OneOf(list(ConsentState)))
    at = Moment(
        load_default=None,
        metadata={"description": "when it was said, as ISO 8601; now by default", "pattern": MOMENT_PATTERN},
    )
    region = Region(load_default="")
    text_version = fields.String(
        load_default="",
        validate=[validate.Length(max=100), printable],
        metadata={"description": "which words the person was asked with"},
    )
    evidence = fields.Dict(
        keys=fields.String(), load_default=dict, metadata={"description": "what proves it, at most 4,000 bytes"}
    )


class ConsentRecordSchema(Schema):
    """One answer to one purpose. It is never changed."""

    id = fields.String()
    purpose = fields.String(metadata={"description": "empty: Global Privacy Control was seen, which names none"})
    state = fields.String(validate=validate.OneOf(list(ConsentState)))
    origin = fields.String(validate=validate.OneOf(ORIGINS), metadata={"description": "how it was said"})
    source = fields.String(metadata={"description": "the write key's source, or the desk"})
    at = fields.Float(metadata=MOMENT)
    received_at = fields.Float(metadata=MOMENT)
    region = fields.String()
    text_version = fields.String()
    evidence = fields.Dict(keys=fields.String())
    tcf = fields.String(metadata={"description": "the TC string that said so"})
    by = fields.String(metadata={"description": "who wrote it down, at the desk"})
    event = fields.String(metadata={"description": "the message id of the call that said so"})


class PermissionSchema(Schema):
    """Whether a purpose is allowed, and why."""

    purpose = fields.String()
    title = fields.String()
    basis = fields.String(allow_none=True, validate=validate.OneOf([*Basis, None]))
    allowed = fields.Boolean()
    because = fields.String(validate=validate.OneOf(list(Because)))
    text = fields.String(metadata={"description": "the same in words"})
    region = fields.String()
    entry = fields.String(metadata={"description": "of a default: the entry of the purpose that says so"})
    at = fields.Float(allow_none=True, metadata={"description": "of an answer or a signal: when it was told"})
    record = fields.Nested(ConsentRecordSchema, allow_none=True)


class RecordsQuerySchema(Schema):
    """Which part of the records."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(
        load_default="", validate=printable, metadata={"description": "the `next` of the page before"}
    )


class ConsentSchema(Schema):
    """What a person allows now, and what they said."""

    region = fields.String()
    purposes = fields.List(fields.Nested(PermissionSchema))
    records = fields.List(fields.Nested(ConsentRecordSchema), metadata={"description": "newest first"})
    next = fields.String(allow_none=True)


class WhySchema(Schema):
    """Of whom, of what, and when."""

    json_schema: ClassVar = {"oneOf": [{"required": [name]} for name in ABOUT]}

    profile = fields.String(required=True, validate=printable, metadata={"description": "the id of a profile"})
    purpose = _named("a purpose")
    attribute = _named("the path of a registered attribute")
    event = _named("a registered type of event")
    segment = _named("a segment: its own purpose and those of all that its rule reads")
    at = Moment(
        load_default=None,
        metadata={"description": "when, as ISO 8601; now by default", "pattern": MOMENT_PATTERN},
    )

    @validates_schema
    def one_of_them(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse none and several."""
        if sum(name in data for name in ABOUT) != 1:
            raise ValidationError(f"ask about one of {', '.join(ABOUT)}", "purpose")


class MomentOfConsentSchema(Schema):
    """What was allowed at a moment."""

    at = fields.Float(metadata=MOMENT)
    release = fields.String(allow_none=True, metadata={"description": "what was served then"})
    allowed = fields.Boolean(metadata={"description": "whether all of the purposes were"})
    purposes = fields.List(fields.Nested(PermissionSchema))


class WhyAnsweredSchema(MomentOfConsentSchema):
    """Why it was allowed then, and what it would be now."""

    now = fields.Nested(MomentOfConsentSchema)
