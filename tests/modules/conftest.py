"""A small world of module types with obvious answers."""

from __future__ import annotations

from typing import Any

import pytest

from modules import ModuleType, parse_type

HERO: dict[str, Any] = {
    "title": "Hero",
    "description": "The first thing on a page.",
    "fields": {
        "heading": {"kind": "text", "role": "heading", "title": "Heading", "required": True, "max": 20},
        "body": {"kind": "richtext", "title": "Body"},
        "image": {"kind": "image", "localised": False},
        "link": {"kind": "link"},
        "price": {"kind": "number", "max": 100},
        "mood": {"kind": "choice", "choices": ["calm", "bold"]},
        "tip": {"kind": "reference", "to": "tip"},
        "steps": {"kind": "list", "max": 3, "of": {"text": {"kind": "text", "required": True}}},
        "items": {"kind": "items", "max": 8},
    },
    "templates": {"web": "<h2>{{ heading }}</h2>"},
    "sample": {"heading": "Good morning"},
}


@pytest.fixture
def hero() -> ModuleType:
    return parse_type("hero", HERO)


@pytest.fixture
def types(hero: ModuleType) -> dict[str, ModuleType]:
    return {"hero": hero}
