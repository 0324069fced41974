"""Rules brought to clauses of predicates, each made once: of a hundred thousand rules most are made of the same few."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, TypeAlias, TypeVar

from rules.indexing.clauses import clauses, signature
from rules.indexing.planes import Predicates
from rules.indexing.shapes import Opaque, Shaped, shape_of
from rules.nodes import Node
from rules.rule import Rule, parse_text
from rules.values import ENOUGH

N = TypeVar("N", bound=Hashable)
V = TypeVar("V")

MOST_KNOWN: Final = 32_768
"""Predicates kept to be recognised when another rule has them too, and as many documents."""

Written: TypeAlias = "Rule | bytes | str"
"""A rule, or its JSON document: of a hundred thousand, documents take a tenth of the memory."""


class Clausebook:
    """What rules are made of. Indexes that share one share the predicates too, and the work; threads may share it."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Shaped | Opaque] = {}
        self._seen: dict[tuple[int, bool, bool], tuple[Node, Shaped | Opaque]] = {}
        self._documents: dict[tuple[bytes | str, bool], list[Predicates]] = {}

    def clauses(self, written: Written, *, lenient: bool) -> list[Predicates]:
        """The alternatives of a rule; `RuleError` where a document is none."""
        if isinstance(written, Rule):
            return self._clauses(written, lenient)
        found = self._documents.get((written, lenient))
        if found is None:
            found = _kept(self._documents, (written, lenient), self._clauses(parse_text(written), lenient))
        return found

    def forget(self) -> None:
        """Drop what helps to know rules again; what was made of them stays where it is used."""
        for kept in (self._known, self._seen, self._documents):
            kept.clear()

    def _clauses(self, rule: Rule, lenient: bool) -> list[Predicates]:
        made = [
            tuple([self._shape(node, negated, lenient) for node, negated in clause]) for clause in clauses(rule.root)
        ]
        if not rule.has_account:
            return made
        whole = Opaque(rule, ENOUGH[lenient])
        return [(*(one for one in clause if not isinstance(one, Opaque)), whole) for clause in made]

    def _shape(self, node: Node, negated: bool, lenient: bool) -> Shaped | Opaque:
        # Rules share the nodes of what they have in common: then the node itself tells, sooner than its signature.
        place = (id(node), negated, lenient)
        seen = self._seen.get(place)
        if seen is not None and seen[0] is node:
            return seen[1]
        name = (signature(node), negated, lenient)
        found = self._known.get(name)
        if found is None:
            found = _kept(self._known, name, shape_of(node, negated=negated, lenient=lenient))
        # What was joined from several predicates is nobody else's.
        return _kept(self._seen, place, (node, found))[1] if node.pointer else found


def _kept(known: dict[N, V], name: N, value: V) -> V:
    if len(known) >= MOST_KNOWN:
        known.clear()
    known[name] = value
    return value
