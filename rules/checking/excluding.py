"""Whether whoever passes some rules is kept out by another one, or let in, as far as that can be proved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

from rules.checking.alternatives import Alternative, alternatives
from rules.checking.implication import Comparison
from rules.checking.proving import Conflict, Prover, least
from rules.checking.wanted import IMPOSSIBLE
from rules.registry import Registry
from rules.rule import Rule
from rules.values import Vocabulary

MOST: Final = 64
"""Ways in which somebody can pass the rules that are sure; of more, only the rules that leave fewer are looked at."""


class Excluder:
    """Knows of somebody that these rules say yes, and of nothing else whether it is so."""

    def __init__(self, sure: Iterable[Rule], vocabulary: Vocabulary) -> None:
        self._prover = Prover.under(Registry(vocabulary))
        self._ways = self._together(tuple(sure))
        self._comparison = Comparison(self._prover)
        self._sure = self._comparison.of_ways(self._ways)

    def excluded(self, rule: Rule, *, lenient: bool = False) -> str | None:
        """Why the rule keeps them out, whoever they are; None where it may let one of them in. A `lenient` one lets
        in too who is unknown to it."""
        proofs = []
        for way in alternatives(rule.root).clauses:
            for sure in self._ways:
                conflict = self._conflict(sure, way, lenient)
                if conflict is None:
                    return None
                proofs.append(conflict.proof)
        return "; ".join(dict.fromkeys(proofs[:3])) or "nobody passes it"

    def admitted(self, rule: Rule, *, lenient: bool = False) -> bool:
        """Whether it was proved that the rule lets them in, whoever they are."""
        return self._comparison.implies(self._sure, self._comparison.ready(rule.root, lenient=lenient))

    def _conflict(self, sure: Alternative, way: Alternative, lenient: bool) -> Conflict | None:
        groups = self._prover.grouped(sure)
        for subject, group in self._prover.grouped(way, lenient=lenient).items():
            both = [*group, *groups.get(subject, ())]
            if subject.solve([wanted for _, wanted in both]) is IMPOSSIBLE:
                return least(subject, both)
        return None

    def _together(self, rules: Sequence[Rule]) -> list[Alternative]:
        kept, size = [], 1
        for clauses in sorted((alternatives(rule.root).clauses for rule in rules), key=len):
            if size * len(clauses) <= MOST:
                size *= len(clauses)
                kept.append(clauses)
        ways = [tuple(literal for clause in chosen for literal in clause) for chosen in product(*kept)]
        return [way for way in ways if self._prover.conflict(way) is None]
