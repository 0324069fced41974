"""Words as they are searched: without regard to case and diacritics, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST_WORD: Final = 40
LONGEST_TEXT: Final = 100_000
"""Characters of one text that are searched."""
MOST_TERMS: Final = 10

_MARKS: Final = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f"
_INDIC: Final = r"\u0900-\u0dff\u0e00-\u0e7f"
_WORD: Final = re.compile(rf"(?:[^\W_]|[{_MARKS}{_INDIC}])+")
# Written without spaces: each of these characters is a word.
_ALONE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_MARK: Final = re.compile(f"[{_MARKS}]")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for: every one of these words, and one that begins with `prefix`."""

    whole: tuple[str, ...]
    prefix: str | None = None

    def __bool__(self) -> bool:
        return bool(self.whole or self.prefix)

    def meets(self, word: str) -> bool:
        """Whether a folded word is one of those that were asked for."""
        return word in self.whole or (self.prefix is not None and word.startswith(self.prefix))


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text, folded, each with where it begins and ends."""
    for found in _WORD.finditer(text[:LONGEST_TEXT]):
        word, start = found[0], found.start()
        if word.isascii():
            yield word.lower()[:LONGEST_WORD], start, found.end()
            continue
        for piece in _ALONE.finditer(word):
            # One sign may be several words: ¼ is 1 and 4.
            for one in _WORD.findall(fold(piece[0])):
                yield from ((some, start + piece.start(), start + piece.end()) for some in _ALONE.findall(one))


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """One word without case and diacritics: Café and CAFE are cafe, straße is strasse."""
    plain = _MARK.sub("", unicodedata.normalize("NFKD", word).casefold())
    # Composed again: a syllable of Korean is one character, not three.
    return unicodedata.normalize("NFKC", plain)[:LONGEST_WORD]


def folded(text: str) -> str:
    """The words of a text, folded, with one space between them."""
    if text.isascii():  # the same, without looking at each word
        return " ".join([word[:LONGEST_WORD] for word in _WORD.findall(text[:LONGEST_TEXT].lower())])
    return " ".join(word for word, _, _ in words(text))


def terms_of(query: str) -> Terms:
    """What a query asks for. Its last word may be unfinished, unless a space follows."""
    found = list(dict.fromkeys(word for word, _, _ in words(query)))[:MOST_TERMS]
    if not found or query[-1:].isspace():
        return Terms(tuple(found))
    last = found[-1]
    return Terms(tuple(found[:-1]), last)
