"""Many rules decided about one person at once: each fact is looked up once, whatever number of rules ask for it.

Most rules are an `and` or an `or` of predicates that each ask one thing: one fact against constants, or how often
something happened. Every rule has one byte here, every predicate of it one bit; all bytes stand one after the other
in one whole number. A fact's value chooses, by bisection, the prepared number that says which predicates settle
their rule. So 75 rules of the benchmark's world take 24 µs, instead of 67 µs one by one. Whatever
is not of this form is asked of the rule itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from rules.columns import Leaf, families, ledgers, settled, unknowns
from rules.operator import Truth
from rules.rule import Rule
from rules.values import Facts, Outcome, Verdict

WIDTH: Final = 8
"""Bits for each rule: seven for its predicates, so those of more are asked themselves, and `ALONE`."""

WHOLE: Final = (1 << WIDTH) - 1
ALONE: Final = 1 << (WIDTH - 1)
"""The bit of a rule whose answer is not to be read here."""

FIRST: Final = tuple((byte & -byte).bit_length() - 1 for byte in range(1 << WIDTH))
"""Byte -> its lowest bit: the predicate that is asked first."""

BITS: Final = tuple(tuple(bit for bit in range(WIDTH) if byte >> bit & 1) for byte in range(1 << WIDTH))
"""Byte -> the numbers of its bits."""


Answers: TypeAlias = tuple[tuple[Verdict, ...], tuple[Verdict, ...], Verdict]
"""What a rule answers when this predicate settles it, when this one is unknown, and when neither is so."""

Row: TypeAlias = tuple[tuple[Verdict, ...], tuple[Verdict, ...], Verdict, tuple[Truth, ...], Rule]
"""A rule's answers, its predicates, and the rule itself."""

NEVER: Final = Verdict(Outcome.UNKNOWN)


class Batch:
    """Some rules, laid over one another. It answers what each of them would answer."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rows: list[Row] = []
        leaves: list[Leaf] = []
        alone = 0
        for rule in rules:
            start = len(self._rows) * WIDTH
            parts = _leaves(rule.truth)
            if parts:
                self._rows.append((*_answers(rule.truth.settles, parts), parts, rule))
                leaves += _placed(parts, rule.truth.settles, start)
            else:
                self._rows.append(((), (), NEVER, (), rule))
                alone |= WHOLE << start
        self._families, self._ledgers = families(leaves), ledgers(leaves)
        self._start = (settled(leaves), unknowns(leaves), alone)

    def decide(self, facts: Facts) -> list[Verdict]:
        """The verdict of each rule, in order; equal to what `Rule.decide` says."""
        settling, unknown, asked = self._look(facts)
        size, first = len(self._rows), FIRST
        rows = zip(
            (settling & ~asked).to_bytes(size, "little"),
            asked.to_bytes(size, "little"),
            unknown.to_bytes(size, "little"),
            settling.to_bytes(size, "little"),
            self._rows,
            strict=True,
        )
        return [
            row[0][first[settles]]
            if settles
            else (_ask(row, facts, asks, doubt, held) if asks else row[1][first[doubt]] if doubt else row[2])
            for settles, asks, doubt, held, row in rows
        ]

    def _look(self, facts: Facts) -> tuple[int, int, int]:
        """Which predicates settle their rule, which are unknown, and which hold for a time (`ALONE`: cannot say)."""
        settling, unknown, asked = self._start
        values = facts.values
        for family in self._families:
            found = family.found(values)
            for name, column in family.columns:
                value = found.get(name)
                if value is not None:
                    turned, known, odd = column.look(value)
                    settling ^= turned
                    unknown ^= known
                    asked |= odd
        for ledger in self._ledgers:
            log = facts.events.get(ledger.type)
            if log:
                turned, odd = ledger.look(log, facts.now)
                settling ^= turned
                asked |= odd
        return settling, unknown, asked


def _leaves(truth: Truth) -> tuple[Truth, ...]:
    """The predicates of a rule of this form; nothing for any other."""
    parts = truth.parts or (truth,)
    return parts if len(parts) < WIDTH and all(part.asks for part in parts) else ()


def _placed(parts: Sequence[Truth], settles: Outcome, start: int) -> list[Leaf]:
    """The predicates of one rule, each with its bit."""
    return [
        Leaf(1 << (start + at), WHOLE << start, part.asks, part.decide, settles)
        for at, part in enumerate(parts)
        if part.asks
    ]


def _ask(row: Row, facts: Facts, asked: int, unknown: int, settling: int) -> Verdict:
    """The answer of a rule that depends on predicates which hold for a time, as a junction gives it: what settles it
    longest counts; else nothing settles it until the first of them turns."""
    settled, doubts, neutral, parts, rule = row
    if asked & ALONE:
        return rule.decide(facts)
    held = settling & asked
    moments = [(parts[bit].asks.until(facts.events), -bit) for bit in BITS[held or asked]]  # type: ignore[union-attr]
    if held:
        until, bit = max(moments)
        answer = settled[-bit]
    else:
        until, _ = min(moments)
        answer = doubts[FIRST[unknown]] if unknown else neutral
    return Verdict(answer.outcome, until, answer.because)


def _answers(settles: Outcome, parts: Sequence[Truth]) -> Answers:
    opposite = Outcome.YES if settles is Outcome.NO else Outcome.NO
    return (
        tuple(Verdict(settles, None, _named(part, settles)) for part in parts),
        tuple(Verdict(Outcome.UNKNOWN, None, part.no) for part in parts),
        Verdict(opposite, None, tuple(pointer for part in parts for pointer in _named(part, opposite))),
    )


def _named(part: Truth, outcome: Outcome) -> tuple[str, ...]:
    return part.yes if outcome is Outcome.YES else part.no
