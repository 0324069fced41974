"""Samples: a whole module of a type that passes its checks, for forms and previews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modules.field import Field
from modules.kinds.groups import made_up_fields
from modules.kinds.links import EXAMPLE_ASSET
from modules.module_type import ModuleType
from rules import Json

NAMES_OTHERS = frozenset({"image", "reference"})
"""Kinds of fields whose values name other content, which nobody can make up."""


def sample_of(
    made: ModuleType, *, locale: str = "en", asset: str | None = None, blank: bool = False
) -> dict[str, Json]:
    """A module of this type. Its fields show the type's sample, else their own samples or defaults, else what passes.

    A `blank` one has only the fields that a new module begins with: those that have a default or are required. Where
    pictures are made up, `asset` is shown; without one, only where they are required. So it is with other modules.
    """
    fields = {name: one for name, one in made.fields.items() if _is_shown(one, asset, blank, made.sample)}
    values = made_up_fields(fields) | {name: value for name, value in made.sample.items() if name in fields}
    body: dict[str, Json] = {"type": made.key, "title": made.title, "locales": {locale: _with_asset(values, asset)}}
    return body


def _is_shown(field: Field, asset: str | None, blank: bool, sample: Mapping[str, Json]) -> bool:
    if field.required or field.default is not None:
        return True
    if blank:
        return False
    if field.sample is not None or field.name in sample:
        return True
    if field.kind.name == "list":
        return all(_is_shown(one, asset, blank, {}) or not one.required for one in field.of.values())
    return field.kind.name not in NAMES_OTHERS or (field.kind.name == "image" and asset is not None)


def _with_asset(value: Any, asset: str | None) -> Any:
    if asset is None:
        return value
    if isinstance(value, dict):
        if value.get("asset") == EXAMPLE_ASSET:
            return {**value, "asset": asset}
        return {name: _with_asset(one, asset) for name, one in value.items()}
    return [_with_asset(one, asset) for one in value] if isinstance(value, list) else value
