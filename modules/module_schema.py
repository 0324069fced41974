"""The shape of a module as it is written in a file, checked with marshmallow."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from modules.door import Amount, shape_findings
from modules.schedule import is_zone, to_instant
from rules import Finding

# "en", "de-AT", "zh-Hant-TW": a language, then a script or region.
LOCALE = validate.Regexp(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", error="a locale looks like en or de-AT")
KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]*\Z", error="a key has small letters, digits and -")


class Targeting(fields.Field[Any]):
    """The key of a rule, or a rule itself."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, (str, dict)) and value:
            return value
        raise ValidationError("targeting is the key of a rule, or JSON-logic")


class ScheduleSchema(Schema):
    """From when until when, in local time of a named zone."""

    from_ = fields.String(data_key="from", allow_none=True)
    until = fields.String(allow_none=True)
    zone = fields.String()

    @validates_schema
    def _moments(self, data: dict[str, Any], **_: Any) -> None:
        zone = data.get("zone", "UTC")
        if not is_zone(zone):
            raise ValidationError(f"there is no time zone {zone!r}; one is named like Europe/Berlin", "zone")
        opens = _moment("from", data.get("from_"), zone)
        closes = _moment("until", data.get("until"), zone)
        if opens is not None and closes is not None and opens >= closes:
            raise ValidationError("it ends before it begins", "until")


def _moment(name: str, local: str | None, zone: str) -> float | None:
    try:
        return to_instant(local, zone) if local else None
    except (ValueError, OverflowError):
        message = f'{local!r} is not a date and time; write it as in "2026-05-01T09:00"'
        raise ValidationError(message, name) from None


class VariantSchema(Schema):
    """An alternative body: only the fields that differ."""

    key = fields.String(required=True, validate=KEY)
    title = fields.String()
    locales = fields.Dict(keys=fields.String(validate=LOCALE), values=fields.Dict(keys=fields.String()))


class ModuleSchema(Schema):
    """A module as it is written in a file; only type and locales are required."""

    type = fields.String(required=True, metadata={"example": "hero"})
    title = fields.String()
    tags = fields.List(fields.String())
    tier = fields.Integer(strict=True, validate=validate.Range(min=-1000, max=1000))
    worth = Amount(validate=validate.Range(min=0))
    topics = fields.List(fields.String())
    targeting = Targeting(allow_none=True)
    unknown_ = fields.String(data_key="unknown", validate=validate.OneOf(["no", "yes"]))
    schedule = fields.Nested(ScheduleSchema, allow_none=True)
    locales = fields.Dict(
        keys=fields.String(validate=LOCALE),
        values=fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(min=1, error="at least one locale is needed"),
    )
    variants = fields.List(fields.Nested(VariantSchema))
    note = fields.String()


_SCHEMA = ModuleSchema()


def check_shape(body: object) -> list[Finding]:
    """Where a body does not have the shape of a module."""
    return shape_findings(_SCHEMA, body)
