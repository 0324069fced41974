"""Fragments: what depends on content alone, rendered once and kept; a person costs joins only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from channels.escapes import Escape, look_up, written
from channels.marks import MARK, Cards, Gap, Personal, SlotKey
from rules import Json

CardsOf: TypeAlias = Callable[[str], bytes]
"""Items field -> its chosen cards, joined."""


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A fact and how it is written: one object for all fragments that need it."""

    path: tuple[str, ...]
    escape: Escape


class Told(dict[Fact, bytes | None]):
    """The facts of one person as an answer writes them, each looked up and escaped once; None for an absent one."""

    def __init__(self, values: Mapping[str, Json]) -> None:
        self._values = values

    def __missing__(self, fact: Fact) -> bytes | None:
        value = written(look_up(self._values, fact.path))
        told = self[fact] = None if value is None else fact.escape(value)
        return told


@dataclass(frozen=True, slots=True)
class Fragment:
    """One module ready for one channel: fixed bytes, and the places between them that depend on the person."""

    pieces: tuple[bytes, ...]
    holes: tuple[tuple[int, Fact, bytes], ...] = ()
    """Place, fact, and what stands there without it."""
    cards: tuple[tuple[int, str], ...] = ()
    slots: tuple[int, ...] = ()
    label: bytes = b""
    """What the module is called, as the beginning of a JSON object."""

    def fill(self, out: list[bytes], told: Told, slot: bytes, cards_of: CardsOf) -> None:
        """Append the module as this person sees it. `slot` is the slot's key, escaped for this format."""
        pieces = list(self.pieces)
        for place, fact, default in self.holes:
            word = told[fact]
            pieces[place] = default if word is None else word
        for place, name in self.cards:
            pieces[place] = cards_of(name)
        for place in self.slots:
            pieces[place] = slot
        out += pieces


def split(marked: str, gaps: Mapping[str, Gap], escapes: Iterable[Escape]) -> Fragment:
    """The fragment of a rendered text. `escapes` tells for each mark, in order, how a fact is written there."""
    pieces: list[bytes] = []
    holes: list[tuple[int, Fact, bytes]] = []
    cards: list[tuple[int, str]] = []
    slots: list[int] = []
    start = 0
    for found, escape in zip(MARK.finditer(marked), escapes, strict=True):
        pieces += (marked[start : found.start()].encode(), b"")
        match gaps[found[0]]:
            case Personal(path=path, default=default):
                holes.append((len(pieces) - 1, _fact(path, escape), escape(default)))
            case Cards(field=name):
                cards.append((len(pieces) - 1, name))
            case SlotKey():
                slots.append(len(pieces) - 1)
        start = found.end()
    pieces.append(marked[start:].encode())
    return Fragment(tuple(pieces), tuple(holes), tuple(cards), tuple(slots))


@lru_cache(maxsize=4_096)
def _fact(path: tuple[str, ...], escape: Escape) -> Fact:
    """One object for equal facts, so that they are found by identity."""
    return Fact(path, escape)


@dataclass(slots=True)
class Shelf:
    """Prepared things of one channel and release. Each step is one dictionary operation, so threads may share it."""

    most: int
    fragments: dict[str, Fragment] = field(default_factory=dict)
    """By digest of the content."""
    cards: dict[str, object] = field(default_factory=dict)
    """By item id; a channel keeps what it made of the card beside the card."""

    def keep(self, fragment: Fragment, digest: str) -> Fragment:
        """Keep a fragment; a full shelf starts over, which costs a few milliseconds once."""
        if len(self.fragments) >= self.most:
            self.fragments.clear()
        self.fragments[digest] = fragment
        return fragment

    def keep_card(self, made: object, item: str) -> None:
        """Keep a prepared card."""
        if len(self.cards) >= self.most:
            self.cards.clear()
        self.cards[item] = made


@dataclass(slots=True)
class FragmentCache:
    """The shelves of all channels of a process, for the releases that were asked for last.

    A release and a shelf's name hold all that its fragments depend on beside the content: addresses of assets and of
    the site, the channel, how prices are written.
    """

    most: int = 20_000
    """Fragments, and cards, on one shelf."""
    most_releases: int = 3
    """The published one, the one before it (a worker may lag), and one that an editor looks at."""
    releases: OrderedDict[str, dict[tuple[object, ...], Shelf]] = field(default_factory=OrderedDict)
    """Those that were asked for last come last."""
    _latest: str = ""

    def shelf(self, release: str, *name: object) -> Shelf:
        """The shelf of this name, made on first use."""
        shelves = self.releases.get(release)
        if shelves is not None and release != self._latest:
            self._latest = release
            with suppress(KeyError):  # another thread has just dropped it
                self.releases.move_to_end(release)
        if shelves is None:
            for old in list(self.releases)[: max(0, len(self.releases) - self.most_releases + 1)]:
                self.releases.pop(old, None)
            shelves, self._latest = self.releases.setdefault(release, {}), release
        found = shelves.get(name)
        return shelves.setdefault(name, Shelf(self.most)) if found is None else found
