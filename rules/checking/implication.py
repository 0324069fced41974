"""Whether whoever one rule lets in is let in by another one too, as far as that can be proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Final

from rules.checking.alternatives import Alternative, Alternatives, alternatives
from rules.checking.proving import Meant, Prover
from rules.checking.wanted import IMPOSSIBLE, Subject, Wanted
from rules.explaining.describe import say
from rules.nodes import Node
from rules.values import Outcome

MOST: Final = 32
"""Alternatives of a rule that is compared with others."""

Group = tuple[Wanted, ...]


@dataclass(slots=True, eq=False)
class Way:
    """One alternative of a rule: what must be said of each subject, and the subjects as bits."""

    groups: Mapping[Subject, Group]
    bits: int


@dataclass(slots=True, eq=False)
class Compared:
    """A rule made ready to be compared: its ways, and whether they are all of it and no more."""

    ways: Sequence[Way]
    exact: bool
    bits: int
    """The subjects that each of its ways is about."""
    proof: str = ""
    """Why nobody can go the ways that were left out."""

    @property
    def name(self) -> frozenset[frozenset[Wanted]]:
        """What it asks, in whatever order it does so: equal for rules that say the same in other words."""
        return frozenset(frozenset(one for group in way.groups.values() for one in group) for way in self.ways)


class Comparison:
    """Compares rules under one prover, and remembers what it found of each pair of predicates."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover
        self._bits: dict[Subject, int] = {}
        self._ready: dict[tuple[int, bool], tuple[Node, Compared]] = {}
        self._implied: dict[tuple[Group, Wanted], bool] = {}

    def ready(self, root: Node, *, lenient: bool = False) -> Compared:
        """The rule made ready, once. A `lenient` one lets in too who is unknown to it."""
        name = (id(root), lenient)
        if name not in self._ready:
            # The tree is kept beside it: its id is its own only as long as it lives.
            self._ready[name] = (root, self._made(root, lenient))
        return self._ready[name][1]

    def _made(self, root: Node, lenient: bool) -> Compared:
        found = alternatives(root)
        if len(found.clauses) > MOST:
            found = Alternatives([()], exact=False)
        ways, proofs = [], []
        for alternative in found.clauses:
            conflict = self._prover.conflict(alternative, lenient=lenient)
            if conflict is None:
                ways.append(self._way(self._prover.grouped(alternative, lenient=lenient)))
            else:
                proofs.append(conflict.proof)
        bits = reduce(and_, (way.bits for way in ways)) if ways else 0
        return Compared(ways, found.exact, bits, "; ".join(proofs[:3]))

    def of_ways(self, alternatives: Sequence[Alternative]) -> Compared:
        """These ways, of which each is possible, made ready to be asked what they imply."""
        ways = [self._way(self._prover.grouped(alternative)) for alternative in alternatives]
        return Compared(ways, True, reduce(and_, (way.bits for way in ways)) if ways else 0)

    def implies(self, one: Compared, other: Compared) -> bool:
        """Whether it was proved that whoever the one lets in, the other does too."""
        if other.bits & ~one.bits or not other.exact:
            return False
        return all(any(self._within(way, wider) for wider in other.ways) for way in one.ways)

    def proof(self, one: Compared, other: Compared) -> str:
        """Why the one implies the other, shown of its first way."""
        way = one.ways[0]
        wider = next(wider for wider in other.ways if self._within(way, wider))
        told = [
            f"({said(wanted)}) follows from {' and '.join(f'({said(mine)})' for mine in way.groups[subject])}"
            for subject, group in wider.groups.items()
            for wanted in group
        ]
        return "; ".join(told) or "the other lets in everybody"

    def _way(self, meant: Mapping[Subject, Sequence[Meant]]) -> Way:
        bits = 0
        for subject in meant:
            bits |= self._bits.setdefault(subject, 1 << len(self._bits))
        return Way({subject: tuple(one.wanted for one in group) for subject, group in meant.items()}, bits)

    def _within(self, way: Way, wider: Way) -> bool:
        if wider.bits & ~way.bits:
            return False
        return all(
            self._follows(way.groups[subject], wanted) for subject, group in wider.groups.items() for wanted in group
        )

    def _follows(self, group: Group, wanted: Wanted) -> bool:
        """Whether this holds as soon as the group does: no value satisfies the group and its opposite."""
        if wanted in group:
            return True
        name = (group, wanted)
        found = self._implied.get(name)
        if found is None:
            subject = wanted.predicate.subject
            found = self._implied[name] = subject.solve((*group, wanted.opposite)) is IMPOSSIBLE
        return found


def said(wanted: Wanted) -> str:
    """The predicate, or its opposite, in words."""
    return say(wanted.predicate.node, negated=Outcome.YES not in wanted.outcomes)
