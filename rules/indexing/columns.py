"""Predicates over one fact, laid into one table: the value chooses the prepared answer of all of them.

What a predicate answers is not worked out here a second time: it is asked, once for each stretch of values on
which its answer cannot change.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from operator import or_, xor
from typing import Any, Final, TypeAlias

from rules.indexing.probes import probes
from rules.javascript import UNDEFINED, Value
from rules.operator import Truth
from rules.operators.reading import follow, nested
from rules.questions import Count, Fact
from rules.values import NOBODY, Instant, Json, Outcome

EMPTY: Final[dict[str, Any]] = {}


Turn: TypeAlias = "tuple[Any, int]"
"""A point (None: below all), and where the answer is another one than just before: 0 below, 1 at it, 2 above it."""


@dataclass(frozen=True, slots=True)
class Said:
    """All that a predicate can say: where its fact is absent, and where it turns from that."""

    absent: Outcome
    turns: Mapping[type, tuple[Turn, ...]]
    """Of the types of values of which it is known."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A predicate in its place: its bit, all bits of its rule, and the outcome by which it settles that rule."""

    bit: int
    rule: int
    asks: Fact | Count
    truth: Truth
    settles: Outcome

    @property
    def said(self) -> Said:
        """All that it can say. A predicate has one rule, so that is found out once, however often it is laid down."""
        if self.truth.said is None:
            self.truth.said = self._find_out()
        found: Said = self.truth.said
        return found

    def _find_out(self) -> Said:
        absent = self._outcome()
        turns: dict[type, tuple[Turn, ...]] = {}
        for kind in (float, bool, str) if isinstance(self.asks, Fact) else ():
            points = self._points(kind)
            if points is not None:
                turns[kind] = tuple(self._turns(kind, points, absent is self.settles))
        return Said(absent, turns)

    def _turns(self, kind: type, points: Iterable[Any], before: bool) -> Iterator[Turn]:
        """Each stretch and point at which its answer is not what it was just before."""
        below, pairs = probes(kind, points)
        steps = [(None, 0, below)]
        for point, above in pairs:
            steps += [(point, 1, point), (point, 2, above)]
        for point, beside, value in steps:
            now = self._outcome(value) is self.settles
            if now is not before:
                yield point, beside
            before = now

    def _outcome(self, value: Value = None) -> Outcome:
        """What it says where the fact has this value, or is absent."""
        data = nested(self.asks.path, value) if isinstance(self.asks, Fact) else EMPTY
        return self.truth.decide(data, NOBODY).outcome

    def _points(self, kind: type) -> tuple[Any, ...] | None:
        """The values of a type at which its answer may change; None where that cannot be said."""
        assert isinstance(self.asks, Fact)
        if kind is bool:
            return (False, True)
        return self.asks.texts if kind is str else self.asks.numbers


@dataclass(frozen=True, slots=True)
class Stretches:
    """Values of one type, cut at `points`: for each stretch and each point the bits that differ from absence."""

    points: tuple[Any, ...]
    turned: tuple[int, ...]
    """Below the first point, at it, between it and the second, and so on."""
    known: int
    """The bits that are unknown without the fact."""
    odd: int
    """All bits of the rules whose answer cannot be read from here."""

    @classmethod
    def of(cls, kind: type, leaves: Sequence[Leaf]) -> Stretches:
        """The table of these predicates for values of this type."""
        told = [(leaf, leaf.said.turns[kind]) for leaf in leaves if kind in leaf.said.turns]
        points = tuple(sorted({point for _, turns in told for point, beside in turns if beside}))
        flips = [0] * (2 * len(points) + 1)
        for leaf, turns in told:
            for point, beside in turns:
                flips[2 * bisect_left(points, point) + beside if beside else 0] ^= leaf.bit
        odd = _all(leaf.rule for leaf in leaves if kind not in leaf.said.turns)
        return cls(points, tuple(accumulate(flips, xor)), unknowns(leaves), odd)


