"""Merge fields: the one form of personal text that authors may write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modules.errors import MergeError
from modules.parts import Hole, Merge

FORM = '{{ profile.first_name | default("there") }}'

_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)+", re.ASCII)
_DEFAULT = re.compile(r"""\|\s*default\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*\)""", re.DOTALL)


def parse_merge(text: str, *, rich: bool = False) -> Merge:
    """Text with its merge fields as holes. Raises `MergeError` at the first that is not of the one form."""
    return Merge(tuple(_segments(text)), rich)


def _segments(text: str) -> Iterator[str | Hole]:
    start = 0
    while (opening := _next_opening(text, start)) >= 0:
        if opening > start:
            yield text[start:opening]
        hole, start = _hole(text, opening)
        yield hole
    if start < len(text):
        yield text[start:]


def _next_opening(text: str, start: int) -> int:
    opening = text.find("{{", start)
    statement = text.find("{%", start, opening if opening >= 0 else len(text))
    if statement >= 0:
        raise MergeError("statements are not allowed in text", statement, f"write merge fields as {FORM}")
    return opening


def _hole(text: str, opening: int) -> tuple[Hole, int]:
    at = _skip(text, opening + 2)
    path = _PATH.match(text, at)
    if path is None:
        raise MergeError("a merge field must name a fact by its path", opening, f"write it as {FORM}")
    at = _skip(text, path.end())
    default: str | None = None
    if text.startswith("|", at):
        given = _DEFAULT.match(text, at)
        if given is None:
            raise MergeError("the only filter of a merge field is default", at, f"write it as {FORM}")
        default = _unescaped(given[1] if given[1] is not None else given[2])
        at = _skip(text, given.end())
    if not text.startswith("}}", at):
        raise MergeError("a merge field does not end", opening, f"close it with }}}}, as in {FORM}")
    return Hole(path[0], default), at + 2


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
