"""Retired types: their modules keep working, new ones are not made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from modules import ContentStore, Name, read_json
from rules import Finding

NOTHING: Final[Mapping[Name, bytes]] = MappingProxyType({})


def retired_findings(
    store: ContentStore, kind: str, key: str, body: Any, along: Mapping[Name, bytes] = NOTHING
) -> list[Finding]:
    """The refusal of a module that is new, or of this type anew, where its type is retired: as a draft, or as it is
    saved `along` with the module."""
    if kind != "modules" or not _is_retired(store, str(body["type"]), along) or _type_now(store, key) == body["type"]:
        return []
    message = f"the type {body['type']!r} is retired: no new modules are made of it"
    return [Finding("/type", message, "choose another type, or take `retired` out of it")]


def _is_retired(store: ContentStore, key: str, along: Mapping[Name, bytes]) -> bool:
    saved = along.get(("types", key))
    body: Any = _draft(store, "types", key) if saved is None else read_json(saved)
    return bool(body and body.get("retired"))


def _type_now(store: ContentStore, key: str) -> object:
    body = _draft(store, "modules", key)
    return body.get("type") if body else None


def _draft(store: ContentStore, kind: str, key: str) -> dict[str, Any] | None:
    draft = store.get(kind, key)
    return cast("dict[str, Any]", read_json(store.content([draft.digest])[draft.digest])) if draft else None
