"""Words of other systems as our texts may hold them, and names of other systems as our keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST_KEY = 80
"""Characters of a key that is made of a title: room is left for what tells it from another."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_KEY = re.compile(r"[^a-z0-9]+")
_NO_NAME = re.compile(r"\W", re.ASCII)
_BRACES = re.compile(r"\{(?=[{%])")
_FOLDED = {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th"}
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def key_of(words: str) -> str:
    """Words as a key: small letters, digits and -; empty where nothing of them can be in one."""
    plain = unicodedata.normalize("NFKD", words.lower())
    plain = "".join(_FOLDED.get(c, c) for c in plain if not unicodedata.combining(c))
    return _NO_KEY.sub("-", plain).strip("-")[:LONGEST_KEY].strip("-")


def key_of_name(name: str) -> str:
    """A name such as `blogPost` or `blog_post` as a key: `blog-post`."""
    return key_of(_CAMEL.sub("-", name))


def field_name(name: str) -> str:
    """A name as the name of a field: letters, digits and _."""
    made = _NO_NAME.sub("_", name) or "field"
    return made if made.isidentifier() else f"_{made}"


def locale_of(code: str) -> str | None:
    """A code such as `pt_BR` as a locale of ours, None where it cannot be one."""
    language, *rest = code.replace("_", "-").split("-")
    made = "-".join([language.lower(), *rest])
    return made if _LOCALE.fullmatch(made) else None


def plain_text(text: str) -> tuple[str, list[str]]:
    """The text with nothing in it that ours may not hold, and what was changed for that."""
    changes = []
    made = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(_is_forbidden(c) for c in made):
        changes.append("characters that no text may hold (control, private use, half characters) were taken out")
        made = "".join(_without(made))
    apart = _BRACES.sub("{ ", made)
    if apart != made:
        changes.append("{{ and {% begin merge fields and statements here: a space was put between")
    return apart, changes


def _without(text: str) -> Iterator[str]:
    for c in text:
        if not _is_forbidden(c):
            yield c
        elif c >= "\ud800":
            yield "\ufffd"


def _is_forbidden(c: str) -> bool:
    if c < " ":
        return c not in "\n\t"
    return "\x7f" <= c <= "\x9f" or "\ue000" <= c <= "\uf8ff" or c >= "\U000f0000" or "\ud800" <= c <= "\udfff"
