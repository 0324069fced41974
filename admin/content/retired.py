"""Retired types: their modules keep working, new ones are not made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from modules import ContentStore, read_json
from rules import Finding


def retired_findings(store: ContentStore, key: str, body: Mapping[str, Any], made: Mapping[str, Any]) -> list[Finding]:
    """The refusal of a module that is new, or of this type anew, where its type, whose body is `made`, is retired."""
    if not made.get("retired") or _type_now(store, key) == body["type"]:
        return []
    message = f"the type {body['type']!r} is retired: no new modules are made of it"
    return [Finding("/type", message, "choose another type, or take `retired` out of it")]


def _type_now(store: ContentStore, key: str) -> object:
    draft = store.get("modules", key)
    body = cast("dict[str, Any]", read_json(store.content([draft.digest])[draft.digest])) if draft else {}
    return body.get("type")
