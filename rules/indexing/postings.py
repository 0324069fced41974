"""For one fact, the rules that each of its values stops: an inverted index, as search engines have it for words."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

from pyroaring import BitMap

from rules.errors import RuleError
from rules.fast import reader
from rules.indexing.shapes import CountShape, FactShape, KeyShape, Shape
from rules.indexing.steps import Steps, Turn
from rules.javascript import primitive, to_number
from rules.values import Facts, Instant

NONE: Final = BitMap()

KEPT: Final = 32
"""Sets kept ready by one table."""


class Look(NamedTuple):
    """What a fact says: the rules that it stops, those of which it cannot tell, and when by time alone it would say
    something else."""

    stopped: BitMap
    doubtful: BitMap | None = None
    until: Instant | None = None


class Table:
    """The rules that stop, as a function of the values of one type."""

    __slots__ = ("_base", "_kept", "_pending", "_singles", "_steps")

    def __init__(self, *, loading: bool) -> None:
        self._base = BitMap()
        self._singles: dict[Any, BitMap] = {}
        self._steps = Steps()
        self._kept: dict[Any, BitMap] = {}
        self._pending: list[Turn] | None = [] if loading else None

    def at(self, value: Any) -> BitMap:
        """The rules that stop at this value. Not to be written to."""
        state = self._steps.at(value, self._base)
        single = self._singles.get(value)
        if single is None:
            return state
        if state is not self._base:
            return state ^ single
        found = self._kept.get(value)
        if found is None:
            found = state ^ single
            if len(self._kept) < KEPT:
                self._kept[value] = found
        return found

    def add(self, rules: BitMap, shape: Shape) -> None:
        """Rules with where they stop."""
        self._turn(rules, shape)
        changes = ((value, rule) for value in shape.turns for rule in rules)
        if self._pending is not None:
            self._pending.extend(changes)
            return
        for change in changes:
            self._steps.add(self._base, change)

    def remove(self, rules: BitMap, shape: Shape) -> None:
        """Without the rules, which were added with this shape."""
        self._turn(rules, shape)
        for value in shape.turns:
            for rule in rules:
                self._steps.remove((value, rule))

    def settle(self) -> None:
        """What was added while everything is loaded is put in order."""
        self._steps.load(self._base, self._pending or ())
        self._pending = None

    def _turn(self, rules: BitMap, shape: Shape) -> None:
        self._kept.clear()
        if shape.stops:
            self._base ^= rules
            self._steps.turn(rules)
        for value in shape.singles:
            _turn(self._singles, value, rules)


class Kind:
    """What values of one type say, and of which rules."""

    __slots__ = ("table", "told", "untold")

    def __init__(self, *, loading: bool) -> None:
        self.table = Table(loading=loading)
        self.told = BitMap()
        self.untold: BitMap | None = None
        """The others, once that was worked out."""


class FactPostings:
    """All predicates over the fact at one path."""

    def __init__(self, shape: FactShape, *, loading: bool) -> None:
        self._read = reader(shape.path)
        self.rules = BitMap()
        self._absent = BitMap()
        self._numbers, self._texts, self._truths = (Kind(loading=loading) for _ in range(3))
        self._kinds = {int: self._numbers, float: self._numbers, str: self._texts, bool: self._truths}
        self._odd = BitMap()
        """The rules that stop where there is what is not a number."""
        self._coerced, self._literal = BitMap(), BitMap()
        """Those that read values of other types as JavaScript does, and those to which they are all not a number."""

    def look(self, facts: Facts) -> Look:
        """What the fact says."""
        value = self._read(facts.values)
        if value is None:
            return Look(self._absent)
        kind = self._kinds.get(value.__class__)
        if kind is None or value != value:
            return self._look_at_odd(value, NONE, self.rules)  # a list, an object, not a number
        if value.__class__ is int:
            value = to_number(value)  # beyond 2**53 as JavaScript has it
        if kind.untold is None:
            kind.untold = self.rules - kind.told
        stopped = kind.table.at(value)
        if not kind.untold or kind is self._numbers:
            return Look(stopped, kind.untold or None)
        return self._look_at_odd(value, stopped, kind.untold)

    def _look_at_odd(self, value: Any, stopped: BitMap, untold: BitMap) -> Look:
        """What a value says to those rules that are not told of its type."""
        literal, coerced = untold & self._literal, untold & self._coerced
        stopped = stopped | (literal & self._odd)
        if coerced:
            try:
                stopped |= self._stopped_by(primitive(value), coerced)
            except RuleError:
                return Look(stopped, untold - literal)  # what it is as text is too long for each of them
        return Look(stopped, (untold - literal - coerced) or None)

    def _stopped_by(self, value: Any, rules: BitMap) -> BitMap:
        texts = rules & self._texts.told if value.__class__ is str else NONE
        number = to_number(value)
        others = (rules - texts) & (self._odd if number != number else self._numbers.table.at(number))
        return others | (texts & self._texts.table.at(value)) if texts else others

    def add(self, rules: BitMap, shape: FactShape) -> None:
        """Rules with this predicate."""
        self._turn(rules, shape)
        for kind, told in self._told(shape):
            kind.told |= rules
            kind.table.add(rules, told)

    def remove(self, rules: BitMap, shape: FactShape) -> None:
        """Without them."""
        self._turn(rules, shape)
        for kind, told in self._told(shape):
            kind.told -= rules
            kind.table.remove(rules, told)

    def settle(self) -> None:
        """Loading is over."""
        for kind in (self._numbers, self._texts, self._truths):
            kind.table.settle()

    def _turn(self, rules: BitMap, shape: FactShape) -> None:
        self.rules ^= rules
        if shape.stops_absent:
            self._absent ^= rules
        if shape.stops_odd:
            self._odd ^= rules
        if shape.coerced is not None:
            read = self._coerced if shape.coerced else self._literal
            read ^= rules
        for kind in (self._numbers, self._texts, self._truths):
            kind.untold = None

    def _told(self, shape: FactShape) -> list[tuple[Kind, Shape]]:
        found = ((self._numbers, shape.numbers), (self._texts, shape.texts), (self._truths, shape.truths))
        return [(kind, told) for kind, told in found if told is not None]


class CountPostings:
    """All predicates over how many events of one type lie within one window."""

    def __init__(self, shape: CountShape, *, loading: bool) -> None:
        self._type, self._within = shape.type, shape.within
        self.rules = BitMap()
        self._table = Table(loading=loading)
        self._needed: dict[float, int] = {}
        """Counts at which rules change their mind, and how many rules do."""

    def look(self, facts: Facts) -> Look:
        """What the events say."""
        log = facts.events.get(self._type)
        if not log:
            return Look(self._table.at(0.0))
        now, within = facts.now, self._within
        instants: list[Any] = [occurrence[0] for occurrence in log[: int(max(self._needed, default=0))]]
        if log[0][0] > now:  # type: ignore[operator]  # an instant, by the contract of EventLog
            return Look(NONE, self.rules)
        count = sum(1 for at in instants if at + within > now)
        reached = max((needed for needed in self._needed if needed <= count), default=0)
        until = instants[int(reached) - 1] + within if reached else None
        return Look(self._table.at(float(count)), None, until)

    def add(self, rules: BitMap, shape: CountShape) -> None:
        """Rules with this predicate."""
        self.rules |= rules
        self._table.add(rules, shape.counts)
        for needed in shape.counts.turns:
            self._needed[needed] = self._needed.get(needed, 0) + len(rules)

    def remove(self, rules: BitMap, shape: CountShape) -> None:
        """Without them."""
        self.rules -= rules
        self._table.remove(rules, shape.counts)
        for needed in shape.counts.turns:
            self._needed[needed] -= len(rules)
            if not self._needed[needed]:
                del self._needed[needed]

    def settle(self) -> None:
        """Loading is over."""
        self._table.settle()


class KeyPostings:
    """All predicates over one key being in one set: the person's segments, or the texts of a list."""

    def __init__(self, shape: KeyShape, *, loading: bool) -> None:
        self._read = None if shape.path is None else reader(shape.path)
        self.rules = BitMap()
        self._absent = BitMap()
        self._out = BitMap()
        """The rules that stop where their key is not in the set."""
        self._keys: dict[str, BitMap] = {}

    def look(self, facts: Facts) -> Look:
        """What the set says."""
        keys: Any = facts.segments if self._read is None else self._read(facts.values)
        if keys is None:
            return Look(self._absent)
        if keys.__class__ is not list and keys.__class__ is not frozenset:
            return Look(NONE, self.rules)
        known = self._keys
        found = [known[key] for key in {key for key in keys if key.__class__ is str} & known.keys()]
        return Look(self._out ^ BitMap.union(*found) if found else self._out)

    def add(self, rules: BitMap, shape: KeyShape) -> None:
        """Rules with this predicate."""
        self.rules ^= rules
        if shape.stops_absent:
            self._absent ^= rules
        if shape.stops_out:
            self._out ^= rules
        if shape.stops_in is not shape.stops_out:
            _turn(self._keys, shape.key, rules)

    def remove(self, rules: BitMap, shape: KeyShape) -> None:
        """Without them."""
        self.add(rules, shape)  # every set here turns, so once more is back again

    def settle(self) -> None:
        """Loading is over."""


Postings: TypeAlias = FactPostings | CountPostings | KeyPostings

POSTINGS: Final[dict[type, type[Postings]]] = {
    FactShape: FactPostings,
    CountShape: CountPostings,
    KeyShape: KeyPostings,
}


def _turn(sets: dict[Any, BitMap], key: Any, rules: BitMap) -> None:
    """Put each rule into the set where it is not, take it out where it is; empty sets are not kept."""
    found = sets.get(key)
    if found is None:
        sets[key] = rules.copy()
        return
    found ^= rules
    if not found:
        del sets[key]
