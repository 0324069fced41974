"""Module types: schemas for modules, made of fields. They are data, shipped as files or made by editors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from marshmallow import Schema, fields, validate

from modules.door import Amount, Flag, shape_findings
from modules.errors import ContentError, hint
from modules.field import Field, Role
from modules.group_kinds import check_fields, parts_of_fields
from modules.kinds import FIELD_KINDS
from modules.parts import Part
from rules import Finding, Json

DEEPEST_LIST = 3

SLOT = validate.Regexp(
    r"^([a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9-]*\Z|^[a-z0-9][a-z0-9-]*/\*\Z",
    error="a slot is named like hero (in any layout), home/hero or home/*",
)


class FieldSchema(Schema):
    """One field of a module type as it is written in a file."""

    kind = fields.String(required=True, metadata={"enum": list(FIELD_KINDS), "example": "text"})
    role = fields.String(validate=validate.OneOf(list(Role)))
    title = fields.String()
    help = fields.String()
    required = Flag()
    localised = Flag()
    max = Amount(validate=validate.Range(min=0))
    choices = fields.List(fields.String(), validate=validate.Length(min=1))
    to = fields.String()
    of = fields.Dict(keys=fields.String(), values=fields.Dict())


class FitsSchema(Schema):
    """The slots that a type is made for."""

    slots = fields.List(fields.String(validate=SLOT))
    tags = fields.List(fields.String())


class TypeSchema(Schema):
    """A module type as it is written in a file."""

    title = fields.String(required=True)
    description = fields.String()
    fields_ = fields.Dict(keys=fields.String(), values=fields.Nested(FieldSchema), required=True, data_key="fields")
    templates = fields.Dict(keys=fields.String(), values=fields.String())
    fits = fields.Nested(FitsSchema)
    retired = Flag()
    sample = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


_TYPE_SCHEMA = TypeSchema()
_FIELD_SCHEMA = FieldSchema()


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
        found = shape_findings(_TYPE_SCHEMA, body) or list(_check_fields_of(body["fields"], "/fields", 0))
        if found:
            raise ContentError(f"type {key!r}", found)
    made = _make(key, cast("Mapping[str, Any]", body))
    if not trusted and made.sample and (found := list(check_fields(made.sample, made.fields, "/sample"))):
        raise ContentError(f"type {key!r}", found)
    return made


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
    return Field(
        name=name,
        kind=kind,
        role=Role(spec.get("role", kind.roles[0])),
        title=spec.get("title", name),
        help=spec.get("help", ""),
        required=spec.get("required", False),
        localised=spec.get("localised", True),
        maximum=spec.get("max"),
        choices=tuple(spec.get("choices", ())),
        to=spec.get("to"),
        of={inner: _field(inner, one) for inner, one in spec.get("of", {}).items()},
    )


def _check_fields_of(specs: Any, at: str, depth: int) -> Iterator[Finding]:
    if not specs:
        yield Finding(at, "at least one field is needed", 'for example {"heading": {"kind": "text"}}')
    for name, spec in specs.items():
        here = f"{at}/{name}"
        if not name.isidentifier():
            yield Finding(here, f"{name!r} cannot name a field", "use letters, digits and _")
        yield from _check_field(spec, here, depth)


def _check_field(spec: Mapping[str, Any], at: str, depth: int) -> Iterator[Finding]:
    kind = FIELD_KINDS.get(spec["kind"])
    if kind is None:
        remedy = f"one of {', '.join(FIELD_KINDS)}"
        yield Finding(f"{at}/kind", f"there is no field kind {spec['kind']!r}{hint(spec['kind'], FIELD_KINDS)}", remedy)
        return
    if "role" in spec and spec["role"] not in kind.roles:
        message = f"a {kind.name} field cannot have the role {spec['role']}"
        yield Finding(f"{at}/role", message, f"one of {', '.join(kind.roles)}")
    for needed, of_kind in (("choices", "choice"), ("of", "list")):
        if (kind.name == of_kind) != (needed in spec):
            yield _misplaced(needed, of_kind, at, needed in spec)
    if "to" in spec and kind.name != "reference":
        yield _misplaced("to", "reference", at, True)
    if kind.name == "list" and "of" in spec:
        yield from _check_inner(spec["of"], f"{at}/of", depth + 1)


def _check_inner(specs: Mapping[str, Any], at: str, depth: int) -> Iterator[Finding]:
    if depth > DEEPEST_LIST:
        yield Finding(at, f"lists may be nested {DEEPEST_LIST} deep", "make the inner list a module of its own")
        return
    wrong = [f for name, spec in specs.items() for f in _prefixed(shape_findings(_FIELD_SCHEMA, spec), f"{at}/{name}")]
    yield from wrong or _check_fields_of(specs, at, depth)


def _prefixed(findings: Sequence[Finding], at: str) -> Iterator[Finding]:
    return (Finding(at + f.pointer, f.message, f.remedy, f.severity) for f in findings)


def _misplaced(name: str, kind: str, at: str, given: bool) -> Finding:
    if given:
        return Finding(f"{at}/{name}", f"only a {kind} field has {name!r}", "take it out")
    return Finding(f"{at}/{name}", f"a {kind} field needs {name!r}", "add it")
