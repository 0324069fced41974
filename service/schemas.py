"""The bodies of the APIs as marshmallow schemas: what the OpenAPI document says of them."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from marshmallow import INCLUDE, Schema, fields, validate

from modules import MOMENT
from profiles import TC_CHARACTERS
from service.asking import DEVICES
from service.telling import portable
from storage import LINE

CHANNELS: Final = ("headless", "web", "mobile", "email", "chat", "slack")
LOCALE: Final = r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$"


REGION_PATTERN: Final = r"^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$"


PERSON_ID: Final = {"pattern": portable(LINE).replace("*", "+"), "maxLength": 255}


def named(**more: Any) -> fields.String:
    """A text that may be null, which is as if it were left out."""
    return fields.String(allow_none=True, **more)


class Zone(fields.String):
    """The name of a time zone."""

    json_schema: ClassVar = {"anyOf": [{"$ref": "#/components/schemas/Zone"}, {"type": "null"}]}


class Moment(fields.String):
    """A date and time as `datetime.fromisoformat` takes it, of a year that may be asked for."""

    json_schema: ClassVar = {"anyOf": [{"type": "string", "pattern": portable(MOMENT)}, {"type": "null"}]}


class PersonSchema(Schema):
    """Who asks: a known user, a device, or both."""

    json_schema: ClassVar = {
        "anyOf": [
            {"required": [name], "properties": {name: {"type": "string", "minLength": 1}}}
            for name in ("user_id", "anonymous_id")
        ]
    }

    user_id = named(
        metadata={"description": "Your id of a known person", "example": "household-1228", **PERSON_ID},
    )
    anonymous_id = named(metadata={"description": "The id that a device keeps of itself", **PERSON_ID})


class TicketForSchema(Schema):
    """Whose page it is."""

    person = fields.Nested(PersonSchema, required=True)


class ContextSchema(Schema):
    """What the caller knows of this moment."""

    device = named(validate=validate.OneOf([*DEVICES, None]))
    place = named(metadata={"description": "City"})
    country = named(metadata={"description": "As ISO 3166 writes it (`DE`), it decides the defaults of consent"})
    region = named(
        metadata={
            "description": "Where the person is as far as consent goes, as ISO 3166 writes it",
            "example": "US-CA",
            "pattern": REGION_PATTERN,
        }
    )
    gpc = fields.Boolean(
        allow_none=True, metadata={"description": "Global Privacy Control, where no header `Sec-GPC` brings it"}
    )
    tcf = named(metadata={"description": "A TC string (`euconsent-v2`) of IAB TCF", "maxLength": TC_CHARACTERS})
    referrer = named()
    temperature = fields.Float(allow_none=True, metadata={"description": "Degrees Celsius"})
    zone = Zone(allow_none=True, metadata={"description": "Named time zone", "example": "Europe/Berlin"})
    os = named(metadata={"description": "Operating system"})
    browser = named()
    city = named()
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    url = named(metadata={"description": "Of the page that is looked at; kept nowhere"})
    user_agent = named(metadata={"description": "Of the visitor's browser, where a server asks; kept nowhere"})
    ip = named(metadata={"description": "Of the visitor, where a server asks; kept nowhere"})


class AskSchema(Schema):
    """One layout for one person."""

    layout = fields.String(required=True, metadata={"example": "home"})
    person = fields.Nested(PersonSchema, required=True)
    locale = named(metadata={"example": "en", "pattern": LOCALE})
    context = fields.Nested(ContextSchema, allow_none=True)
    why = fields.Boolean(
        load_default=True, allow_none=True, metadata={"description": "Whether reasons come with the answer"}
    )
    at = Moment(allow_none=True, metadata={"description": "Another moment than now; needs the scope `preview`"})


class AssembleSchema(AskSchema):
    """One layout for one person."""

    channel = named(
        load_default="headless", validate=validate.OneOf([*CHANNELS, None]), metadata={"description": "for what it is"}
    )


class EmailSchema(AskSchema):
    """One mail for one person."""

    to = named(metadata={"description": "When given, the answer holds a complete MIME message as well"})
    unsubscribe_url = named(metadata={"description": "https address for one-click leaving (RFC 8058)"})


class ChatSchema(AskSchema):
    """One reply for one person."""


class FieldErrorSchema(Schema):
    """One wrong field."""

    class Meta:
        """Findings bring more: a code, pointers to what is related, a proof."""

        unknown = INCLUDE

    field = fields.String(
        required=True, metadata={"description": "JSON pointer into the body, or the name of an argument"}
    )
    message = fields.String(required=True, metadata={"description": "what is wrong"})
    remedy = fields.String(required=True, metadata={"description": "what would be right; empty where nobody can say"})
    code = fields.String()
    related = fields.List(fields.String())
    proof = fields.String()


class ProblemSchema(Schema):
    """An error, RFC 9457."""

    class Meta:
        """Some tell more, such as both sides of a conflict."""

        unknown = INCLUDE

    type = fields.String(
        required=True,
        metadata={"description": "what to go by, see docs/errors.md", "example": "urn:intarsia:problem:stale-edit"},
    )
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema), metadata={"description": "every wrong field"})
