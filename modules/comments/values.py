"""Comments as values, and what they may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from modules.errors import ModulesError
from rules import Finding, Instant

LONGEST_COMMENT: Final = 5_000
"""Characters of one comment."""

DEEPEST: Final = 400
"""Characters of the pointer to a place."""

_MENTION: Final = re.compile(r"(?:^|(?<=[\s(\[,;:]))@([a-z0-9][a-z0-9._@+-]{0,99})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comment:
    """Something said about a place in content. `version` is the revision that was looked at, `pointer` the place in it,
    empty for the whole. Answers have the `thread` of the first; whether that is dealt with is told at the first.

    A deleted one keeps its place in its thread, without its words.
    """

    id: str
    thread: str
    kind: str
    key: str
    pointer: str
    version: int
    text: str
    mentions: tuple[str, ...]
    author: str
    created_at: Instant
    edited_at: Instant | None = None
    deleted_at: Instant | None = None
    resolved_at: Instant | None = None
    resolved_by: str | None = None
    number: int = 0
    """Comments are numbered in the order in which they were said."""


class UnknownComment(ModulesError):
    """No comment with that id."""

    def __init__(self, comment: str) -> None:
        self.comment = comment
        super().__init__(f"there is no comment {comment[:40]!r}; it may have been deleted")


class BadComment(ModulesError):
    """A comment that cannot be kept: every finding, with a pointer into what was sent."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{one.pointer}: {one.message}" for one in findings))


class NotYours(ModulesError):
    """Words that somebody else said."""

    def __init__(self, comment: Comment, what: str) -> None:
        self.comment = comment
        super().__init__(f"{comment.author} said this; only they may {what} it. Answer it, or resolve the thread")


def check_text(text: str) -> None:
    """Raise `BadComment` for words that are empty, too long, or hold characters that no text may hold."""
    if not text.strip():
        raise BadComment(Finding("/text", "a comment needs words", "say something"))
    if len(text) > LONGEST_COMMENT:
        over = len(text) - LONGEST_COMMENT
        raise BadComment(Finding("/text", f"it has {len(text):,} characters; {LONGEST_COMMENT:,} fit", f"cut {over:,}"))
    bad = next((c for c in text if _is_forbidden(c)), None)
    if bad is not None:
        raise BadComment(
            Finding("/text", f"the character U+{ord(bad):04X} is not allowed in text", "take it out or type it again")
        )


def mentioned_in(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that a text turns to as `@name`, in their order; a sentence's last full stop is none of them."""
    names = {name.casefold(): name for name in known}
    found = (match[1].casefold() for match in _MENTION.finditer(text))
    said = (names.get(one) or names.get(one.rstrip(".-_@+")) for one in found)
    return tuple(dict.fromkeys(name for name in said if name is not None))


def _is_forbidden(c: str) -> bool:
    return (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff"
