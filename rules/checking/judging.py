"""What can be proved of a rule: that it never holds, that it always does, that a part of it never matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rules.checking.alternatives import Alternative, Literal, alternatives
from rules.checking.clocks import Clock, Part
from rules.checking.findings import NOTE, finding
from rules.checking.proving import Conflict, Prover, words
from rules.checking.subjects import Known
from rules.checking.tallies import Age, Tally
from rules.nodes import Node
from rules.values import Finding

EVERYBODY = "write true where everybody is meant; else mend the condition"


def judge(root: Node, prover: Prover) -> Iterator[Finding]:
    """Contradictions, what is always so, and parts that can never hold, each with its proof."""
    ways = alternatives(root)
    conflicts = [prover.conflict(way) for way in ways.clauses]
    proved = [conflict for conflict in conflicts if conflict is not None]
    if len(proved) == len(conflicts):
        yield _never(root, proved)
        return
    if ways.exact:
        yield from _dead(ways.clauses, conflicts)
    yield from _always(root, prover)


def _always(root: Node, prover: Prover) -> Iterator[Finding]:
    """Told where it was proved that it never says no."""
    conflicts = []
    for way in alternatives(root, wanted=False).clauses:
        conflict = prover.conflict(way)
        if conflict is None:
            return
        conflicts.append(conflict)
    proofs = [conflict.proof for conflict in conflicts[:3]]
    proof = "for it to say no: " + "; ".join(proofs) if proofs else "it reads nothing that could make it say no"
    message = "it always holds, whoever asks, as soon as what it reads is known"
    made = replace(finding("always-true", root.pointer, message, EVERYBODY), proof=proof)
    # To list every choice is a way to ask whether one of them is known.
    asks_if_known = conflicts and all(isinstance(one.subject, Known) and len(one.literals) == 1 for one in conflicts)
    yield replace(made, severity=NOTE) if asks_if_known else made


def _never(root: Node, conflicts: Sequence[Conflict]) -> Finding:
    """The whole rule says yes to nobody."""
    if not conflicts:
        message = "it never holds: its constants alone make it false"
        return replace(
            finding("always-false", root.pointer, message, "write false where nobody is meant"),
            proof="no alternative is left once its constants are worked out",
        )
    first = conflicts[0]
    if any(_places(one) != _places(first) for one in conflicts):
        message = f"it never holds: each of its {len(conflicts)} ways contradicts itself"
        proof = "; ".join(dict.fromkeys(one.proof for one in conflicts[:5]))
        return replace(finding("always-false", root.pointer, message, "mend one of the ways"), proof=proof)
    return _conflicting(first)


def _conflicting(conflict: Conflict) -> Finding:
    literal, *others = conflict.literals
    timed = isinstance(conflict.subject, Clock | Part)
    if not others:
        code = "empty-window" if timed or isinstance(conflict.subject, Age | Tally) else "always-false"
        message = f"this can never be: {words(literal)}"
        remedy = "mend the window, or the number" if code == "empty-window" else "mend the condition"
        if isinstance(conflict.subject, Part):
            remedy = conflict.subject.remedy
        return replace(finding(code, literal.node.pointer, message, remedy), proof=conflict.proof)
    message = f"these can never hold together: {conflict.said('{}', ' / ')}"
    code = "empty-window" if timed else "contradiction"
    made = finding(code, literal.node.pointer, message, "change one of them, or join them by or")
    return replace(made, related=tuple(one.node.pointer for one in others), proof=conflict.proof)


def _dead(ways: Sequence[Alternative], conflicts: Sequence[Conflict | None]) -> Iterator[Finding]:
    """Predicates that stand only in alternatives that can never hold: each place is told once."""
    alive = {one.node.pointer for way, conflict in zip(ways, conflicts, strict=True) if conflict is None for one in way}
    wanted = {(one.node.pointer, one.wanted) for way in ways for one in way}
    for conflict in filter(None, conflicts):
        for literal in conflict.literals:
            pointer = literal.node.pointer
            # A condition of `if` stands on both sides: it matters, though neither side can hold.
            if pointer not in alive and (pointer, not literal.wanted) not in wanted:
                alive.add(pointer)
                yield _without_use(literal, conflict)
                break


def _without_use(literal: Literal, conflict: Conflict) -> Finding:
    others = tuple(one for one in conflict.literals if one is not literal)
    if others:
        message = f"this never matters: {words(literal)} never holds together with {words(others[0])}"
    else:
        message = f"this never matters: {words(literal)} never holds"
    made = finding("dead-part", literal.node.pointer, message, "leave it out, or mend it")
    return replace(made, related=tuple(one.node.pointer for one in others), proof=conflict.proof)


def _places(conflict: Conflict) -> tuple[str, ...]:
    return tuple(literal.node.pointer for literal in conflict.literals)
