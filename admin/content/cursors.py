"""Cursors: where a page ended, as an opaque word that the next request gives back."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson

from admin.errors import BadCursor


def cursor_of(*place: Any) -> str:
    """The word for a place in a list."""
    return urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place_of(cursor: str, *kinds: type | tuple[type, ...]) -> list[Any]:
    """The place that a word stands for, of these types in their order. Raises `BadCursor` for any other word."""
    try:
        place = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise BadCursor(cursor) from None
    if not isinstance(place, list) or len(place) != len(kinds):
        raise BadCursor(cursor)
    if not all(isinstance(one, kind) for one, kind in zip(place, kinds, strict=True)):
        raise BadCursor(cursor)
    return place
