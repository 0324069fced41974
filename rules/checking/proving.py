"""Whether the predicates of one alternative can hold together: a witness, a proof that they cannot, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple

from rules.checking.alternatives import Alternative, Literal, alternatives
from rules.checking.clocks import NOW, Clock, Part
from rules.checking.predicates import Subjects
from rules.checking.subjects import Fixed, Known, Segment
from rules.checking.tallies import Age, Tally
from rules.checking.wanted import ANYTHING, IMPOSSIBLE, NO, UNSURE, YES, Predicate, Scene, Subject, Wanted
from rules.explaining.describe import say
from rules.nodes import Events, Node
from rules.registry import Registry
from rules.rule import Rule
from rules.values import Facts, Json, Outcome

SHOWN: Final = 4
"""Predicates of a conflict that are spelled out."""


class Conflict(NamedTuple):
    """The fewest predicates that no value of their one subject satisfies; one, where it is enough by itself."""

    literals: tuple[Literal, ...]
    subject: Subject

    def said(self, each: str, between: str) -> str:
        """Its predicates in words, as many as can be read at once."""
        told = [each.format(words(literal)) for literal in self.literals[:SHOWN]]
        more = len(self.literals) - len(told)
        return between.join([*told, f"{more} more"] if more else told)

    @property
    def proof(self) -> str:
        """Why they cannot hold, in a sentence."""
        said = self.said("({})", " and ")
        return f"nothing makes {said} hold: {_reason(self.subject)}"


class Meant(NamedTuple):
    """A literal, and what it wants of a predicate."""

    literal: Literal
    wanted: Wanted


class Prover:
    """Judges alternatives of the rules about these subjects. Nothing is claimed that was not proved."""

    @classmethod
    def under(cls, registry: Registry | None) -> Prover:
        """The prover of the rules under one registry; under none, a fact may be anything."""
        return cls(Subjects(registry, _fill))

    def __init__(self, subjects: Subjects, free: Mapping[int, str] | None = None) -> None:
        """`free` tells, by the ids of their nodes, the paths of predicates that alone can say both yes and no."""
        self.subjects = subjects
        self._free = free or {}
        self._predicates: dict[int, tuple[Node, Predicate]] = {}

    def conflict(self, alternative: Alternative, *, lenient: bool = False) -> Conflict | None:
        """Why these can never hold together; None where they can, or where that is not known. Of a lenient rule
        no predicate must say more than that it is not otherwise."""
        for subject, group in self.grouped(self._in_doubt(alternative), lenient=lenient).items():
            wanted = [one for _, one in group]
            if subject.solve(wanted) is IMPOSSIBLE:
                return least(subject, group)
        return None

    def witness(self, alternative: Alternative, rules: Iterable[Rule]) -> Mapping[str, Json] | None:
        """Facts of which all these rules say yes, each asked to be sure; None where none were found."""
        groups = {subject: [one for _, one in group] for subject, group in self.grouped(alternative).items()}
        return witness(groups, rules)

    def predicate(self, node: Node) -> Predicate:
        """The node as a predicate, made once."""
        found = self._predicates.get(id(node))
        if found is None:
            # The node is kept beside it: its id is its own only as long as it lives.
            found = self._predicates[id(node)] = (node, self.subjects.predicate(node))
        return found[1]

    def _in_doubt(self, alternative: Alternative) -> Alternative:
        """Without those that can say what they must, as nothing else is asked of what they are about."""
        free = self._free
        paths = [path for literal in alternative if (path := free.get(id(literal.node)))]
        if not paths:
            return alternative
        odd = (self.predicate(literal.node).subject for literal in alternative if id(literal.node) not in free)
        met = {".".join(subject.path) for subject in odd if isinstance(subject, Known)}
        met |= {path for path in paths if paths.count(path) > 1}
        return tuple([one for one in alternative if (path := free.get(id(one.node))) is None or path in met])

    def grouped(self, alternative: Alternative, *, lenient: bool = False) -> dict[Subject, list[Meant]]:
        """What the alternative wants, by what it is about."""
        groups: dict[Subject, list[Meant]] = {}
        for literal in alternative:
            predicate = self.predicate(literal.node)
            opposite = NO if literal.wanted else YES
            outcomes = ANYTHING - opposite if lenient else YES if literal.wanted else NO
            groups.setdefault(predicate.subject, []).append(Meant(literal, Wanted(predicate, outcomes)))
        return groups


def witness(groups: Mapping[Subject, Sequence[Wanted]], rules: Iterable[Rule]) -> Mapping[str, Json] | None:
    """Facts that make each subject's predicates say what they must, and of which all these rules say yes."""
    scene = Scene(NOW)
    # The clock first: what happened is dated back from it.
    for subject, wanted in sorted(groups.items(), key=lambda item: not isinstance(item[0], Clock)):
        value = subject.solve(wanted)
        if value is IMPOSSIBLE:
            return None
        if value is not UNSURE:
            subject.place(value, wanted, scene)
    facts = scene.facts()
    return as_json(facts) if all(rule.decide(facts).outcome is Outcome.YES for rule in rules) else None


def words(literal: Literal) -> str:
    """The literal as people say it."""
    return say(literal.node, negated=not literal.wanted)


def as_json(facts: Facts) -> Mapping[str, Json]:
    """Facts as JSON."""
    told: dict[str, Any] = {"now": facts.now, "values": dict(facts.values)}
    if facts.events:
        told["events"] = {kind: [list(one) for one in log] for kind, log in facts.events.items()}
    if facts.segments:
        told["segments"] = sorted(facts.segments)
    return told


def least(subject: Subject, group: Sequence[Meant]) -> Conflict:
    """A single one or a pair where that is enough, so that an author sees what to change."""
    for size in (1, 2):
        for some in combinations(group, size):
            if subject.solve([wanted for _, wanted in some]) is IMPOSSIBLE:
                return Conflict(tuple(literal for literal, _ in some), subject)
    return Conflict(tuple(literal for literal, _ in group), subject)


def _reason(subject: Subject) -> str:
    match subject:
        case Known(path=path):
            name = ".".join(path)
            return f"{name} was tried at each constant, in each stretch between and beyond them, and absent"
        case Tally():
            return "a count is a whole number from 0, and in a longer window no smaller than in a shorter one"
        case Age():
            return "an age is a whole number of seconds, less than its window"
        case Clock():
            return "the clock was tried at each instant, between and beyond them"
        case Part():
            return "each value of this part of a date was tried"
        case Segment():
            return "one is in a segment or not"
        case Fixed():
            return "it reads nothing, and says the same to everybody"
    return "the same cannot be so and not so"


def _fill(reading: Events) -> dict[str, Any]:
    """Properties that satisfy the condition of a reading, where they are easily found."""
    if reading.where is None:
        return {}
    prover, rule = Prover.under(None), Rule(reading.where)
    for alternative in alternatives(reading.where).clauses[:4]:
        found = prover.witness(alternative, [rule])
        if found is not None:
            return found["values"]  # type: ignore[return-value]  # an object, as `as_json` makes it
    return {}
