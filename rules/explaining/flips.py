"""The least change that turns a verdict: found from the predicates upwards, proved by deciding again.

Each predicate says with which values of its facts it would answer as wanted. An `and` needs that of all its parts
at once, an `or` of one of them; a fact that several predicates read gets one value that suits all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from rules.compiler import KNOWN
from rules.errors import RuleError
from rules.explaining.anatomy import Junction, Part, Predicate, predicates, take_apart
from rules.explaining.changes import MOST, Change, SetFact, SetMember, Span, Wait, applied
from rules.explaining.occurrences import log_options
from rules.explaining.options import fact_options
from rules.explaining.ways import ONLY_NOW, Way, all_of, cheapest
from rules.explaining.words import PLAIN, Words
from rules.nodes import Node
from rules.reads import paths_read
from rules.rule import Rule
from rules.values import NOBODY, OPPOSITE, Facts, Json, Outcome, Verdict

PROOFS: Final = 4
"""Ways that are tried on the whole rule."""

WAITS: Final = 3
"""Moments at which time alone may turn the verdict that are tried."""

SHOWN: Final = 3
"""Least changes that are told where there are several."""

WIDEST: Final = 3
"""Facts in one predicate, of which one at a time is changed. What compares more of them has no simple remedy."""


@dataclass(frozen=True, slots=True)
class Flip:
    """Changes of facts, one a fact, with which the rule was decided again and gave this outcome; `texts` say them."""

    changes: tuple[Change, ...]
    outcome: Outcome
    texts: tuple[str, ...]

    @classmethod
    def of(cls, changes: tuple[Change, ...], outcome: Outcome, words: Words) -> Flip:
        """These changes, said in these words."""
        return cls(changes, outcome, tuple(change.says(words) for change in changes))

    @property
    def text(self) -> str:
        """All of the changes in words."""
        return ", and ".join(self.texts)

    def apply(self, facts: Facts) -> Facts:
        """The facts with all of the changes done."""
        return applied(self.changes, facts)


@dataclass(slots=True)
class Search:
    """One rule, one person, and all that is tried of them."""

    root: Part
    facts: Facts
    decide: Callable[[Facts], Outcome]
    words: Words
    options: dict[str, list[Change]] = field(default_factory=dict)
    answers: dict[int, dict[str, list[Outcome]]] = field(default_factory=dict)
    ways: dict[tuple[int, Outcome], list[Way]] = field(default_factory=dict)
    entangled: bool = False

    def flips(self, wanted: Outcome) -> tuple[list[Flip], tuple[str, ...]]:
        """The least changes that were proved; where there are none, pointers to what would have to turn."""
        self._try_all()
        ways = self._ways(self.root, wanted)
        proved: list[Flip] = []
        for way in [way for way in ways if not way.turns][:PROOFS]:
            if proved and way.cost[1] > len(proved[0].changes):
                break
            changes = tuple(self._change(key, mask) for key, mask in way.masks.items() if not mask & ONLY_NOW)
            told = any(changes == one.changes for one in proved)
            if changes and not told and self._proves(changes, wanted):
                proved.append(Flip.of(changes, wanted, self.words))
        return proved[:SHOWN], () if proved or not ways else tuple(dict.fromkeys(ways[0].turns))

    def _proves(self, changes: tuple[Change, ...], wanted: Outcome) -> bool:
        try:
            return self.decide(applied(changes, self.facts)) is wanted
        except RuleError:  # a text that grows without end, say, which it did not before the change
            return False
        except LookupError:  # one change leaves no place for another: of a path and of what it leads through
            return False

    def _try_all(self) -> None:
        """Every predicate asked about every option of every fact that it reads."""
        asking: dict[str, list[Predicate]] = {}
        for one in predicates(self.root):
            for key in _keys(one):
                asking.setdefault(key, []).append(one)
        self.entangled = _overlap({path for one in predicates(self.root) for path in one.paths})
        for key, some in asking.items():
            options, worlds = self._worlds(self._options(key, some))
            self.options[key] = options
            for one in some:
                share = MOST // len(_keys(one))
                self.answers.setdefault(id(one), {})[key] = [one.answer(world) for world in worlds[:share]]

    def _worlds(self, options: Iterable[Change]) -> tuple[list[Change], list[Facts]]:
        changes, worlds = [], []
        for change in options:
            try:
                worlds.append(change.apply(self.facts))
            except LookupError:
                continue  # the path leads through a value that has no keys
            changes.append(change)
        return changes, worlds

    def _options(self, key: str, asking: list[Predicate]) -> Iterable[Change]:
        kind, _, name = key.partition(" ")
        if kind == "fact":
            path = next(path for one in asking for path in one.paths if ".".join(path) == name)
            return fact_options(path, asking, self.facts, self.words.attribute(path), satisfying)
        if kind == "segment":
            return [SetMember(name, name not in self.facts.segments)]
        return log_options(name, asking, self.facts, satisfying)

    def _ways(self, part: Part, wanted: Outcome) -> list[Way]:
        """The cheapest ways to make this part say yes, or no."""
        name = (id(part), wanted)
        if name not in self.ways:
            made = self._of_predicate(part, wanted) if isinstance(part, Predicate) else self._of_junction(part, wanted)
            self.ways[name] = cheapest(made)
        return self.ways[name]

    def _of_predicate(self, one: Predicate, wanted: Outcome) -> list[Way]:
        answers = self.answers.get(id(one), {})
        fits = one.outcome is wanted
        ways = []
        for key, outcomes in answers.items():
            mask = sum(1 << at for at, outcome in enumerate([one.outcome, *outcomes]) if outcome is wanted)
            if mask:
                ways.append(Way({**dict.fromkeys(answers, ONLY_NOW), key: mask}))
        if ways:
            return ways
        if fits:
            return [Way()]
        return [] if _is_constant(one) else [Way(turns=(one.node.pointer,))]

    def _of_junction(self, part: Junction, wanted: Outcome) -> list[Way]:
        match part.node.operator:
            case "!":
                return self._ways(part.parts[0], OPPOSITE[wanted])
            case "!!":
                return self._ways(part.parts[0], wanted)
            case "and" | "or" as operator:
                if (operator == "and") is (wanted is Outcome.YES):
                    return all_of([self._ways(one, wanted) for one in part.parts])
                return [way for one in part.parts for way in self._ways(one, wanted)]
            case _:
                return self._of_choice(part.parts, wanted)

    def _of_choice(self, parts: tuple[Part, ...], wanted: Outcome) -> list[Way]:
        """An `if`: its condition yes and the branch as wanted, or its condition no and all that follows as wanted."""
        otherwise = self._ways(parts[-1], wanted) if len(parts) % 2 else [Way()] if wanted is Outcome.NO else []
        for at in range(len(parts) - len(parts) % 2 - 2, -1, -2):
            condition, branch = parts[at], self._ways(parts[at + 1], wanted)
            made = all_of([self._ways(condition, Outcome.YES), branch])
            made += all_of([self._ways(condition, Outcome.NO), otherwise])
            made += all_of([branch, otherwise])
            otherwise = cheapest(made)
        return otherwise

    def _change(self, key: str, mask: int) -> Change:
        """The first option that the mask allows, with all that would do as well."""
        allowed = [option for at, option in enumerate(self.options[key], 1) if mask >> at & 1]
        first = allowed[0]
        if not isinstance(first, SetFact) or self.entangled:
            return replace(first, span=None) if isinstance(first, SetFact) else first
        same = [one for one in allowed if isinstance(one, SetFact)]
        if first.span is not None:
            return replace(first, span=_merged(first.span, [one.span for one in same if one.span is not None]))
        others = [one.after for one in same[1:] if isinstance(one.after, str) and one.exact and not one.free]
        listed = isinstance(first.after, str) and first.exact and not first.free
        return replace(first, others=tuple(others[:3])) if listed else first


def waiting(rule: Rule, facts: Facts, verdict: Verdict, passing: frozenset[Outcome]) -> Flip | None:
    """Where time alone turns this verdict from one that passes to one that does not, or back: the moment of it."""
    passes, until = verdict.outcome in passing, verdict.valid_until
    for _ in range(WAITS):
        if until is None:
            return None
        change = Wait(until)
        verdict = rule.decide(change.apply(facts))
        if (verdict.outcome in passing) is not passes:
            return Flip.of((change,), verdict.outcome, PLAIN)
        until = verdict.valid_until
    return None


def satisfying(condition: Node) -> dict[str, Json] | None:
    """Properties of an event for which a condition holds; None where none were found."""
    root = take_apart(condition, NOBODY)
    if root.outcome is Outcome.YES:
        return {}
    decide = KNOWN.truth(condition).decide
    search = Search(root, NOBODY, lambda facts: decide(facts.values, facts).outcome, PLAIN)
    found, _ = search.flips(Outcome.YES)
    return dict(applied(found[0].changes, NOBODY).values) if found else None


def _keys(one: Predicate) -> tuple[str, ...]:
    """The facts that a predicate reads; nothing where it reads too many for one of them to be its remedy."""
    named = [f"fact {'.'.join(path)}" for path in one.paths]
    named += [f"segment {segment}" for segment in one.segments]
    for reading in one.readings:
        named += [f"events {name}" for name in (reading.type, reading.not_followed_by) if name]
    keys = tuple(dict.fromkeys(named))
    return keys if len(keys) <= WIDEST else ()


def _is_constant(one: Predicate) -> bool:
    """Whether nothing that is known of a person is asked."""
    return not (one.readings or one.segments or paths_read(one.node))


def _overlap(paths: set[tuple[str, ...]]) -> bool:
    return any(path[:size] in paths for path in paths for size in range(1, len(path)))


def _merged(span: Span, others: list[Span]) -> Span:
    """The span with all that join it without a gap."""
    low, low_in, high, high_in = span.low, span.low_in, span.high, span.high_in
    for _ in others:
        for one in others:
            if one.low == high and high is not None and (one.low_in or high_in):
                high, high_in = one.high, one.high_in
            if one.high == low and low is not None and (one.high_in or low_in):
                low, low_in = one.low, one.low_in
    return Span(low, low_in, high, high_in)
