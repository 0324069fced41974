"""Field kinds that hold many: `list` (of fields) and `items` (of the catalogue feed)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from modules.errors import hint, step
from modules.field import LIMITS, Field, FieldKind, Role, bounds, check_count, wrong_kind
from modules.kinds.links import check_members
from modules.parts import Items, ItemsSpec, Part
from modules.reference import Reference
from rules import Finding, Json

MOST_ITEMS = 48


def check_fields(
    values: Mapping[str, Json], fields: Mapping[str, Field], at: str, *, partial: bool = False
) -> Iterator[Finding]:
    """What is wrong with a body of these fields; a `partial` one overrides another and may leave out any."""
    for name in values:
        if name not in fields:
            yield Finding(
                f"{at}/{step(name)}", f"there is no field {name!r}{hint(name, fields)}", "take it out or rename it"
            )
    for name, field in fields.items():
        if name not in values and (partial or field.default is not None):
            continue
        value = values.get(name)
        if value is None or value == "" or (value == [] and field.required):
            if field.required:
                remedy = field.help or f"fill in {field.title}"
                yield Finding(f"{at}/{name}", f"the field {name!r} is required", remedy)
        else:
            yield from field.kind.check(value, field, f"{at}/{name}")


def parts_of_fields(values: Mapping[str, Json], fields: Mapping[str, Field], prefix: str = "") -> Iterator[Part]:
    """The parts of a checked body in the order of the type's fields; empty fields yield none.

    A default stands where a field is not named; null says that nothing stands there.
    """
    for name, field in fields.items():
        value = values.get(name, field.default)
        if value is not None and value != "":
            yield from field.kind.parts(field, value, prefix + name)


def references_in(values: Mapping[str, Json], fields: Mapping[str, Field], at: str) -> Iterator[Reference]:
    """What the values of a checked body name; `at` points to the body."""
    for name, field in fields.items():
        value = values.get(name)
        if value is not None and value != "":
            yield from field.kind.references(value, field, f"{at}/{name}")


def words_in(values: Mapping[str, Json], fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """The texts of a checked body that a search looks into, each with the name of its field."""
    for name, field in fields.items():
        value = values.get(name)
        if value is not None and value != "":
            yield from ((name, text) for text in field.kind.words(value, field) if text)


def _check_list(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, list):
        yield wrong_kind(at, "a list", value, f"[{{{', '.join(f'{name!r}: …' for name in field.of)}}}]")
        return
    yield from check_count(len(value), field, at, "entries")
    for index, entry in enumerate(value):
        if isinstance(entry, dict):
            yield from check_fields(entry, field.of, f"{at}/{index}")
        else:
            yield wrong_kind(f"{at}/{index}", "an object", entry, "{…}")


def _list_parts(field: Field, value: Json, name: str) -> Iterator[Part]:
    for index, entry in enumerate(cast("list[dict[str, Json]]", value)):
        yield from parts_of_fields(entry, field.of, f"{name}.{index}.")


def _list_references(value: Json, field: Field, at: str) -> Iterator[Reference]:
    for index, entry in enumerate(cast("list[dict[str, Json]]", value)):
        yield from references_in(entry, field.of, f"{at}/{index}")


def _list_words(value: Json, field: Field) -> Iterator[str]:
    for entry in cast("list[dict[str, Json]]", value):
        yield from (text for _, text in words_in(entry, field.of))


def _check_items(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield wrong_kind(at, "items", value, '{"count": 6, "recommend": "for-you"}')
        return
    yield from check_members(value, ("count", "recommend", "pick", "where"), at)
    count, (least, most) = value.get("count"), _counts(field)
    if isinstance(count, bool) or not isinstance(count, int) or not least <= count <= most:
        yield Finding(f"{at}/count", f"count must be a whole number from {least} to {most}", f"for example {most}")
    if not value.get("recommend") and not value.get("pick"):
        yield Finding(at, "nothing says which items", 'name a recommender ("recommend": "for-you") or pick some')
    yield from _check_sources(value, at)


def _check_sources(value: Mapping[str, Json], at: str) -> Iterator[Finding]:
    recommend, pick, where = value.get("recommend"), value.get("pick", []), value.get("where", {})
    if recommend is not None and not isinstance(recommend, str):
        yield wrong_kind(f"{at}/recommend", "the name of a recommender", recommend, '"for-you"')
    if not isinstance(pick, list) or not all(isinstance(p, str) and p for p in pick):
        yield wrong_kind(f"{at}/pick", "a list of item ids", pick, '["1029743"]')
    if not isinstance(where, dict) or not all(isinstance(v, str) for v in where.values()):
        yield wrong_kind(f"{at}/where", "an object of item attributes", where, '{"category": "coffee"}')


def _items_parts(_: Field, value: Json, name: str) -> Iterator[Part]:
    spec = cast("dict[str, Json]", value)
    yield Items(
        name,
        ItemsSpec(
            count=cast("int", spec["count"]),
            pick=tuple(cast("list[str]", spec.get("pick") or ())),
            recommend=cast("str | None", spec.get("recommend")),
            where=tuple(sorted(cast("dict[str, str]", spec.get("where") or {}).items())),
        ),
    )


def _counts(field: Field) -> tuple[int, int]:
    return int(field.minimum or 1), int(field.maximum or MOST_ITEMS)


def fields_schema(fields: Mapping[str, Field], *, partial: bool = False) -> dict[str, Any]:
    """The JSON Schema of a body of these fields; a `partial` one may leave out any."""
    needed = [name for name, one in fields.items() if one.required and one.default is None and not partial]
    return {
        "type": "object",
        "properties": {name: field_schema(one) for name, one in fields.items()},
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def field_schema(field: Field) -> dict[str, Any]:
    """The JSON Schema of one field's value, with its words for forms; what is not required may be empty."""
    told = {"title": field.title, **({"description": field.help} if field.help else {})}
    made = field.kind.schema(field)
    if not field.required:
        made = {"anyOf": [made, {"enum": [None, ""]}]}
    return {**told, **({} if field.default is None else {"default": field.default}), **made}


