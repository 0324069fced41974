"""What is read out of bodies when they are saved. The store takes any bytes: what was not checked tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

from modules.content_kinds import KINDS
from modules.errors import ModulesError
from modules.module_type import ModuleType, parse_type
from modules.reference import Reference
from modules.references import references_of
from modules.store import bodies
from modules.store.values import Name
from modules.tables import drafts
from rules import RuleError

log = logging.getLogger("intarsia")

UNCHECKED = (LookupError, TypeError, AttributeError, ValueError, ModulesError, RuleError)
"""What reading a body can raise that no check has seen."""


def plain(content: bytes) -> dict[str, Any] | None:
    """The JSON object of these bytes, None where they hold none."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


class Types:
    """The module types of one transaction: those that it saves, else those of the drafts."""

    def __init__(self, connection: Connection, saved: Mapping[Name, bytes]) -> None:
        self._connection = connection
        self._saved = saved
        self._known: dict[str, ModuleType | None] = {}

    def of(self, body: Mapping[str, Any]) -> Mapping[str, ModuleType]:
        """The type that a module's body names, by its key; nothing where there is none."""
        key = body.get("type")
        if not isinstance(key, str):
            return {}
        if key not in self._known:
            self._known[key] = type_of(key, self._saved.get(("types", key)) or self._draft(key))
        found = self._known[key]
        return {} if found is None else {key: found}

    def _draft(self, key: str) -> bytes:
        here = (drafts.c.kind == "types") & (drafts.c.key == key)
        digest = self._connection.execute(select(drafts.c.digest).where(here)).scalar()
        return bodies.read(self._connection, [digest] if digest else []).get(digest or "", b"")


def type_of(key: str, content: bytes) -> ModuleType | None:
    """The module type of these bytes, None where they hold none."""
    try:
        return parse_type(key, plain(content) or {}, trusted=True)
    except UNCHECKED:
        return None


def references_in(kind: str, key: str, content: bytes, types: Types) -> list[Reference]:
    """What this content names."""
    body = plain(content) if KINDS[kind].is_json else None
    if body is None:
        return []
    try:
        return references_of(kind, key, body, types.of(body) if kind == "modules" else {})
    except UNCHECKED as error:
        log.info("nothing is known of what %s/%s names: %s", kind, key, type(error).__name__)
        return []
