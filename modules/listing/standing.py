"""How a draft stands to what is published of it: as a whole, and locale by locale."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHARED = ""
"""Stands beside the locales for what belongs to none of them."""


class DraftState(StrEnum):
    """How a draft, or one locale of it, stands to what is published."""

    DRAFT = "draft"
    """It was never published, or is not any more."""
    PUBLISHED = "published"
    CHANGED = "changed"
    REMOVED = "removed"
    """Of a locale: it is published, and the draft no longer has it."""
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a draft, of its shared part, and of each of its locales."""

    state: DraftState
    shared: DraftState
    locales: Mapping[str, DraftState] = field(default_factory=dict)


def standing(
    draft: Mapping[str, Any] | None, published: Mapping[str, Any] | None, shared_fields: Collection[str]
) -> Standing:
    """How two different bodies of one key stand to one another; fields that are not localised belong to no locale."""
    new, old = parts(draft, shared_fields), parts(published, shared_fields)
    found = {name: _state(old.get(name), new.get(name)) for name in [*new, *(name for name in old if name not in new)]}
    shared = found.pop(SHARED)
    return Standing(DraftState.CHANGED, shared, found)


def unpublished(locales: Collection[str]) -> Standing:
    """How a draft stands of which nothing is published."""
    return Standing(DraftState.DRAFT, DraftState.DRAFT, dict.fromkeys(locales, DraftState.DRAFT))


def served(locales: Collection[str]) -> Standing:
    """How a draft stands that is published as it is."""
    return Standing(DraftState.PUBLISHED, DraftState.PUBLISHED, dict.fromkeys(locales, DraftState.PUBLISHED))


def _state(old: str | None, new: str | None) -> DraftState:
    if old == new:
        return DraftState.PUBLISHED
    if old is None:
        return DraftState.DRAFT
    return DraftState.REMOVED if new is None else DraftState.CHANGED


def parts(body: Mapping[str, Any] | None, shared_fields: Collection[str]) -> dict[str, str]:
    """A text for each part of a body: one that is the same wherever the part says the same."""
    if body is None:
        return {SHARED: ""}
    locales = _locales(body)
    variants = [one for one in body.get("variants", ()) if isinstance(one, dict)]
    words: dict[str, list[Any]] = {locale: [_without(fields, shared_fields)] for locale, fields in locales.items()}
    for variant in variants:
        for locale, fields in _locales(variant).items():
            words.setdefault(locale, [None]).append([variant.get("key"), _without(fields, shared_fields)])
    first = next(iter(locales), "")
    own = {name: value for name, value in locales.get(first, {}).items() if name in shared_fields}
    shells = [{name: value for name, value in one.items() if name != "locales"} for one in variants]
    rest = {name: value for name, value in body.items() if name not in ("locales", "variants")}
    made = {SHARED: _text([rest, first, own, shells])}
    return made | {locale: _text(said) for locale, said in words.items()}


def _locales(body: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    found = body.get("locales")
    return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}


def _without(fields: Mapping[str, Any], shared: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in shared}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
