"""The shape of a module as it is written in a file, checked with marshmallow."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from modules.door import Amount, shape_findings
from modules.locales import LOCALE
from modules.schedule import is_zone, to_instant
from rules import Finding

MOST_WINDOWS = 100

KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]*\Z", error="a key has small letters, digits and -")


class Targeting(fields.Field[Any]):
    """The key of a rule, or a rule itself."""

    json_schema: ClassVar[dict[str, Any]] = {
        "description": "the key of a rule, or JSON-logic",
        "anyOf": [{"type": "string", "minLength": 1}, {"type": "object", "minProperties": 1}, {"type": "null"}],
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, (str, dict)) and value:
            return value
        raise ValidationError("targeting is the key of a rule, or JSON-logic")


class WindowSchema(Schema):
    """From when until when, in local time."""

    from_ = fields.String(data_key="from", allow_none=True)
    until = fields.String(allow_none=True)


class ScheduleSchema(WindowSchema):
    """From when until when, once or in several windows, in local time of a named zone."""

    zone = fields.String()
    windows = fields.List(fields.Nested(WindowSchema), validate=validate.Length(min=1, max=MOST_WINDOWS))

    @validates_schema
    def _moments(self, data: dict[str, Any], **_: Any) -> None:
        zone = data.get("zone", "UTC")
        if not is_zone(zone):
            raise ValidationError(f"there is no time zone {zone!r}; one is named like Europe/Berlin", "zone")
        _check_window(data, zone)
        if "windows" in data and (data.get("from_") or data.get("until")):
            raise ValidationError("the windows say from when until when; take out `from` and `until`", "windows")
        wrong = {n: told for n, row in enumerate(data.get("windows", ())) if (told := _wrong_window(row, zone))}
        if wrong:
            raise ValidationError({"windows": wrong})


def _wrong_window(row: dict[str, Any], zone: str) -> dict[str, list[str]]:
    try:
        _check_window(row, zone)
    except ValidationError as error:
        return {str(error.field_name): [str(error.messages[0])]}
    return {}


def _check_window(row: dict[str, Any], zone: str) -> None:
    opens = _moment("from", row.get("from_"), zone)
    closes = _moment("until", row.get("until"), zone)
    if opens is not None and closes is not None and opens >= closes:
        raise ValidationError("it ends before it begins", "until")


def _moment(name: str, local: str | None, zone: str) -> float | None:
    try:
        return to_instant(local, zone) if local else None
    except (ValueError, OverflowError):
        message = f'{local!r} is not a date and time; write it as in "2026-05-01T09:00"'
        raise ValidationError(message, name) from None


class VariantSchema(Schema):
    """An alternative body: only the fields that differ, and who gets it."""

    key = fields.String(required=True, validate=KEY)
    title = fields.String()
    targeting = Targeting(allow_none=True)
    unknown_ = fields.String(data_key="unknown", validate=validate.OneOf(["no", "yes"]))
    share = Amount(validate=validate.Range(min=0, max=1, error="a share is a part of everybody, from 0 to 1"))
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
    expires = fields.String(allow_none=True, metadata={"example": "2026-12-31T18:00"})
    locales = fields.Dict(
        keys=fields.String(validate=LOCALE),
        values=fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(min=1, error="at least one locale is needed"),
    )
    variants = fields.List(fields.Nested(VariantSchema))
    note = fields.String()

    @validates_schema
    def _expiry(self, data: dict[str, Any], **_: Any) -> None:
        schedule = data.get("schedule") or {}
        zone = schedule.get("zone", "UTC")
        expires = _moment("expires", data.get("expires"), zone)
        opens = [row.get("from_") for row in schedule.get("windows") or [schedule]]
        if expires is not None and all(opens) and expires <= min(to_instant(one, zone) for one in opens):
            raise ValidationError("it expires before it is ever shown", "expires")


_SCHEMA = ModuleSchema()


def check_shape(body: object) -> list[Finding]:
    """Where a body does not have the shape of a module."""
    return shape_findings(_SCHEMA, body)
