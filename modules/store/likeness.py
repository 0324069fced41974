"""When two JSON values say the same, and what makes an entry of a list the same entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from rules import Json

IDENTITY: Final = ("key", "path", "type", "id")
"""Members that name an entry: variants, slots and variations have a key, attributes a path, events a type."""

ORDERED: Final = frozenset({"locales", "fields", "of"})
"""Objects whose members have an order that counts: the first locale stands in, editors see fields in theirs."""


def same(one: Json, other: Json) -> bool:
    """Whether two values say the same: as JSON, where 1 is not true, and in the orders that count."""
    return text_of(one) == text_of(other)


def text_of(value: Json) -> str:
    """One text for all values that say the same. In Python 1 == True == 1.0; as text they differ."""
    return json.dumps(_ordered(value), sort_keys=True)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: [list(inner), _ordered(inner)] if name in ORDERED and isinstance(inner, dict) else _ordered(inner)
            for name, inner in value.items()
        }
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def names_of(*lists: Sequence[Json]) -> list[list[str]] | None:
    """The names of the entries of each of these lists, None where entries are told apart by their places alone.

    Entries are named by one member that they all have, each another; plain values that stand once are their own names.
    """
    for member in IDENTITY:
        named = [[_name(entry, member) for entry in entries] for entries in lists]
        if all(None not in names and len(set(names)) == len(names) for names in named):
            return [[str(name) for name in names] for names in named]
    plain = [[text_of(entry) for entry in entries] for entries in lists]
    if all(not isinstance(entry, dict | list) for entries in lists for entry in entries):
        return plain if all(len(set(names)) == len(names) for names in plain) else None
    return None


def _name(entry: Json, member: str) -> str | None:
    found = entry.get(member) if isinstance(entry, dict) else None
    return found if isinstance(found, str) else None
