"""Checking many rules beside each other: those that nobody passes, that others come before, that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, islice

from rules.checking.findings import finding
from rules.checking.implication import Compared, Comparison
from rules.checking.overlaps import overlap
from rules.checking.proving import Prover
from rules.errors import RuleError
from rules.nodes import Const, below
from rules.registry import Registry
from rules.rule import Rule, parse
from rules.values import Finding, Json, Vocabulary


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule in its place: whose it is, where it competes, and what comes before what (the lower order does).

    A `lenient` one lets in too who is unknown to its rule. It is `steady` where nothing but its rule can keep away what
    it stands for: only then it hides others. `pointer` is where findings point to; `/key` if empty.
    """

    key: str
    logic: Json | Rule
    slot: str = ""
    order: float = 0.0
    lenient: bool = False
    steady: bool = True
    pointer: str = ""

    @property
    def place(self) -> str:
        """The pointer to its rule."""
        return self.pointer or below("", self.key)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry, parsed and made ready to be compared."""

    entry: Entry
    rule: Rule
    compared: Compared


def check_catalogue(
    entries: Iterable[Entry],
    vocabulary: Vocabulary,
    *,
    room: Mapping[str, int] | None = None,
    most_overlaps: int = 0,
) -> list[Finding]:
    """What is wrong with rules because of each other, each finding with its proof or a witness.

    A slot has `room` for one, unless it says for how many: a rule is shadowed where so many that come before it let
    in everybody whom it lets in. Rules that cannot be parsed are left out: `check` tells what is wrong with them.
    Pairs that let in the same person at the same order are told up to a number of them: most rules overlap.
    """
    comparison = Comparison(Prover.under(Registry(vocabulary)))
    placed = list(_ready(entries, comparison))
    found = [_nobody(one) for one in placed if not one.compared.ways and not _is_plain_false(one)]
    found += _duplicates(placed)
    for slot, group in groupby(sorted(placed, key=lambda one: one.entry.slot), lambda one: one.entry.slot):
        rivals = sorted(group, key=lambda one: one.entry.order)
        if slot:
            found += _shadowed(rivals, comparison, (room or {}).get(slot, 1))
            found += islice(_overlaps(rivals), most_overlaps)
    return found


def _ready(entries: Iterable[Entry], comparison: Comparison) -> Iterator[Placed]:
    for entry in entries:
        try:
            rule = entry.logic if isinstance(entry.logic, Rule) else parse(entry.logic)
        except RuleError:
            continue
        yield Placed(entry, rule, comparison.ready(rule.root, lenient=entry.lenient))


def _is_plain_false(one: Placed) -> bool:
    return isinstance(one.rule.root, Const)


def _nobody(one: Placed) -> Finding:
    message = f"nobody can pass {one.entry.key!r}"
    made = finding("nobody", one.entry.place, message, "mend it, or write false where nobody is meant")
    return replace(made, proof=one.compared.proof or "no way is left once its constants are worked out")


def _duplicates(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Rules that ask the same in the same slot, or under no slot at all: the first one is named."""
    seen: dict[object, Placed] = {}
    for one in placed:
        if not one.compared.exact or not any(way.groups for way in one.compared.ways):
            continue
        first = seen.setdefault((one.entry.slot, one.entry.lenient, one.compared.name), one)
        if first is not one and first.entry.key != one.entry.key:
            message = f"{one.entry.key!r} asks the same as {first.entry.key!r}"
            made = finding("duplicate", one.entry.place, message, f"use {first.entry.key!r} in both places")
            proof = "their predicates are the same, in whatever order"
            yield replace(made, related=(first.entry.place,), proof=proof)


def _shadowed(rivals: Sequence[Placed], comparison: Comparison, room: int) -> Iterator[Finding]:
    """Rules of a slot, the first one first: of each the earlier ones that it implies."""
    # By one thing that a rule is about: whatever implies it must be about that too.
    by_subject: dict[int, list[Placed]] = {}
    for _, group in groupby(rivals, lambda one: one.entry.order):
        equals = [one for one in group if one.compared.ways]
        for one in equals:
            found = islice(_wider(one, by_subject, comparison), room)
            before = list(found)
            if len(before) == room:
                yield _behind(one, before, comparison)
        for one in equals:
            if one.entry.steady and one.compared.exact:
                bits = one.compared.bits
                by_subject.setdefault(bits & -bits, []).append(one)


def _wider(one: Placed, by_subject: Mapping[int, Sequence[Placed]], comparison: Comparison) -> Iterator[Placed]:
    """Those rules that let in everybody whom this one does."""
    mine = left = one.compared.bits
    keys = [0]
    while left:
        keys.append(left & -left)
        left &= left - 1
    for key in keys:
        for earlier in by_subject.get(key, ()):
            if not earlier.compared.bits & ~mine and comparison.implies(one.compared, earlier.compared):
                yield earlier


def _behind(one: Placed, before: Sequence[Placed], comparison: Comparison) -> Finding:
    names = " and ".join(repr(earlier.entry.key) for earlier in before)
    message = f"{one.entry.key!r} comes too late in {one.entry.slot!r}: whoever passes it passes {names}, before it"
    made = finding("shadowed", one.entry.place, message, "put it first, or narrow what comes before")
    proof = comparison.proof(one.compared, before[0].compared)
    return replace(made, related=tuple(earlier.entry.place for earlier in before), proof=proof)


def _overlaps(rivals: Sequence[Placed]) -> Iterator[Finding]:
    """Pairs of one order that let in the same person."""
    for _, group in groupby(rivals, lambda one: one.entry.order):
        for first, second in combinations(group, 2):
            witness = overlap((first.compared, first.rule), (second.compared, second.rule))
            if witness is not None:
                message = f"{first.entry.key!r} and {second.entry.key!r} let in the same person at the same order"
                made = finding("overlap", second.entry.place, message, "put one of them first where it matters")
                yield replace(made, related=(first.entry.place,), witness=witness)
