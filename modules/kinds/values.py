"""Field kinds that hold plain values: `number`, `boolean`, `datetime`, `choice` and `reference`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

from modules.door import is_finite
from modules.errors import hint
from modules.field import LIMITS, Field, FieldKind, Role, bounds, check_count, check_unique, wrong_kind
from modules.parts import Data, Part
from modules.reference import Reference
from rules import Finding, Json

FIRST_MOMENT = "2026-05-01T09:00:00+02:00"


def _data(_: Field, value: Json, name: str) -> Iterator[Part]:
    yield Data(name, value)


def _check_number(value: Json, field: Field, at: str) -> Iterator[Finding]:
    amount = amount_of(value)
    if amount is None:
        yield wrong_kind(at, "a number", value, "4.5")
    elif field.maximum is not None and amount > field.maximum:
        yield Finding(at, f"{amount:g} is more than {field.maximum:g}", f"give at most {field.maximum:g}")
    elif field.minimum is not None and amount < field.minimum:
        yield Finding(at, f"{amount:g} is less than {field.minimum:g}", f"give at least {field.minimum:g}")


def amount_of(value: Json) -> float | None:
    """A finite JSON number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not is_finite(value):
        return None
    return float(value)


def _some_number(field: Field) -> Json:
    wanted = 4.5 if field.maximum is None else min(4.5, field.maximum)
    wanted = wanted if field.minimum is None else max(wanted, field.minimum)
    return int(wanted) if wanted.is_integer() else wanted


def _check_boolean(value: Json, _: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, bool):
        yield wrong_kind(at, "true or false", value, "true")


def _check_datetime(value: Json, field: Field, at: str) -> Iterator[Finding]:
    moment = moment_of(value)
    if moment is None:
        yield Finding(at, f"{value!r} is not a date and time", 'write it as in "2026-05-01T09:00:00+02:00"')
    elif field.maximum is not None and moment > field.maximum:
        yield Finding(at, f"{value} is after {told_moment(field.maximum)}", "give an earlier moment")
    elif field.minimum is not None and moment < field.minimum:
        yield Finding(at, f"{value} is before {told_moment(field.minimum)}", "give a later moment")


def moment_of(value: Json) -> float | None:
    """The instant of an ISO 8601 text, in UTC where it has no offset; None for what is none."""
    try:
        made = datetime.fromisoformat(value if isinstance(value, str) else "")
        return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def told_moment(instant: float) -> str:
    """An instant as ISO 8601."""
    return datetime.fromtimestamp(instant, UTC).isoformat()


def _some_moment(field: Field) -> Json:
    if field.minimum is None and field.maximum is None:
        return FIRST_MOMENT
    return told_moment(cast("float", field.maximum if field.minimum is None else field.minimum))


def _single_or_many(check: Callable[[Json, Field, str], Iterator[Finding]], what: str, example: str) -> Any:
    """The check of a kind that holds one value, or several where its field says `many`."""

    def run(value: Json, field: Field, at: str) -> Iterator[Finding]:
        if not field.many:
            yield from check(value, field, at)
            return
        if not isinstance(value, list):
            yield wrong_kind(at, f"a list of {what}", value, example)
            return
        wrong = [found for number, one in enumerate(value) for found in check(one, field, f"{at}/{number}")]
        yield from wrong or check_unique(cast("list[str]", value), at)
        yield from check_count(len(value), field, at, what)

    return run


def _schema_of_many(one: dict[str, Any], field: Field) -> dict[str, Any]:
    if not field.many:
        return one
    limits = bounds(field, "minItems", "maxItems")
    made = {"type": "array", "items": one, "uniqueItems": True, **limits}
    if field.required:
        return {**made, "minItems": max(1, limits.get("minItems", 1))}
    return {"anyOf": [made, {"type": "array", "maxItems": 0}]} if "minItems" in limits else made


def _check_choice(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield wrong_kind(at, "one of the choices", value, f'"{field.choices[0]}"')
    elif value not in field.choices:
        yield Finding(at, f"{value!r} is no choice{hint(value, field.choices)}", f"one of {', '.join(field.choices)}")


def _some_choice(field: Field) -> Json:
    return list(field.choices[: int(field.minimum or 1)]) if field.many else field.choices[0]


def _choice_schema(field: Field) -> dict[str, Any]:
    return _schema_of_many({"enum": list(field.choices)}, field)


def _check_reference(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, str) or not value:
        of = f" of the type {' or '.join(field.to)}" if field.to else ""
        yield wrong_kind(at, f"the key of a module{of}", value, '"tip-storage"')


def _referred(value: Json, field: Field, at: str) -> Iterator[Reference]:
    if isinstance(value, list):
        yield from (Reference("modules", str(key), f"{at}/{number}", field.to) for number, key in enumerate(value))
    else:
        yield Reference("modules", str(value), at, field.to)


def _some_reference(field: Field) -> Json:
    if not field.many:
        return "example"
    return [f"example-{number}" for number in range(1, int(field.minimum or 1) + 1)]


def _reference_schema(field: Field) -> dict[str, Any]:
    return _schema_of_many({"type": "string", "minLength": 1}, field)


_DATA = (Role.DATA,)
NUMBER = FieldKind(
    name="number",
    summary="A number.",
    example=4.5,
    roles=_DATA,
    check=_check_number,
    parts=_data,
    made_up=_some_number,
    schema=lambda field: {"type": "number", **bounds(field, "minimum", "maximum")},
    options=LIMITS | {"default"},
    limit=amount_of,
    limits="4.5",
)
BOOLEAN = FieldKind(
    name="boolean",
    summary="Yes or no.",
    example=True,
    roles=_DATA,
    check=_check_boolean,
    parts=_data,
    made_up=lambda _: True,
    schema=lambda _: {"type": "boolean"},
    options=frozenset({"default"}),
)
DATETIME = FieldKind(
    name="datetime",
    summary="A moment, ISO 8601; in UTC where it has no offset.",
    example=FIRST_MOMENT,
    roles=_DATA,
    check=_check_datetime,
    parts=_data,
    made_up=_some_moment,
    schema=lambda _: {"type": "string", "pattern": r"^\d{4}-?(\d\d|W)"},
    options=LIMITS | {"default"},
    limit=moment_of,
    limits='"2026-05-01T09:00:00+02:00"',
)
CHOICE = FieldKind(
    name="choice",
    summary="One of the choices that the type lists, or several.",
    example="light",
    roles=_DATA,
    check=_single_or_many(_check_choice, "choices", '["light"]'),
    parts=_data,
    made_up=_some_choice,
    schema=_choice_schema,
    options=LIMITS | {"default", "choices", "many"},
    needs="choices",
)
REFERENCE = FieldKind(
    name="reference",
    summary="The key of another module, or of several.",
    example="tip-storage",
    roles=_DATA,
    check=_single_or_many(_check_reference, "keys of modules", '["tip-storage"]'),
    parts=_data,
    made_up=_some_reference,
    schema=_reference_schema,
    references=_referred,
    options=LIMITS | {"to", "many"},
)
