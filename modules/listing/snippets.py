"""The part of a text that tells why it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from modules.listing.words import Terms, words

WIDTH: Final = 160
"""Characters of a snippet."""
BEFORE: Final = 50
"""Characters before the first word that was found."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a field's text; `marks` are where each word that was found begins and ends in it. The field is empty
    for what belongs to none, such as a title."""

    field: str
    text: str
    marks: Sequence[tuple[int, int]]


def snippet(texts: Mapping[str, str], terms: Terms) -> Snippet | None:
    """Of these fields, the part of the one in which most of the terms stand; None where none does."""
    best: tuple[int, str, list[tuple[int, int]]] | None = None
    for name, text in texts.items():
        found = [(word, start, end) for word, start, end in words(text) if terms.meets(word)]
        count = len({word if word in terms.whole else terms.prefix for word, _, _ in found})
        if found and (best is None or count > best[0]):
            best = (count, name, [(start, end) for _, start, end in found])
    if best is None:
        return None
    _, name, marks = best
    return _cut(name, texts[name], marks)


def _cut(name: str, text: str, marks: Sequence[tuple[int, int]]) -> Snippet:
    start = max(0, marks[0][0] - BEFORE)
    if start:
        # From the beginning of a word.
        space = text.find(" ", start, marks[0][0])
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + WIDTH)
    shown = [(one - start, other - start) for one, other in marks if other <= end]
    return Snippet(name, text[start:end], shown)
