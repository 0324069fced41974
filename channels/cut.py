"""Cutting text to a limit without breaking what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

ELLIPSIS = "…"
_JOINER = "\u200d"


def utf16_units(text: str) -> int:
    """Length as JavaScript and most chat systems count it, never less than the number of characters."""
    return len(text) + sum(c > "\uffff" for c in text)


def cut(text: str, limit: int, width: Callable[[str], int] = utf16_units) -> str:
    """The text if its width fits, else as many whole characters as fit before an ellipsis."""
    if width(text) <= limit:
        return text
    room = limit - width(ELLIPSIS)
    kept = []
    for cluster in clusters(text):
        room -= width(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + ELLIPSIS


def clusters(text: str) -> Iterator[str]:
    """What readers see as single characters: marks, joined emoji, skin tones and flags stay whole.

    The rules of UAX 29 that matter in messages; Hangul jamo and conjuncts are not joined.
    """
    start = 0
    for at in range(1, len(text)):
        if not _continues(text, at, start):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _continues(text: str, at: int, start: int) -> bool:
    here, before = text[at], text[at - 1]
    if here == _JOINER or before == _JOINER or unicodedata.category(here).startswith("M"):
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    if _is_regional(here) and _is_regional(before):
        return (at - start) % 2 == 1
    return before == "\r" and here == "\n"


def _is_regional(c: str) -> bool:
    return "\U0001f1e6" <= c <= "\U0001f1ff"
