"""Module types: schemas for modules, made of fields. They are data, shipped as files or made by editors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from modules.errors import ContentError
from modules.field import Field, Role
from modules.kinds import FIELD_KINDS
from modules.kinds.groups import check_fields, parts_of_fields
from modules.parts import Part
from modules.type_checks import check_specs, check_values
from modules.type_schema import check_type_shape
from rules import Finding, Json


@dataclass(frozen=True, slots=True)
class ModuleType:
    """A schema for modules: its fields by name, in the order in which editors see them and parts come out.

    `templates` may override how a channel shows it; `sample` is a body that passes. `slots` and `slot_tags` say where
    its modules fit; both empty: wherever a slot accepts them. Of a `retired` type no new modules are made.
    """

    key: str
    title: str
    description: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    sample: Mapping[str, Json] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    """Fields that are not localised: every locale takes them from the module's first."""
    references: tuple[str, ...] = ()
    """Fields that hold the key of another module."""
    slots: frozenset[str] = frozenset()
    slot_tags: frozenset[str] = frozenset()
    retired: bool = False

    def fits(self, layout: str, slot: str, tags: Iterable[str]) -> bool:
        """Whether its modules are made for this slot of a layout, whose contract asks for these tags."""
        if not self.slots and not self.slot_tags:
            return True
        return not self.slots.isdisjoint((slot, f"{layout}/{slot}", f"{layout}/*")) or not self.slot_tags.isdisjoint(
            tags
        )


def parse_type(key: str, body: Mapping[str, Json], *, trusted: bool = False) -> ModuleType:
    """The module type that this body describes. Raises `ContentError` with every finding.

    `trusted` skips the checks, for content that passed them when it was saved.
    """
    if not trusted:
        found = check_type_shape(body) or list(check_specs(body["fields"], "/fields"))
        if found:
            raise ContentError(f"type {key!r}", found)
    made = _make(key, cast("Mapping[str, Any]", body))
    if not trusted and (found := list(_check_values(made))):
        raise ContentError(f"type {key!r}", found)
    return made


def _check_values(made: ModuleType) -> Iterator[Finding]:
    yield from check_values(made.fields, "/fields")
    if made.sample:
        yield from check_fields(made.sample, made.fields, "/sample")


def parts_of(module_type: ModuleType, fields: Mapping[str, Json]) -> tuple[Part, ...]:
    """The channel-neutral parts of a checked body, in the order of the type's fields."""
    return tuple(parts_of_fields(fields, module_type.fields))


def check_body(
    module_type: ModuleType, fields: Mapping[str, Json], at: str = "", *, partial: bool = False
) -> list[Finding]:
    """What is wrong with a body of this type; a `partial` one overrides another and may leave out any field."""
    return list(check_fields(fields, module_type.fields, at, partial=partial))


def _make(key: str, body: Mapping[str, Any]) -> ModuleType:
    made = {name: _field(name, spec) for name, spec in body["fields"].items()}
    fits = body.get("fits", {})
    return ModuleType(
        key=key,
        title=body["title"],
        description=body.get("description", ""),
        fields=made,
        templates=body.get("templates", {}),
        sample=body.get("sample", {}),
        shared=frozenset(name for name, one in made.items() if not one.localised),
        references=tuple(name for name, one in made.items() if one.kind.name == "reference"),
        slots=frozenset(fits.get("slots", ())),
        slot_tags=frozenset(fits.get("tags", ())),
        retired=body.get("retired", False),
    )


def _field(name: str, spec: Mapping[str, Any]) -> Field:
    kind = FIELD_KINDS[spec["kind"]]
    get = spec.get
    to, choices = get("to", ()), get("choices", ())
    rows = [(one, one) if isinstance(one, str) else (one["value"], one["title"]) for one in choices]
    return Field(
        name=name,
        kind=kind,
        role=Role(get("role", kind.roles[0])),
        title=get("title", name),
        help=get("help", ""),
        required=get("required", False),
        localised=get("localised", True),
        minimum=kind.limit(get("min")),
        maximum=kind.limit(get("max")),
        choices=tuple(value for value, _ in rows),
        titles=dict(rows),
        many=get("many", False),
        to=(to,) if isinstance(to, str) else tuple(to),
        of={inner: _field(inner, one) for inner, one in get("of", {}).items()},
        pattern=get("pattern", ""),
        links=frozenset(get("links", ())),
        default=get("default"),
        sample=get("sample"),
    )
