"""Field kinds that hold one plain value: `number`, `boolean`, `datetime`, `choice` and `reference`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from modules.door import is_finite
from modules.errors import hint
from modules.field import Field, FieldKind, Role, wrong_kind
from modules.parts import Data, Part
from modules.reference import Reference
from rules import Finding, Json


def _data(_: Field, value: Json, name: str) -> Iterator[Part]:
    yield Data(name, value)


def _check_number(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not is_finite(value):
        yield wrong_kind(at, "a number", value, "4.5")
    elif field.maximum is not None and value > field.maximum:
        yield Finding(at, f"{value:g} is more than {field.maximum:g}", f"give at most {field.maximum:g}")


def _check_boolean(value: Json, _: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, bool):
        yield wrong_kind(at, "true or false", value, "true")


def _check_datetime(value: Json, _: Field, at: str) -> Iterator[Finding]:
    try:
        datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        yield Finding(at, f"{value!r} is not a date and time", 'write it as in "2026-05-01T09:00:00+02:00"')


def _check_choice(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield wrong_kind(at, "one of the choices", value, f'"{field.choices[0]}"')
    elif value not in field.choices:
        yield Finding(at, f"{value!r} is no choice{hint(value, field.choices)}", f"one of {', '.join(field.choices)}")


def _check_reference(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, str) or not value:
        yield wrong_kind(at, f"the key of a module{f' of type {field.to}' if field.to else ''}", value, '"tip-storage"')


def _referred(value: Json, _: Field, at: str) -> Iterator[Reference]:
    yield Reference("modules", str(value), at)


_DATA = (Role.DATA,)
NUMBER = FieldKind("number", "A number.", 4.5, _DATA, _check_number, _data)
BOOLEAN = FieldKind("boolean", "Yes or no.", True, _DATA, _check_boolean, _data)
DATETIME = FieldKind("datetime", "A moment, ISO 8601.", "2026-05-01T09:00:00+02:00", _DATA, _check_datetime, _data)
CHOICE = FieldKind("choice", "One of the choices that the type lists.", "light", _DATA, _check_choice, _data)
REFERENCE = FieldKind(
    "reference", "The key of another module.", "tip-storage", _DATA, _check_reference, _data, _referred
)
