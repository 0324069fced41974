"""What the slots of a channel's layouts take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from modules.module_type import ModuleType, parse_type
from modules.store import bodies
from modules.store.knowing import UNCHECKED, plain
from modules.tables import drafts


@dataclass(frozen=True, slots=True)
class Contract:
    """A module fits that is of one of these types and carries every one of these tags."""

    types: frozenset[str]
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contracts:
    """The layouts of a channel, and what their slots take."""

    layouts: frozenset[str]
    slots: frozenset[Contract]


def contracts(connection: Connection, channel: str) -> Contracts:
    """What the drafts of layouts ask for that are shown in this channel."""
    found = _drafts(connection, "layouts")
    layouts = {key: body for key, body in found.items() if channel in (body.get("channels") or (channel,))}
    types = {key: _type(key, body) for key, body in _drafts(connection, "types").items()}
    slots = frozenset(slot for key, body in layouts.items() for slot in _slots(key, body, types))
    return Contracts(frozenset(layouts), slots)


def _drafts(connection: Connection, kind: str) -> dict[str, dict[str, Any]]:
    here = select(drafts.c.key, drafts.c.digest).where(drafts.c.kind == kind, drafts.c.archived_at.is_(None))
    digests = {row.key: row.digest for row in connection.execute(here)}
    read = bodies.read(connection, set(digests.values()))
    made = {key: plain(read.get(digest, b"")) for key, digest in digests.items()}
    return {key: body for key, body in made.items() if body is not None}


def _type(key: str, body: dict[str, Any]) -> ModuleType | None:
    """The type, where it says itself into which slots it goes."""
    try:
        return parse_type(key, body, trusted=True) if body.get("fits") else None
    except UNCHECKED:
        return None


def _slots(layout: str, body: Mapping[str, Any], types: Mapping[str, ModuleType | None]) -> Iterator[Contract]:
    for slot in body.get("slots", ()):
        if isinstance(slot, dict):
            tags = frozenset(slot.get("tags", ()))
            asked = slot.get("types") or types
            fitting = (key for key in asked if key in types and _fits(types[key], layout, str(slot.get("key")), tags))
            yield Contract(frozenset(fitting), tags)


def _fits(made: ModuleType | None, layout: str, slot: str, tags: frozenset[str]) -> bool:
    return made is None or made.fits(layout, slot, tags)
