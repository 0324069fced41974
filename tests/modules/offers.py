"""A type with many modules that is about to change, and what is done with it in tests of migrations."""

from __future__ import annotations

import json
from typing import Any

from modules import ContentStore, Migration, Migrations
from storage import Database

OLD = {
    "title": "Card",
    "fields": {
        "heading": {"kind": "text", "role": "heading", "required": True},
        "price": {"kind": "number"},
        "steps": {"kind": "list", "of": {"text": {"kind": "text"}}},
    },
}
NEW = {
    "title": "Card",
    "fields": {
        "title": {"kind": "text", "role": "heading", "required": True},
        "price": {"kind": "text"},
        "steps": {"kind": "list", "of": {"words": {"kind": "text"}}},
    },
}
MAPPING = {"heading": {"rename": "title"}, "steps/text": {"rename": "words"}}
MANY = 450
"""Modules: some batches, and more than one SQL statement takes."""


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode()


def module(number: int, **more: Any) -> dict[str, Any]:
    locales = {"en": {"heading": f"No {number}", "price": number, "steps": [{"text": "Boil"}]}, "de": {"heading": "Nr"}}
    return {"type": "card", "locales": locales, "variants": [{"key": "b", "locales": {"en": {"heading": "B"}}}], **more}


def moved(number: int) -> dict[str, Any]:
    locales = {
        "en": {"title": f"No {number}", "price": f"{number}", "steps": [{"words": "Boil"}]},
        "de": {"title": "Nr"},
    }
    return {"type": "card", "locales": locales, "variants": [{"key": "b", "locales": {"en": {"title": "B"}}}]}


def name(number: int) -> str:
    return f"m{number:05}"


def filled(database: Database) -> ContentStore:
    """A store with the type, many modules of it, and one of another type."""
    store = ContentStore(database)
    bodies = {("modules", name(number)): encoded(module(number)) for number in range(MANY)}
    other = {("types", "other"): encoded(OLD), ("modules", "stranger"): encoded({**module(1), "type": "other"})}
    store.put_all({("types", "card"): encoded(OLD), **bodies, **other}, author="ann", now=1.0)
    return store


def start(migrations: Migrations, now: float = 2.0) -> Migration:
    return migrations.start("card", encoded(NEW), MAPPING, author="bob", now=now)


def finish(migrations: Migrations, begun: Migration, now: float = 3.0) -> Migration:
    while migrations.work(now):
        pass
    return migrations.get("card", begun.id)


def read(store: ContentStore, key: str, kind: str = "modules") -> Any:
    draft = store.get(kind, key)
    assert draft is not None
    return json.loads(store.content([draft.digest])[draft.digest])


def save(store: ContentStore, key: str, body: Any, **expect: Any) -> None:
    store.put("modules", key, encoded(body), author="eve", now=2.5, **expect)
