"""References: that one piece of content names another, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modules.errors import MergeError
from modules.merge import parse_merge
from modules.parts import Hole

FACTS: Final = "facts"
"""What stands for a kind where content names a fact by its path; some content of kind `attributes` registers it."""

EVENTS: Final = "events"
"""The same for a type of event."""


@dataclass(frozen=True, slots=True)
class Reference:
    """That content names `to_kind`/`to_key` at `pointer` in itself. A module must be of one of the types `of`, if there
    are any."""

    to_kind: str
    to_key: str
    pointer: str
    of: tuple[str, ...] = ()


def facts_named(text: str, at: str) -> Iterator[Reference]:
    """The facts that the merge fields of a text ask for."""
    if "{{" not in text:  # most texts: not worth a parse
        return
    try:
        segments = parse_merge(text).segments
    except MergeError:
        return
    yield from (Reference(FACTS, segment.path, at) for segment in segments if isinstance(segment, Hole))


def words_of(text: str) -> str:
    """A text as it is searched: with the defaults of its merge fields in their places."""
    if "{{" not in text:
        return text
    try:
        segments = parse_merge(text).segments
    except MergeError:
        return text
    return "".join((segment.default or "") if isinstance(segment, Hole) else segment for segment in segments)
