"""Places with very many candidates: an index says whom their targets let through, and order is made of numbers.

What `engine.gates` and `engine.placing` do one by one takes too long where a hundred thousand modules fit a slot. Here
the same is done for all of them at once: the same modules are let through, and they come in the same order. Only of the
reasons fewer are told: those of the first that were stopped, and how many there were. A rule that fails is noticed
where it is asked, which it is not where a fact stops its module before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from engine.reasons import Ranked
from rules import Facts, Instant, RuleIndex, parse

if TYPE_CHECKING:
    from engine.catalogue import Entry

MANY: Final = 1_000
"""Candidates of one plan from which on they are a crowd. Below, all reasons are told and that is as quick."""

SHOWN_STOPPED: Final = 20
"""Candidates of a crowd whose stop for one cause is told in one place; of more, their number is."""

EVERYBODY: Final = parse(True)

MIX: Final = 0x9E3779B97F4A7C15
MASK: Final = 0xFFFFFFFFFFFFFFFF

Floats: TypeAlias = NDArray[np.float64]


class Sifted(NamedTuple):
    """The candidates whose targets let somebody through and those whose rules failed, as bits; the moment at which
    that may change."""

    through: int
    failed: int
    until: Instant | None


def numbers_of(mask: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    if mask.bit_length() <= 512:
        found = []
        while mask:
            low = mask & -mask
            found.append(low.bit_length() - 1)
            mask ^= low
        return found
    return _numbers(mask).tolist()  # type: ignore[no-any-return]


def _numbers(mask: int) -> NDArray[np.intp]:
    written = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    return np.flatnonzero(np.unpackbits(np.frombuffer(written, dtype=np.uint8), bitorder="little"))


def _bits(which: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(which, bitorder="little").tobytes(), "little")


class Sieve:
    """The targets of a plan's candidates, indexed, and their schedules: a hundred thousand of them take a fraction of
    a millisecond."""

    __slots__ = ("_closes", "_index", "_opens", "_pauses", "_size")

    def __init__(self, entries: Sequence[Entry]) -> None:
        """The sieve of these candidates, whose numbers are their places."""
        self._size = len(entries)
        modules = [entry.candidate.module for entry in entries]
        self._opens = np.array([-np.inf if m.opens is None else m.opens for m in modules], dtype=np.float64)
        self._closes = np.array([np.inf if m.closes is None else m.closes for m in modules], dtype=np.float64)
        rows = [(entry.number, *pause) for entry in entries for pause in entry.candidate.module.pauses]
        self._pauses = np.array(rows, dtype=np.float64).reshape(-1, 3)
        targets = [(entry.number, entry.candidate.target) for entry in entries]
        self._index = RuleIndex(
            ((number, target.rule if target else EVERYBODY) for number, target in targets),
            lenient=[number for number, target in targets if target and target.unknown_passes],
        )

    def closed(self, now: Instant) -> tuple[int, Instant | None]:
        """The candidates whose schedule keeps them back, as bits, and the first moment at which another one does."""
        early, late = self._opens > now, self._closes <= now
        opens = self._opens.min(where=early, initial=np.inf)
        next_one = float(min(opens, self._closes.min(where=~late, initial=np.inf)))
        shut = early | late
        if len(self._pauses):
            number, start, end = self._pauses.T
            shut[number[(start <= now) & (now < end)].astype(np.intp)] = True
            edges = self._pauses[:, 1:]
            next_one = min(next_one, float(edges.min(where=edges > now, initial=np.inf)))
        return _bits(shut), next_one if next_one < np.inf else None

    def sift(self, facts: Facts) -> Sifted:
        """Whom their targets let through."""
        found = self._index.eligible(facts)
        return Sifted(self._mask(found.numbers), self._mask(found.failed), found.valid_until)

    def _mask(self, numbers: BitMap) -> int:
        if not numbers:
            return 0
        which = np.zeros(self._size, dtype=np.bool_)
        which[np.frombuffer(numbers.to_array(), dtype=np.uint32)] = True
        return _bits(which)


class Crowd:
    """The candidates of one place, as columns of what orders them."""

    __slots__ = ("_dice", "_entries", "_kinds", "_narrow", "_numbers", "_tier", "_topics", "_worth")

    def __init__(self, entries: Sequence[Entry], size: int) -> None:
        """The crowd of these entries in a plan of so many."""
        self._entries = entries
        self._numbers = np.full(size, -1, dtype=np.int32)
        self._numbers[[entry.number for entry in entries]] = np.arange(len(entries))
        self._tier = np.array([-entry.tier for entry in entries], dtype=np.int64)
        self._narrow = np.array([-entry.specificity for entry in entries], dtype=np.int64)
        self._worth = np.array([entry.worth for entry in entries], dtype=np.float64)
        self._dice = np.array([entry.dice for entry in entries], dtype=np.uint64)
        kinds: dict[tuple[str, ...], int] = {}
        self._topics = np.array([kinds.setdefault(entry.topics, len(kinds)) for entry in entries], dtype=np.int32)
        self._kinds = tuple(kinds)

    def first(self, some: int) -> list[Entry]:
        """The first of these by tier, `SHOWN_STOPPED` at most."""
        places = self._numbers[_numbers(some)] if some else self._numbers[:0]
        return [self._entries[place] for place in np.sort(places[places >= 0])[:SHOWN_STOPPED]]

    def order(self, allowed: int, chances: Mapping[tuple[str, ...], float], unit: int) -> Iterator[Ranked]:
        """Those that are allowed, in the order of `Placer`; each is made when it is looked at."""
        places = self._numbers[_numbers(allowed)]
        places = places[places >= 0]
        chance = np.array([chances[topics] for topics in self._kinds], dtype=np.float64)
        score: Floats = -chance[self._topics[places]] * self._worth[places]
        dice = (self._dice[places] ^ np.uint64(unit)) * np.uint64(MIX)
        tier, narrow = self._tier[places], self._narrow[places]
        columns: tuple[Any, ...] = (tier, score, narrow, dice)
        for at in np.lexsort(columns[::-1]):
            place = places[at]
            yield int(tier[at]), float(score[at]), int(narrow[at]), int(dice[at]), self._entries[place]