class Column:
    """All predicates over one fact."""

    __slots__ = ("_kinds", "_odd")

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        numbers = Stretches.of(float, leaves)
        self._kinds = {int: numbers, float: numbers, bool: Stretches.of(bool, leaves), str: Stretches.of(str, leaves)}
        self._odd = (0, 0, _all(leaf.rule for leaf in leaves))

    def look(self, value: Json) -> tuple[int, int, int]:
        """For this value: the bits that turn, the bits that are known now, and those to be asked otherwise."""
        table = self._kinds.get(value.__class__)
        if table is None or value != value:  # a list or an object; not a number
            return self._odd
        points = table.points
        at = bisect_left(points, value)
        exact = at < len(points) and points[at] == value
        return table.turned[at + at + exact], table.known, table.odd


@dataclass(frozen=True, slots=True)
class Family:
    """The columns of facts that lie side by side, by their last name."""

    parent: tuple[str, ...]
    columns: tuple[tuple[str, Column], ...]

    def found(self, values: Mapping[str, Json]) -> Mapping[str, Json]:
        """Where their values are, by last name; None or nothing for a fact that is absent."""
        at = follow(values, self.parent)
        if type(at) is dict:
            return at
        if at is None or at is UNDEFINED:
            return EMPTY
        read = {name: follow(at, (name,)) for name, _ in self.columns}
        return {name: value for name, value in read.items() if value is not UNDEFINED}


class Ledger:
    """All predicates that count events of one type within one window."""

    __slots__ = ("_needed", "_odd", "_reached", "_within", "type")

    def __init__(self, type_: str, within: float, leaves: Sequence[Leaf]) -> None:
        self.type = type_
        self._within = within
        by_needed: dict[int, int] = {}
        for leaf in leaves:
            assert isinstance(leaf.asks, Count)
            by_needed[leaf.asks.needed] = by_needed.get(leaf.asks.needed, 0) | leaf.bit
        self._needed = tuple(sorted(by_needed))
        self._reached = tuple(accumulate((by_needed[needed] for needed in self._needed), or_, initial=0))
        self._odd = _all(leaf.rule for leaf in leaves)

    def look(self, log: Sequence[Sequence[Json]], now: Instant) -> tuple[int, int]:
        """The bits that turn because so many are there, and those to be asked otherwise: also what turned, for
        that holds only for a time."""
        if log[0][0] > now:  # type: ignore[operator]  # instants, by the contract of EventLog
            return 0, self._odd
        within, size, enough = self._within, len(log), 0
        for needed in self._needed:
            if needed > size or log[needed - 1][0] + within <= now:  # type: ignore[operator]
                break
            enough += 1
        return self._reached[enough], self._reached[enough]


def unknowns(leaves: Iterable[Leaf]) -> int:
    """The bits of the predicates that are unknown where their facts are absent."""
    return _all(leaf.bit for leaf in leaves if leaf.said.absent is Outcome.UNKNOWN)


def settled(leaves: Iterable[Leaf]) -> int:
    """The bits of the predicates that settle their rules where their facts are absent."""
    return _all(leaf.bit for leaf in leaves if leaf.said.absent is leaf.settles)


def families(leaves: Iterable[Leaf]) -> tuple[Family, ...]:
    """These predicates over facts, by the facts' places."""
    by_parent: dict[tuple[str, ...], dict[str, list[Leaf]]] = {}
    for leaf in leaves:
        if isinstance(leaf.asks, Fact):
            *parent, name = leaf.asks.path
            by_parent.setdefault(tuple(parent), {}).setdefault(name, []).append(leaf)
    return tuple(
        Family(parent, tuple((name, Column(some)) for name, some in by_name.items()))
        for parent, by_name in by_parent.items()
    )


def ledgers(leaves: Iterable[Leaf]) -> tuple[Ledger, ...]:
    """These predicates over counts, by type and window."""
    grouped: dict[tuple[str, float], list[Leaf]] = {}
    for leaf in leaves:
        if isinstance(leaf.asks, Count):
            grouped.setdefault((leaf.asks.type, leaf.asks.within), []).append(leaf)
    return tuple(Ledger(type_, within, some) for (type_, within), some in grouped.items())


def _all(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)
