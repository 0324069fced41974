"""One clause each of many rules, laid over one another: a rule stands in a plane where no predicate of its clause
stops it."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable
from typing import Final, TypeAlias

from pyroaring import BitMap

from rules.errors import RuleError
from rules.indexing.postings import POSTINGS, Postings
from rules.indexing.shapes import Opaque, Shaped
from rules.values import Facts, Instant

Predicates: TypeAlias = "tuple[Shaped | Opaque, ...]"

Loading: TypeAlias = "dict[tuple[Hashable, int], tuple[Shaped, array[int]]]"
"""Column and identity of a predicate -> itself, and the rules that have it."""

MOST_WAITING: Final = 16_384
"""Different predicates whose rules wait while all are loaded."""


class Asked:
    """One question to all rules about one person: the facts, what was already answered, and until when that holds."""

    __slots__ = ("answers", "facts", "failed", "failing", "until")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.until: Instant | None = None
        self.answers: dict[Opaque, bool] = {}
        """Equal predicates are the same object, and are asked once."""
        self.failing: set[Opaque] = set()
        """The predicates that failed."""
        self.failed: list[int] = []
        """The rules that such a predicate stopped."""

    def expire(self, moment: Instant | None) -> None:
        """The answer holds no longer than this."""
        if moment is not None and (self.until is None or moment < self.until):
            self.until = moment

    def ask(self, predicate: Opaque) -> bool:
        """Whether the predicate lets its rules through. What it said is kept in `answers`."""
        passes = False
        try:
            verdict = predicate.rule.decide(self.facts)
        except RuleError:
            self.failing.add(predicate)
        else:
            self.expire(verdict.valid_until)
            passes = verdict.outcome in predicate.enough
        self.answers[predicate] = passes
        return passes


class Plane:
    """The clauses of some rules, by the facts that they ask for."""

    __slots__ = ("_columns", "_loading", "_opaque", "_unread", "rules")

    def __init__(self, *, loading: bool) -> None:
        self._loading: Loading | None = {} if loading else None
        self.rules = BitMap()
        self._columns: dict[Hashable, Postings] = {}
        self._unread = BitMap()
        """The rules that have predicates which can only be asked as they are."""
        self._opaque: dict[int, tuple[Opaque, ...]] = {}

    def standing(self, asked: Asked) -> tuple[BitMap, BitMap]:
        """The rules that stand, and those of which some fact cannot tell: they stand only if their rule says so."""
        facts, stopped, doubtful = asked.facts, [], []
        for column in self._columns.values():
            found, untold, until = column.look(facts)
            stopped.append(found)
            if untold is not None:
                doubtful.append(untold)
            if until is not None:
                asked.expire(until)
        left = self.rules - BitMap.union(*stopped) if stopped else self.rules.copy()
        doubts = left & BitMap.union(*doubtful) if doubtful else BitMap()
        left -= doubts
        return left - self._failing(left & self._unread, asked), doubts

    def _failing(self, rules: BitMap, asked: Asked) -> BitMap:
        """Those of these rules that have a predicate which says no when it is asked."""
        known, opaque, failing = asked.answers, self._opaque, []
        for rule in rules:
            for predicate in opaque[rule]:
                passes = known.get(predicate)
                if passes is None:
                    passes = asked.ask(predicate)
                if not passes:
                    failing.append(rule)
                    if predicate in asked.failing:
                        asked.failed.append(rule)
                    break
        return BitMap(failing)

    def add(self, rule: int, clause: Predicates) -> None:
        """The rule with these predicates, all of which must hold."""
        for name, predicate in _placed(clause):
            if isinstance(predicate, Opaque):
                self._opaque[rule] = (*self._opaque.get(rule, ()), predicate)
                self._unread.add(rule)
            elif self._loading is None:
                self._column(name, predicate).add(BitMap([rule]), predicate)  # type: ignore[arg-type]  # the name tells
            else:
                known = self._loading.get((name, id(predicate)))
                waiting = known[1] if known is not None else self._wait(self._loading, name, predicate)
                waiting.append(rule)
        self.rules.add(rule)

    def remove(self, rule: int, clause: Predicates) -> None:
        """Without the rule, which was added with this clause."""
        self.rules.remove(rule)
        for name, predicate in _placed(clause):
            if isinstance(predicate, Opaque):
                continue
            column = self._columns[name]
            column.remove(BitMap([rule]), predicate)  # type: ignore[arg-type]
            if not column.rules:
                del self._columns[name]
        self._opaque.pop(rule, None)
        self._unread.discard(rule)

    def settle(self) -> None:
        """Loading is over."""
        assert self._loading is not None
        self._note(self._loading)
        self._loading = None
        for column in self._columns.values():
            column.settle()

    def _wait(self, loading: Loading, name: Hashable, predicate: Shaped) -> array[int]:
        """Where the rules with this predicate wait, to be noted at once."""
        if len(loading) >= MOST_WAITING:
            self._note(loading)
        rules = array("I")
        loading[name, id(predicate)] = (predicate, rules)
        return rules

    def _note(self, loading: Loading) -> None:
        for (name, _), (predicate, rules) in loading.items():
            self._column(name, predicate).add(BitMap(rules), predicate)  # type: ignore[arg-type]
        loading.clear()

    def _column(self, name: Hashable, predicate: Shaped) -> Postings:
        column = self._columns.get(name)
        if column is None:
            made = POSTINGS[type(predicate)](predicate, loading=self._loading is not None)  # type: ignore[arg-type]
            column = self._columns[name] = made
        return column


def _placed(clause: Predicates) -> Iterable[tuple[Hashable, Shaped | Opaque]]:
    """Each predicate with the name of its column. A column has one predicate of a rule; a second goes to another."""
    names: list[Hashable] = [predicate.subject for predicate in clause]
    if len(set(names)) < len(names):
        names = [(name, names[:at].count(name)) if name in names[:at] else name for at, name in enumerate(names)]
    return zip(names, clause, strict=True)
