"""Field kinds that hold many: `list` (of fields) and `items` (of the catalogue feed)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from modules.errors import hint, step
from modules.field import Field, FieldKind, Role, wrong_kind
from modules.link_kinds import check_members
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
        value = values.get(name)
        if value is not None and not (value == "" and not field.required):
            yield from field.kind.check(value, field, f"{at}/{name}")
        if field.required and not partial and value in (None, "", []):
            yield Finding(f"{at}/{name}", f"the field {name!r} is required", field.help or f"fill in {field.title}")


def parts_of_fields(values: Mapping[str, Json], fields: Mapping[str, Field], prefix: str = "") -> Iterator[Part]:
    """The parts of a checked body in the order of the type's fields; empty fields yield none."""
    for name, field in fields.items():
        value = values.get(name)
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
    if field.maximum is not None and len(value) > field.maximum:
        yield Finding(at, f"the list has {len(value)} entries; {field.maximum:g} fit", "take some out")
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
    count, most = value.get("count"), field.maximum or MOST_ITEMS
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= most:
        yield Finding(f"{at}/count", f"count must be a whole number from 1 to {most:g}", "for example 6")
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


LIST = FieldKind(
    name="list",
    summary="Entries of the same few fields, in the author's order; each entry yields the parts of its fields.",
    example=[{"text": "Rinse the rice."}, {"text": "Simmer for twelve minutes."}],
    roles=(Role.BODY, Role.HEADING, Role.IMAGE, Role.ACTION, Role.ITEMS, Role.DATA),
    check=_check_list,
    parts=_list_parts,
    references=_list_references,
    words=_list_words,
)

ITEMS = FieldKind(
    name="items",
    summary="Things from the catalogue: picked by hand, recommended for the person, or both.",
    example={"count": 6, "recommend": "for-you", "where": {"category": "coffee"}},
    roles=(Role.ITEMS,),
    check=_check_items,
    parts=_items_parts,
)
