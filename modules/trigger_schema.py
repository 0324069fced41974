"""The shape of a trigger as it is written in a file: when it fires, for whom, and what is done then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from modules.door import Flag, shape_findings
from modules.logic_schemas import Logic
from rules import Finding

KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]*\Z", error="a key has small letters, digits and -")
PATH = validate.Regexp(
    r"^(profile|properties)(\.[\w-]+)+\Z", error="a fact such as profile.first_name, or properties.total of the event"
)
SPAN = validate.Regexp(r"^[1-9][0-9]{0,4}[smhd]\Z", error="a time such as 30s, 10m, 2h or 7d")
NAME = validate.Regexp(r"^\S(.{0,253}\S)?\Z", error="a name of at most 255 characters, on one line")
LIST = validate.Regexp(r"^[a-z0-9][a-z0-9_-]{0,63}\Z", error="the key of a static list")
PURPOSE = validate.Regexp(r"^[a-z0-9][\w-]{0,63}\Z", error="a purpose such as marketing")

LONGEST: Final = 48
"""Characters of a key: it is part of the name of a topic."""

MOST_DAYS: Final = 366
DAY: Final = 86_400
UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": DAY}

MOST_ACTIONS: Final = 10
MOST_NAMED: Final = 50

ALIASES: Final = ("user", "anon")
"""What people are called by others: only what is asked for by kind is told."""


def seconds_of(span: str) -> float:
    """The seconds of a time such as 10m."""
    return float(int(span[:-1]) * UNITS[span[-1]])


class Span(fields.String):
    """A time such as 10m, of a year at the most."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        SPAN(text)
        if seconds_of(text) > MOST_DAYS * DAY:
            raise ValidationError(f"it is longer than {MOST_DAYS} days")
        return text


class Share(fields.Field[float]):
    """A JSON number from 0 to 1."""

    json_schema: ClassVar = {"type": "number", "minimum": 0, "maximum": 1}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ValidationError("a number from 0 to 1 was expected")
        return value


class Plain(fields.Field[Any]):
    """A JSON value."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return value


class WhenSchema(Schema):
    """What sets a trigger off: somebody enters or leaves a segment, or does something that fits a rule."""

    entered = fields.String(validate=KEY)
    left = fields.String(validate=KEY)
    event = fields.String(validate=NAME)
    logic = Logic()
    backfill = Flag()

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        _exactly_one(data, ("entered", "left", "event"))
        if "backfill" in data and "event" in data:
            raise ValidationError({"backfill": ["only segments are filled when their rules change"]})
        if "logic" in data and "event" not in data:
            raise ValidationError({"logic": ["only an event is held against a rule; a segment has its own"]})


class ToldSchema(Schema):
    """What a receiver is told of the person."""

    attributes = fields.List(fields.String(validate=PATH), validate=validate.Length(max=MOST_NAMED))
    aliases = fields.List(fields.String(validate=validate.OneOf(ALIASES)), validate=validate.Length(max=len(ALIASES)))


class PushSchema(ToldSchema):
    """Where a connector puts it."""

    kind = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{0,11}\Z"))
    name = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,31}\Z"))


class OnListSchema(Schema):
    """Which static list the person is put on, or taken off."""

    add = fields.String(validate=LIST)
    remove = fields.String(validate=LIST)

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        _exactly_one(data, ("add", "remove"))


class TraitSchema(Schema):
    """What is from now on known of the person."""

    name = fields.String(required=True, validate=NAME)
    value = Plain(required=True)


class EmitSchema(Schema):
    """What is taken down as if the person had done it."""

    name = fields.String(required=True, validate=NAME)
    properties = fields.Dict(keys=fields.String())


class ActionSchema(Schema):
    """One thing that is done."""

    webhook = fields.Nested(ToldSchema)
    stream = fields.Nested(ToldSchema)
    connector = fields.Nested(PushSchema)
    list = fields.Nested(OnListSchema)
    trait = fields.Nested(TraitSchema)
    event = fields.Nested(EmitSchema)

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        _exactly_one(data, ("webhook", "stream", "connector", "list", "trait", "event"))


class TriggerSchema(Schema):
    """A trigger: when it fires, for whom, and what is done then."""

    title = fields.String(required=True)
    description = fields.String()
    active = Flag()
    when = fields.Nested(WhenSchema, required=True)
    delay = Span()
    still = Flag()
    once_per = Span()
    purpose = fields.String(required=True, validate=PURPOSE)
    holdout = Share()
    do = fields.List(fields.Nested(ActionSchema), required=True, validate=validate.Length(min=1, max=MOST_ACTIONS))

    @validates_schema
    def _fits(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("still") and "entered" not in data.get("when", {}):
            raise ValidationError({"still": ["only who entered a segment can still be in it"]})
        for place, one in enumerate(data.get("do", ())):
            for name, told in one.items():
                paths = told.get("attributes", ()) if isinstance(told, dict) else ()
                if "event" not in data.get("when", {}) and any(path.startswith("properties.") for path in paths):
                    raise ValidationError({"do": {place: {name: ["there is no event of which properties are told"]}}})
        for name in ("webhook", "stream"):
            places = [place for place, one in enumerate(data.get("do", ())) if name in one]
            if len(places) > 1:
                raise ValidationError({"do": {places[1]: {name: ["a change has one id there: it is told once"]}}})


def _exactly_one(data: dict[str, Any], names: tuple[str, ...]) -> None:
    given = [name for name in names if name in data]
    if len(given) != 1:
        raise ValidationError(
            f"exactly one of {', '.join(names)} was expected; there is {' and '.join(given) or 'none'}"
        )


def trigger_findings(key: str, body: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a trigger as it stands; what it names is judged with a release."""
    if len(key) > LONGEST:
        return [Finding("", f"the key of a trigger has at most {LONGEST} characters", "choose a shorter one")]
    return shape_findings(_SCHEMA, body)


_SCHEMA: Final = TriggerSchema()
