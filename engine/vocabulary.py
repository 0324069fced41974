"""What the rules of a release may name: its registered attributes, event types and segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

from rules import (
    Attribute,
    Basis,
    FactClass,
    FactType,
    Json,
    Purpose,
    Shape,
    Unanswered,
    Vocabulary,
    read_computed,
    window,
)

LISTS: Final = Attribute(
    "lists.*", FactType.BOOLEAN, "On the list", FactClass.DEMOGRAPHIC, source="static lists of people"
)
"""Who is on which static list; an attribute set may register it anew, with another purpose."""


def vocabulary_of(sets: Iterable[dict[str, Json]], segments: Iterable[str]) -> Vocabulary:
    """The vocabulary that these attribute sets and segments make together."""
    attributes = {LISTS.path: LISTS}
    events: dict[str, str] = {}
    shapes: dict[str, Shape] = {}
    purposes: dict[str, Purpose] = {}
    for one in sets:
        for row in cast("list[dict[str, Any]]", one.get("attributes", [])):
            attributes[row["path"]] = attribute_of(row)
        for row in cast("list[dict[str, Any]]", one.get("events", [])):
            events[row["type"]] = row.get("purpose", "personalization")
            if isinstance(row.get("schema"), dict):
                shapes[row["type"]] = Shape.of(row["schema"])
        for row in cast("list[dict[str, Any]]", one.get("purposes", [])):
            purposes[row["key"]] = purpose_of(row)
    return Vocabulary(attributes, events, frozenset(segments), shapes, purposes)


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
        keys=tuple(row.get("keys", ())),
        freshness=timedelta(seconds=window(row["freshness"])) if "freshness" in row else None,
        computed=read_computed(row["computed"]) if "computed" in row else None,
    )


def purpose_of(row: dict[str, Any]) -> Purpose:
    """One described purpose from its row in an attribute set."""
    return Purpose(
        key=row["key"],
        title=row.get("title", row["key"]),
        basis=Basis(row.get("basis", "consent")),
        defaults={region: default == "granted" for region, default in row.get("default", {}).items()},
        gpc=bool(row.get("gpc", False)),
        tcf=tuple(row.get("tcf", ())),
        unanswered=Unanswered(row.get("unanswered", "drop")),
    )


USED_BY = 2
"""Rules that must read a key below a wildcard before it counts as known."""


def with_keys(vocabulary: Vocabulary, rules: Iterable[Json]) -> Vocabulary:
    """The vocabulary that also knows the keys below its wildcards that several of these rules read."""
    return knowing(vocabulary, Counter(text for logic in rules for text in set(texts_in(logic))))


def knowing(vocabulary: Vocabulary, asked: Mapping[str, int]) -> Vocabulary:
    """The vocabulary that also knows the keys below its wildcards for which several rules ask."""
    usual = [path for path, count in asked.items() if count >= USED_BY]
    known = dict(vocabulary.attributes)
    for path, attribute in vocabulary.attributes.items():
        if path.endswith(".*"):
            own = {text.removeprefix(path[:-1]) for text in usual if text.startswith(path[:-1])}
            known[path] = replace(attribute, keys=tuple(sorted({*attribute.keys, *own})))
    return replace(vocabulary, attributes=known)


def texts_in(logic: Json) -> Iterator[str]:
    """Every text in a rule; the paths that it reads are among them."""
    if isinstance(logic, str):
        yield logic
    elif isinstance(logic, dict | list):
        for inner in logic.values() if isinstance(logic, dict) else logic:
            yield from texts_in(inner)