def made_up_fields(fields: Mapping[str, Field]) -> dict[str, Json]:
    """A body of these fields that passes: their samples, else their defaults, else what fits."""
    return {name: _shown(one) for name, one in fields.items()}


def _shown(field: Field) -> Json:
    given = field.default if field.sample is None else field.sample
    return field.kind.made_up(field) if given is None else given


def _list_schema(field: Field) -> dict[str, Any]:
    limits = bounds(field, "minItems", "maxItems")
    made = {"type": "array", "items": fields_schema(field.of), **limits}
    if field.required:
        return {**made, "minItems": max(1, limits.get("minItems", 1))}
    return {"anyOf": [made, {"type": "array", "maxItems": 0}]} if "minItems" in limits else made


def _items_schema(field: Field) -> dict[str, Any]:
    least, most = _counts(field)
    word = {"type": "string"}
    members = {
        "count": {"type": "integer", "minimum": least, "maximum": most},
        "recommend": {"type": ["string", "null"]},
        "pick": {"type": "array", "items": {**word, "minLength": 1}},
        "where": {"type": "object", "additionalProperties": word},
    }
    return {"type": "object", "properties": members, "required": ["count"], "additionalProperties": False}


LIST = FieldKind(
    name="list",
    summary="Entries of the same few fields, in the author's order; each entry yields the parts of its fields.",
    example=[{"text": "Rinse the rice."}, {"text": "Simmer for twelve minutes."}],
    roles=(Role.BODY, Role.HEADING, Role.IMAGE, Role.ACTION, Role.ITEMS, Role.DATA),
    check=_check_list,
    parts=_list_parts,
    references=_list_references,
    words=_list_words,
    made_up=lambda field: [made_up_fields(field.of) for _ in range(int(field.minimum or 1))],
    schema=_list_schema,
    options=LIMITS | {"default", "of"},
    needs="of",
)

ITEMS = FieldKind(
    name="items",
    summary="Things from the catalogue: picked by hand, recommended for the person, or both.",
    example={"count": 6, "recommend": "for-you", "where": {"category": "coffee"}},
    roles=(Role.ITEMS,),
    check=_check_items,
    parts=_items_parts,
    made_up=lambda field: {"count": max(_counts(field)[0], min(_counts(field)[1], 6)), "recommend": "popular"},
    schema=_items_schema,
    options=LIMITS | {"default"},
)
