"""What the rules of a release may name: its registered attributes, event types and segments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from rules import Attribute, FactClass, FactType, Json, Vocabulary


def vocabulary_of(sets: Iterable[dict[str, Json]], segments: Iterable[str]) -> Vocabulary:
    """The vocabulary that these attribute sets and segments make together."""
    attributes: dict[str, Attribute] = {}
    events: dict[str, str] = {}
    for one in sets:
        for row in cast("list[dict[str, Any]]", one.get("attributes", [])):
            attributes[row["path"]] = attribute_of(row)
        for row in cast("list[dict[str, Any]]", one.get("events", [])):
            events[row["type"]] = row.get("purpose", "personalization")
    return Vocabulary(attributes, events, frozenset(segments))


def attribute_of(row: dict[str, Any]) -> Attribute:
    """One registered attribute from its row in an attribute set."""
    return Attribute(
        path=row["path"],
        type=FactType(row["type"]),
        title=row.get("title", row["path"]),
        fact_class=FactClass(row.get("class", "demographic")),
        purpose=row.get("purpose", "personalization"),
        source=row.get("source", ""),
        sensitive=bool(row.get("sensitive", False)),
        choices=tuple(row.get("choices", ())),
    )
