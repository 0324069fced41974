"""Plans with very many candidates: an index says whom their targets let through, and order is made of numbers.

What `engine.gates` and `engine.placing` do one by one takes too long where a hundred thousand modules fit a slot. Here
the same is done for all of them at once: the same modules are let through, and they come in the same order. Only of the
reasons fewer are told: those of the first that were stopped, and how many there were. A rule that fails is noticed
where it is asked, which it is not where a fact stops its module before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.bits import bits_of, rows_of
from engine.candidates import Candidate
from engine.entries import Entry, entry_of
from engine.leading import Column, Rows, leading, ordered
from engine.reasons import Ranked
from engine.stock import Reader, Stock
from rules import Clausebook, Facts, Instant

MANY: Final = 1_000
"""Candidates of one plan from which on they are a crowd. Below, all reasons are told and that is as quick."""

SHOWN_STOPPED: Final = 20
"""Candidates of a crowd whose stop for one cause is told in one place; of more, their number is."""

MOST_ENTRIES: Final = 4_096
"""Entries of a crowd that are kept made."""

MIX: Final = 0x9E3779B97F4A7C15
MASK: Final = 0xFFFFFFFFFFFFFFFF

Chances: TypeAlias = Mapping[tuple[str, ...], float]


class Sifted(NamedTuple):
    """The candidates whose targets let somebody through and those whose rules failed, as bits; the moment at which
    that may change."""

    through: int
    failed: int
    until: Instant | None


class Part(NamedTuple):
    """A stock, the number of its first row, how many of its rows count, and what keeps them as they are."""

    stock: Stock
    start: int
    rows: int
    reader: Reader


class Hours(NamedTuple):
    """When those that have a schedule are open: their numbers and times; and each pause as number, from and until."""

    numbers: Rows
    opens: NDArray[np.float64]
    closes: NDArray[np.float64]
    pauses: NDArray[np.float64]


class Crowd:
    """The candidates of one plan. Their numbers are rows of one stock, which all versions of the plan share, or of a
    second, which holds what this version alone has: a preview changes nothing that others read."""

    __slots__ = ("_entries", "_hours", "_parts", "_preview")

    def __init__(self, parts: Sequence[Part], hours: Hours, *, preview: bool = False) -> None:
        self._parts = tuple(parts)
        self._hours = hours
        self._preview = preview
        self._entries: dict[int, Entry] = {}

    @classmethod
    def of(cls, candidates: Sequence[Candidate], clausebook: Clausebook | None = None) -> Crowd:
        """The crowd of these, numbered as they come."""
        stock = Stock(candidates, clausebook)
        return cls([Part(stock, 0, len(stock), stock.reader(0))], hours_of(enumerate(candidates)))

    def changed(self, gone: Sequence[int], candidates: Sequence[Candidate]) -> tuple[Crowd, list[int]] | None:
        """The next version, without those numbers and with these candidates, and the numbers of these. None where this
        is not the newest version: then a crowd must be made anew."""
        stock, _, _, reader = self._parts[0]
        with stock.lock:
            if self._preview or reader.turn != stock.turn:
                return None
            numbers, reader = stock.add(candidates, gone)
            part = Part(stock, 0, len(stock), reader)
        return Crowd([part], self._hours_after(gone, zip(numbers, candidates, strict=True))), numbers

    def overlaid(self, gone: Sequence[int], candidates: Sequence[Candidate]) -> tuple[Crowd, list[int]]:
        """As `changed`, but nothing is written into what is shared. What is this version's `own` must all be gone."""
        shared, stock = self._parts[0], Stock(candidates)
        numbers = list(range(shared.rows, shared.rows + len(candidates)))
        parts = [shared, Part(stock, shared.rows, len(stock), stock.reader(0))] if candidates else [shared]
        hours = self._hours_after(gone, zip(numbers, candidates, strict=True))
        return Crowd(parts, hours, preview=True), numbers

    @property
    def stock(self) -> Stock:
        """What it shares with other versions."""
        return self._parts[0].stock

    @property
    def own(self) -> range:
        """The numbers of those that this version shares with no other."""
        return range(self._parts[-1].start, self.size) if len(self._parts) > 1 else range(0)

    @property
    def size(self) -> int:
        """All numbers are smaller."""
        return self._parts[-1].start + self._parts[-1].rows

    def candidate(self, number: int) -> Candidate:
        """The candidate with this number."""
        part = self._parts[-1] if number >= self._parts[-1].start else self._parts[0]
        found = part.stock.members[number - part.start]
        assert found is not None
        return found

    def __getitem__(self, number: int) -> Entry:
        found = self._entries.get(number)
        if found is None:
            if len(self._entries) >= MOST_ENTRIES:
                self._entries.clear()
            found = self._entries[number] = entry_of(self.candidate(number), number)
        return found

    def closed(self, now: Instant) -> tuple[int, Instant | None]:
        """The candidates whose schedule keeps them back, as bits, and the first moment at which another one does."""
        numbers, opens, closes, pauses = self._hours
        if not len(numbers):
            return 0, None
        early, late = opens > now, closes <= now
        next_one = min(opens.min(where=early, initial=np.inf), closes.min(where=~late, initial=np.inf))
        shut = np.zeros(self.size, dtype=np.bool_)
        shut[numbers[early | late]] = True
        if len(pauses):
            number, start, end = pauses.T
            shut[number[(start <= now) & (now < end)].astype(np.intp)] = True
            edges = pauses[:, 1:]
            next_one = min(next_one, edges.min(where=edges > now, initial=np.inf))
        return bits_of(shut), float(next_one) if next_one < np.inf else None

    def sift(self, facts: Facts) -> Sifted:
        """Whom their targets let through."""
        through, failed, moments = 0, 0, []
        for stock, start, rows, _ in self._parts:
            found = stock.sift(facts, rows)
            through |= bits_of(found.through) << start
            if found.failed is not None:
                failed |= bits_of(found.failed) << start
            if found.until is not None:
                moments.append(found.until)
        return Sifted(through, failed, min(moments, default=None))

    def first(self, some: int) -> list[Entry]:
        """The first of these by tier, `SHOWN_STOPPED` at most."""
        found = leading(rows_of(some), [self._column("tier"), self._column("dice")], SHOWN_STOPPED)
        return [self[number] for number in found.tolist()]

    def order(self, allowed: int, chances: Chances | None, unit: int, wanted: int) -> Iterator[Ranked]:
        """Those that are allowed, in the order of `Placer`; each is made when it is looked at. About so many will be.
        `chances` None are those of somebody of whose interests nothing is known."""
        rows = rows_of(allowed)
        score = self._column("score") if chances is None else self._scores(chances)
        columns = [self._column("tier"), score, self._column("narrow"), self._draws(unit)]
        yield from self._ranked(leading(rows, columns, wanted), columns)
        if len(rows) > wanted:
            yield from self._ranked(ordered(rows, columns)[wanted:], columns)

    def _ranked(self, rows: Rows, columns: Sequence[Column]) -> Iterator[Ranked]:
        tier, score, narrow, dice = (column(rows).tolist() for column in columns)
        for at, number in enumerate(rows.tolist()):
            yield tier[at], score[at], narrow[at], dice[at], self[number]

    def _column(self, name: str) -> Column:
        return self._values([getattr(part.stock.columns, name) for part in self._parts])

    def _scores(self, chances: Chances) -> Column:
        worth = self._column("worth")
        of_topics = [
            np.array([-chances[topics] for topics in part.stock.topics], dtype=np.float64) for part in self._parts
        ]
        kinds = [(part.stock.columns.topics, own) for part, own in zip(self._parts, of_topics, strict=True)]
        chance = self._values([np.take(own, kind, mode="clip") for kind, own in kinds])
        return lambda rows: chance(rows) * worth(rows)

    def _draws(self, unit: int) -> Column:
        dice = self._column("dice")
        return lambda rows: (dice(rows) ^ np.uint64(unit)) * np.uint64(MIX)

    def _values(self, columns: Sequence[NDArray[Any]]) -> Column:
        if len(columns) == 1:
            return columns[0].__getitem__
        shared, own = columns
        start = self._parts[1].start

        def values(rows: Rows) -> NDArray[Any]:
            mine = rows >= start
            return np.where(mine, own[np.where(mine, rows - start, 0)], shared[np.where(mine, 0, rows)])

        return values

    def _hours_after(self, gone: Sequence[int], fresh: Iterable[tuple[int, Candidate]]) -> Hours:
        more = hours_of(fresh)
        known = self._hours
        stay, pause = ~np.isin(known.numbers, gone), ~np.isin(known.pauses[:, 0], gone)
        return Hours(
            np.concatenate((known.numbers[stay], more.numbers)),
            np.concatenate((known.opens[stay], more.opens)),
            np.concatenate((known.closes[stay], more.closes)),
            np.concatenate((known.pauses[pause], more.pauses)),
        )


def hours_of(numbered: Iterable[tuple[int, Candidate]]) -> Hours:
    """The hours of these candidates, by their numbers."""
    timed = [(number, candidate.times) for number, candidate in numbered if candidate.is_timed]
    opens = [-np.inf if times.opens is None else times.opens for _, times in timed]
    closes = [np.inf if times.closes is None else times.closes for _, times in timed]
    pauses = [(number, *pause) for number, times in timed for pause in times.pauses]
    return Hours(
        np.array([number for number, _ in timed], dtype=np.intp),
        np.array(opens, dtype=np.float64),
        np.array(closes, dtype=np.float64),
        np.array(pauses, dtype=np.float64).reshape(-1, 3),
    )
