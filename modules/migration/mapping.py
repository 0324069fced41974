"""Mappings: what an editor says about fields that change, so that nothing is lost by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from modules.door import Flag, shape_findings
from modules.errors import ContentError
from modules.kinds import FIELD_KINDS
from modules.locales import LOCALE
from rules import Json


class Nothing(Enum):
    """No value at all; null is one."""

    NOTHING = "nothing"


NOTHING: Final = Nothing.NOTHING


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of one field: that it may go, that it has another name, how its values are carried over.

    `values` maps single values; `default` stands in for what cannot be carried, and fills what is added. `fit` cuts
    what is too long and moves what is too large. `locale` is the one whose value all share from now on. A value that
    becomes a list stands in its field `into`; a list that ends gives its entries' field `into`.
    """

    drop: bool = False
    rename: str = ""
    convert: str = ""
    values: Mapping[str, Json] = field(default_factory=dict)
    default: Json | Nothing = NOTHING
    fit: bool = False
    locale: str = ""
    into: str = ""

    @property
    def allows_loss(self) -> bool:
        """Whether what a conversion cannot keep may go."""
        return bool(self.convert)


SILENT: Final = Entry()
"""Nothing is said."""


class EntrySchema(Schema):
    """What is said of one field, as it is sent."""

    drop = Flag()
    rename = fields.String(validate=validate.Length(min=1))
    convert = fields.String(validate=validate.OneOf(list(FIELD_KINDS)))
    values = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    default = fields.Raw(allow_none=True)
    fit = Flag()
    locale = fields.String(validate=LOCALE)
    into = fields.String(validate=validate.Length(min=1))

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """What the entry says. (Asked as usual, a mapping without `values` would give its method of that name.)"""
        return obj.get(attr, default)

    @validates_schema
    def _one_way(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("drop") and len(data) > 1:
            raise ValidationError("what is dropped is not carried over in another way as well", "drop")


class MappingSchema(Schema):
    """The mapping of a migration: field -> what is said of it; a field in a list is named as in `steps/text`."""

    mapping = fields.Dict(keys=fields.String(), values=fields.Nested(EntrySchema))


_SCHEMA = MappingSchema()


def parse_mapping(body: Mapping[str, Any]) -> dict[str, Entry]:
    """The entries of a mapping by their fields. Raises `ContentError` with every finding, below `/mapping`."""
    found = shape_findings(_SCHEMA, {"mapping": body})
    if found:
        raise ContentError("the mapping", found)
    return {name: Entry(**entry) for name, entry in body.items()}
