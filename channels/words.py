"""Words of a layout (a title, a subject) filled for one person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from channels.escapes import look_up, one_line, written
from modules import Hole, Merge, MergeError, parse_merge
from rules import Json


def filled(merge: Merge, values: Mapping[str, Json]) -> str | None:
    """The text with its facts; None when a fact without a default is absent."""
    out = []
    for segment in merge.segments:
        word = written(look_up(values, tuple(segment.path.split(".")))) if isinstance(segment, Hole) else segment
        if word is None:
            word = segment.default if isinstance(segment, Hole) else None
        if word is None:
            return None
        out.append(word)
    return "".join(out)


def filled_or(text: str, values: Mapping[str, Json], otherwise: str) -> str:
    """One line for a header or a title; `otherwise` where the text is empty, cannot be read or lacks a fact."""
    merge = _parsed(text)
    found = filled(merge, values) if merge is not None else None
    return one_line(found or "") or one_line(otherwise)


@lru_cache(maxsize=512)
def _parsed(text: str) -> Merge | None:
    try:
        return parse_merge(text)
    except MergeError:
        return None
