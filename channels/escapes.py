"""Escapes: how a personal value is written into each kind of place so that it stays a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote

import orjson
from markupsafe import escape

from rules import Json

Escape: TypeAlias = Callable[[str], bytes]

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " ")
_PARAGRAPH = {c: gap for c, gap in _CONTROLS.items() if chr(c) not in "\n\t"}


def html_text(value: str) -> bytes:
    """For HTML text and for quoted attributes."""
    if value.isalnum():  # most names are plain words: nothing to look for
        return value.encode()
    return escape(value).encode("utf-8", "replace")


def url_part(value: str) -> bytes:
    """For a part of an address: everything but letters, digits and `-._~` is percent-encoded, in any format."""
    if value.isascii() and value.isalnum():
        return value.encode()
    return quote(value, safe="", errors="replace").encode("ascii")


def json_text(value: str) -> bytes:
    """For the inside of a JSON string."""
    return orjson.dumps(value)[1:-1]


def json_html(value: str) -> bytes:
    """For HTML inside a JSON string."""
    if value.isalnum():
        return value.encode()
    return orjson.dumps(str(escape(value)))[1:-1]


def plain_text(value: str) -> bytes:
    """For plain text: control characters become spaces."""
    return value.translate(_PARAGRAPH).encode("utf-8", "replace")


def one_line(value: str) -> str:
    """For a header or a title: one line without control characters, so nothing can start another header."""
    return " ".join(value.translate(_CONTROLS).split())


def written(value: Json) -> str | None:
    """A fact as an author expects to read it; None for what is no single word: absent, a list, an object."""
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case int():
            return str(value)
        case _:
            return None


@lru_cache(maxsize=4_096)
def html_key(key: str) -> bytes:
    """As `html_text`, for a key that many answers share."""
    return html_text(key)


@lru_cache(maxsize=4_096)
def json_key(key: str) -> bytes:
    """As `json_text`, for a key that many answers share."""
    return json_text(key)


def look_up(values: Mapping[str, Json], path: tuple[str, ...]) -> Json:
    """The fact at a path, None where it is absent."""
    found: Json | Mapping[str, Json] = values
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found  # type: ignore[return-value]
