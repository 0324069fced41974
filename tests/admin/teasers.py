"""A few teasers that name one another in a circle, and people who see some of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from accounts import Grant, parse_grants
from modules import ContentStore
from storage import Database

from .conftest import ATTRIBUTES, Editor, build

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"><path d="M0 0h9"/></svg>\n'
TEASER = {
    "title": "Teaser",
    "fields": {
        "heading": {"kind": "text", "required": True},
        "picture": {"kind": "image"},
        "next": {"kind": "reference", "many": True, "to": ["teaser"]},
        "secret": {"kind": "text"},
    },
}
NOTE = {"title": "Note", "fields": {"text": {"kind": "text"}}}
ROLES: Mapping[str, list[dict[str, Any]]] = {
    "no-secret": [{"actions": ["content.read"], "denied_fields": ["teaser/secret"]}],
    "no-next": [{"actions": ["content.read"], "denied_fields": ["teaser/next"]}],
    "german": [{"actions": ["content.read"], "locales": ["de"]}, {"actions": ["content.read"], "kinds": ["assets"]}],
    "notes": [{"actions": ["content.read"], "kinds": ["modules"], "types": ["note"]}],
    "teasers": [{"actions": ["content.read"], "kinds": ["modules"], "types": ["teaser"]}],
}

Name = tuple[str, str]


def teaser(*names: str, title: str = "", **locales: Any) -> dict[str, Any]:
    own: dict[str, Any] = {"heading": "Hello"} | ({"next": list(names)} if names else {})
    return {"type": "teaser", "title": title, "tags": ["top"], "locales": {"en": own, **locales}}


CONTENTS: Mapping[Name, Any] = {
    ("attributes", "shop"): ATTRIBUTES,
    ("types", "teaser"): TEASER,
    ("types", "note"): NOTE,
    ("assets", "dot.svg"): SVG,
    ("modules", "a"): teaser(
        "b",
        title="First",
        de={"heading": "Hallo", "picture": {"asset": "dot.svg", "alt": ""}, "secret": "rosebud", "next": ["c"]},
    ),
    ("modules", "b"): teaser("a", "n"),
    ("modules", "c"): teaser("gone", "c"),
    ("modules", "n"): {"type": "note", "locales": {"en": {"text": "x"}}},
    ("rules", "r"): {"title": "R", "logic": {">": [{"var": "profile.orders"}, 0]}},
}


def raw(contents: Mapping[Name, Any]) -> dict[Name, bytes]:
    return {name: body if isinstance(body, bytes) else json.dumps(body).encode() for name, body in contents.items()}


def opened(database: Database) -> Callable[..., Editor]:
    """The world in this database; a client with one of the roles above."""
    grants: dict[str, tuple[Grant, ...]] = {name: parse_grants(body) for name, body in ROLES.items()}
    app = build(database, grants)
    ContentStore(database).put_all(raw(CONTENTS), author="ann", now=1.0)
    return lambda role="admin": Editor(app.test_client(), role)


def told(answer: Any) -> Any:
    """What was answered."""
    assert answer.status_code == 200, answer.text
    return answer.json


FIRST = {"kind": "modules", "key": "a"}
