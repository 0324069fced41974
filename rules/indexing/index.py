"""Which of very many rules hold for one person, without asking each of them.

A rule is brought to clauses (`clauses.py`), the n-th clause of every rule goes into the n-th plane, and there each
fact's value chooses prepared sets of rules that it stops (`postings.py`). What no fact can tell is asked of what is
left. Equal predicates of different rules are made once and asked once.
"""

from __future__ import annotations

import gc
from collections.abc import Hashable, Iterable, Iterator, Set
from contextlib import contextmanager
from threading import Lock
from typing import Final, Generic, TypeVar

from pyroaring import BitMap

from rules.errors import RuleError
from rules.indexing.clausebook import Clausebook, Written
from rules.indexing.planes import Asked, Plane, Predicates
from rules.rule import Rule, parse_text
from rules.values import ENOUGH, Facts, Instant

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST_PARSED: Final = 1_024
"""Documents kept parsed, of rules that had to be asked themselves."""

MOST_LEFT: Final = 1_024
"""Places that may lie empty before they are used again."""


class Eligible(Set[K]):
    """The names of the rules that hold for one person, and how long that is so.

    `valid_until` is None where time alone can never change it, and never later than the true change. `numbers` are
    the rules' places in `names`, `failed` those of the rules that failed when they were asked: they hold for nobody.
    """

    __slots__ = ("_set", "failed", "names", "numbers", "valid_until")

    def __init__(self, numbers: BitMap, failed: BitMap, names: list[K], valid_until: Instant | None) -> None:
        self.numbers = numbers
        self.failed = failed
        self.names = names
        self.valid_until = valid_until
        self._set: frozenset[K] | None = None

    @classmethod
    def _from_iterable(cls, names: Iterable[V]) -> frozenset[V]:
        """What this and another set have in common, and so on: names alone."""
        return frozenset(names)

    def __contains__(self, name: object) -> bool:
        if self._set is None:
            self._set = frozenset(self)
        return name in self._set

    def __iter__(self) -> Iterator[K]:
        names = self.names
        return iter([names[number] for number in self.numbers.to_array()])

    def __len__(self) -> int:
        return len(self.numbers)


class RuleIndex(Generic[K]):
    """Rules by name. What it says equals what `Rule.decide` says of each, always; threads may share it."""

    def __init__(
        self,
        rules: Iterable[tuple[K, Written]] = (),
        *,
        lenient: Iterable[K] = (),
        clausebook: Clausebook | None = None,
    ) -> None:
        """The index of these rules; of the `lenient` ones unknown counts as yes. It may share a clausebook with others.

        `RuleError` where a document is no rule, `ValueError` where a name comes twice.
        """
        self._lock = Lock()
        self._planes: list[Plane] = []
        self._names: list[K] = []
        self._places: dict[K, int] = {}
        self._written: list[Written | None] = []
        self._lenient = BitMap()
        self._left: list[int] = []
        self._free: list[int] = []
        self._clausebook = Clausebook() if clausebook is None else clausebook
        self._parsed: dict[int, Rule] = {}
        self._loading = True
        with _uncollected():
            self._load(rules, frozenset(lenient))
        self._loading = False

    def eligible(self, facts: Facts) -> Eligible[K]:
        """The rules that hold for these facts."""
        with self._lock:
            asked = Asked(facts)
            standing, doubts = BitMap(), BitMap()
            for plane in self._planes:
                sure, unsure = plane.standing(asked)
                standing |= sure
                doubts |= unsure
            doubts -= standing
            if asked.failed and len(self._planes) > 1:
                # One of several alternatives failed: whether that was reached is told by the rule as a whole.
                again = self._planes[1].rules & BitMap(asked.failed)
                standing -= again
                doubts |= again
            for number in doubts:
                if self._holds(number, asked):
                    standing.add(number)
            return Eligible(standing, BitMap(asked.failed) - standing, self._names, asked.until)

    def add(self, name: K, rule: Written, *, lenient: bool = False) -> None:
        """One more rule; as of now every answer knows it. `ValueError` where there is one of this name."""
        with self._lock:
            self._add(name, rule, lenient)

    def remove(self, name: K) -> None:
        """Without this rule; `KeyError` where there is none."""
        with self._lock:
            self._remove(name)

    def change(self, name: K, rule: Written, *, lenient: bool = False) -> None:
        """Another rule of the same name; no answer sees neither or both. `KeyError` where there was none."""
        made = self._clausebook.clauses(rule, lenient=lenient)
        with self._lock:
            self._remove(name)
            self._put(name, rule, lenient, made)

    def number(self, name: K) -> int:
        """The rule's place: its number in `Eligible.numbers` as long as it is not removed or changed."""
        return self._places[name]

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def _load(self, rules: Iterable[tuple[K, Written]], lenient: frozenset[K]) -> None:
        for name, rule in rules:
            self._add(name, rule, name in lenient)
        for plane in self._planes:
            plane.settle()

    def _add(self, name: K, written: Written, lenient: bool) -> None:
        if name in self._places:
            raise ValueError(f"there is a rule {name!r} already; change it instead")
        self._put(name, written, lenient, self._clausebook.clauses(written, lenient=lenient))

    def _put(self, name: K, written: Written, lenient: bool, made: list[Predicates]) -> None:
        number = self._number(name)
        self._places[name] = number
        self._written[number] = written
        if lenient:
            self._lenient.add(number)
        while len(self._planes) < len(made):
            self._planes.append(Plane(loading=self._loading))
        for plane, clause in zip(self._planes, made, strict=False):
            plane.add(number, clause)

    def _remove(self, name: K) -> None:
        number = self._places[name]
        made = self._clausebook.clauses(self._written_at(number), lenient=number in self._lenient)
        for plane, clause in zip(self._planes, made, strict=False):
            plane.remove(number, clause)
        del self._places[name]
        self._written[number] = None
        self._parsed.pop(number, None)
        self._lenient.discard(number)
        self._left.append(number)

    def _number(self, name: K) -> int:
        """A free place. Earlier answers go on reading the list that they were given: a place that they may still
        know by its old name is used again only in a copy of it."""
        if not self._free and len(self._left) >= MOST_LEFT:
            self._names, self._free, self._left = self._names.copy(), self._left, []
        if self._free:
            number = self._free.pop()
            self._names[number] = name
            return number
        self._names.append(name)
        self._written.append(None)
        return len(self._names) - 1

    def _holds(self, number: int, asked: Asked) -> bool:
        try:
            verdict = self._rule(number).decide(asked.facts)
        except RuleError:
            asked.failed.append(number)
            return False
        asked.expire(verdict.valid_until)
        return verdict.outcome in ENOUGH[number in self._lenient]

    def _rule(self, number: int) -> Rule:
        written = self._written_at(number)
        if isinstance(written, Rule):
            return written
        found = self._parsed.get(number)
        if found is None:
            if len(self._parsed) >= MOST_PARSED:
                self._parsed.clear()
            found = self._parsed[number] = parse_text(written)
        return found

    def _written_at(self, number: int) -> Written:
        written = self._written[number]
        assert written is not None
        return written


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles: there are none, and each look would begin again with the first of a million."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
