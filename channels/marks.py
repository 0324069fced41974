"""Marks: private-use characters that stand for holes while everything around them is rendered, once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from channels.errors import TemplateFault
from modules import Hole, Merge

FIRST, LAST = 0xE000, 0xF8FF
MARK = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Personal:
    """Stands for a fact. `address`: it is part of an address; `rich`: it stands in HTML whatever the format."""

    path: tuple[str, ...]
    default: str = ""
    address: bool = False
    rich: bool = False


@dataclass(frozen=True, slots=True)
class Cards:
    """Stands for the items that were chosen for a field."""

    field: str


@dataclass(frozen=True, slots=True)
class SlotKey:
    """Stands for the key of the slot in which the module is shown."""


Gap: TypeAlias = Personal | Cards | SlotKey


@dataclass(slots=True)
class Marks:
    """Hands out the marks of one fragment and knows what each stands for."""

    gaps: dict[str, Gap] = field(default_factory=dict)

    def mark(self, gap: Gap) -> str:
        """The mark that stands for this gap."""
        number = FIRST + len(self.gaps)
        if number > LAST:
            raise TemplateFault(f"more than {LAST - FIRST} merge fields", "split the module")
        self.gaps[chr(number)] = gap
        return chr(number)

    def known(self, text: str) -> list[Gap]:
        """The gap of each mark in order. Raises `TemplateFault` for a mark that this fragment never handed out."""
        found = [self.gaps.get(mark) for mark in MARK.findall(text)]
        if None in found:
            raise TemplateFault("a reserved private-use character stands in the template", "take it out")
        return [gap for gap in found if gap is not None]

    def pieces(self, merge: Merge, *, address: bool = False) -> Iterator[tuple[str, bool]]:
        """The text piece by piece: `(words, False)` as authored, `(mark, True)` for a merge field."""
        for segment in merge.segments:
            if isinstance(segment, Hole):
                path = tuple(segment.path.split("."))
                yield self.mark(Personal(path, segment.default or "", address, merge.rich)), True
            else:
                yield authored(segment), False


def authored(text: str) -> str:
    """The text itself; raises `TemplateFault` when it holds a character that could pass for a mark."""
    found = MARK.search(text)
    if found is not None:
        raise TemplateFault(f"the character U+{ord(found[0]):04X} is reserved", "take it out of the text")
    return text
