"""A rule taken apart: the logic of it, and its predicates, each compiled once and answered once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from rules.compiler import KNOWN
from rules.errors import RuleError
from rules.nodes import Call, Const, Events, Node, children, is_scoped, readings
from rules.operator import Truth
from rules.operators.scores import SCORE
from rules.reads import KEYS, paths_read, segments_read
from rules.values import OPPOSITE, Facts, Json, Outcome

JUNCTIONS: Final = frozenset({"and", "or", "!", "!!", "if", "?:"})
"""Operators whose verdict follows from those of their arguments."""

NAMING: Final = KEYS | {SCORE, "in_segment"}
"""Operators whose constants are names of facts."""


@dataclass(slots=True)
class Predicate:
    """A question to the facts, and their answer. `paths`, `readings` and `segments` are what it reads."""

    node: Node
    truth: Truth
    outcome: Outcome
    paths: tuple[tuple[str, ...], ...]
    readings: tuple[Events, ...]
    segments: tuple[str, ...]

    def answer(self, facts: Facts) -> Outcome:
        """What it says of other facts; unknown where it cannot be asked at all."""
        return _answer(self.truth, facts)


@dataclass(slots=True)
class Junction:
    """An `and`, `or`, `!`, `!!` or `if` with its parts, and what follows from them."""

    node: Call
    parts: tuple[Part, ...]
    outcome: Outcome


Part: TypeAlias = "Predicate | Junction"


def take_apart(node: Node, facts: Facts) -> Part:
    """The tree of junctions and predicates below this node; each predicate is asked once."""
    if isinstance(node, Call) and node.operator in JUNCTIONS and node.args:
        parts = tuple(take_apart(arg, facts) for arg in node.args)
        return Junction(node, parts, joined(node.operator, [part.outcome for part in parts]))
    truth = KNOWN.truth(node)
    found = paths_read(node)
    # Where a path is worked out, nobody can say what it reads.
    paths = tuple(dict.fromkeys(path for _, path in found if path)) if all(path for _, path in found) else ()
    return Predicate(node, truth, _answer(truth, facts), paths, readings(node), tuple(segments_read(node)))


def predicates(part: Part) -> Iterator[Predicate]:
    """Every predicate, in the order of the rule."""
    if isinstance(part, Predicate):
        yield part
    else:
        for one in part.parts:
            yield from predicates(one)


def constants(node: Node) -> Iterator[Json]:
    """The scalars that a predicate names, but for paths and for what is asked of elements."""
    if isinstance(node, Const):
        yield node.value
    elif not (isinstance(node, Call) and node.operator in NAMING):
        skipped = isinstance(node, Call) and node.operator == "var"
        for index, child in enumerate(children(node)):
            if not is_scoped(node, index) and not (skipped and index == 0):
                yield from constants(child)


def joined(operator: str, outcomes: list[Outcome]) -> Outcome:
    """What a junction says when its parts say this (Kleene)."""
    match operator:
        case "!":
            return OPPOSITE[outcomes[0]]
        case "!!":
            return outcomes[0]
        case "and" | "or":
            settling = Outcome.NO if operator == "and" else Outcome.YES
            if settling in outcomes:
                return settling
            return Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else OPPOSITE[settling]
        case _:
            return _chosen(outcomes)


def decisive(part: Junction) -> list[int]:
    """Which of its parts made a junction say what it says; all where all were needed."""
    outcomes = [one.outcome for one in part.parts]
    match part.node.operator:
        case "!" | "!!":
            return [0]
        case "and" | "or":
            return [at for at, outcome in enumerate(outcomes) if outcome is part.outcome]
        case _:
            return _taken(outcomes)


def _taken(outcomes: list[Outcome]) -> list[int]:
    """The conditions of an `if` up to the one that is not no, and the branch after it."""
    asked: list[int] = []
    for at in range(0, len(outcomes) - 1, 2):
        asked.append(at)
        if outcomes[at] is Outcome.YES:
            return [*asked, at + 1]
        if outcomes[at] is Outcome.UNKNOWN:
            return list(range(len(outcomes))) if joined("if", outcomes) is not Outcome.UNKNOWN else asked
    return [*asked, len(outcomes) - 1] if len(outcomes) % 2 else asked


def _chosen(outcomes: list[Outcome]) -> Outcome:
    answer = outcomes[-1] if len(outcomes) % 2 else Outcome.NO
    for at in range(len(outcomes) - len(outcomes) % 2 - 2, -1, -2):
        condition, branch = outcomes[at], outcomes[at + 1]
        if condition is Outcome.YES or (condition is Outcome.UNKNOWN and branch is answer):
            answer = branch
        elif condition is Outcome.UNKNOWN:
            answer = Outcome.UNKNOWN
    return answer


def _answer(truth: Truth, facts: Facts) -> Outcome:
    try:
        return truth.decide(facts.values, facts).outcome
    except RuleError:
        # An operator that nobody knows, say: it matters to nobody as long as it is in a branch not taken.
        return Outcome.UNKNOWN
