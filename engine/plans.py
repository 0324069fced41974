"""Plans: for each layout, which modules fit where, and its gates as masks over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from engine.catalogue import Candidate, Entry, Gated, Place, Plan, Policy, Row, Target
from engine.crowds import Crowd, Sieve
from engine.reasons import Ruling
from layouts import Layout, Slot
from recommender import expected_value
from rules import Batch


@dataclass(frozen=True, slots=True)
class Shelf:
    """Modules by type and by tag, so that a slot looks only at those that may fit."""

    everything: tuple[Candidate, ...]
    by_type: Mapping[str, Sequence[Candidate]]
    by_tag: Mapping[str, Sequence[Candidate]]

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Shelf:
        """All modules of a release, in the order of their keys."""
        everything = tuple(sorted(candidates, key=lambda c: c.key))
        by_type: dict[str, list[Candidate]] = {}
        by_tag: dict[str, list[Candidate]] = {}
        for candidate in everything:
            by_type.setdefault(candidate.module.type, []).append(candidate)
            for tag in candidate.module.tags:
                by_tag.setdefault(tag, []).append(candidate)
        return cls(everything, by_type, by_tag)

    def fitting(self, layout: str, slot: Slot) -> Iterable[Candidate]:
        """The modules that fit this slot's contract, and whose types fit the slot."""
        if slot.tags:
            rarest = min(slot.tags, key=lambda tag: len(self.by_tag.get(tag, ())))
            looked_at: Iterable[Candidate] = self.by_tag.get(rarest, ())
        elif slot.types:
            looked_at = [c for kind in sorted(slot.types) for c in self.by_type.get(kind, ())]
        else:
            looked_at = self.everything
        strangers = {
            c.type.key for one in self.by_type.values() for c in one[:1] if not c.type.fits(layout, slot.key, slot.tags)
        }
        accepted = (c for c in looked_at if slot.accepts(c.module.type, c.module.tags))
        return (c for c in accepted if c.module.type not in strangers) if strangers else accepted


@dataclass(frozen=True, slots=True)
class Fitting:
    """A slot and what was found for it."""

    slot: Slot
    number: int
    pinned: Sequence[Candidate]
    fitting: Sequence[Candidate]
    fallback: Candidate | None


def make_plan(
    layout: Layout, found: Sequence[Fitting], fallback: Candidate | None, policies: Sequence[Policy], many: int
) -> Plan:
    """The plan of a layout: every candidate gets a bit, and each gate the bits of those it decides about.

    So many candidates or more are a crowd (`engine.crowds`).
    """
    inside = dict.fromkeys(c for one in found for c in (*one.pinned, *one.fitting))
    entries = {candidate: entry_of(candidate, number) for number, candidate in enumerate(inside)}
    chances = {c.module.topics: expected_value(1.0, c.module.topics, {}) for c in inside}
    crowded = len(entries) >= many
    places = tuple(_place(one, entries, chances, crowded) for one in found)
    targets = [c.target for c in inside if c.target] + [p.target for p in policies if p.target]
    targets += [choice.target for c in inside for choice in c.choices if choice.target]
    return Plan(
        layout=layout,
        places=places,
        fallback=fallback,
        reads=frozenset(path for target in targets for path in target.rule.reads),
        entries=tuple(entries.values()),
        numbers={candidate.key: entry.number for candidate, entry in entries.items()},
        rulings=Sieve(tuple(entries.values())) if crowded else _rulings(inside, places),
        tagged={tag: _tagged(tag, entries) for policy in policies for tag in policy.tags},
        scheduled=tuple(e for c, e in entries.items() if c.module.is_timed),
        everything=(1 << len(entries)) - 1,
        chances=chances,
    )


def entry_of(candidate: Candidate, number: int) -> Entry:
    """The candidate as a plan's entry with this number."""
    module = candidate.module
    return Entry(
        number=number,
        candidate=candidate,
        tier=module.tier,
        worth=module.worth,
        topics=module.topics,
        specificity=candidate.specificity,
        dice=candidate.dice,
        reason=f"{_target(candidate)}; tier {module.tier}, expected value ",
        outranked=orjson.dumps({"module": candidate.key, "tier": module.tier})[:-1] + b',"score":',
    )


def _rulings(candidates: Iterable[Candidate], places: Sequence[Place]) -> Batch[Ruling | None]:
    gated = tuple(_gated(target, places) for target in dict.fromkeys(c.target for c in candidates) if target)
    return Batch((one.target.rule for one in gated), lambda number, verdict: gated[number].ruling(verdict))


def _target(candidate: Candidate) -> str:
    return f"targeted by {candidate.target.name}" if candidate.target else "for everybody"


def _row(entry: Entry, chance: float) -> Row:
    score = -chance * entry.worth
    return entry.bit, -entry.tier, entry.topics, entry.worth, -entry.specificity, entry.dice, entry, score


def _place(
    one: Fitting, entries: Mapping[Candidate, Entry], chances: Mapping[tuple[str, ...], float], crowded: bool
) -> Place:
    pinned = tuple(entries[c] for c in one.pinned)
    others = tuple(sorted((entries[c] for c in one.fitting if c not in one.pinned), key=lambda e: (-e.tier, e.number)))
    rows = () if crowded else tuple(_row(entry, chances[entry.topics]) for entry in others)
    crowd = Crowd(others, len(entries)) if crowded else None
    return Place(one.slot, one.number, others, rows, pinned, one.fallback, _mask((*pinned, *others)), crowd)


def _mask(entries: Iterable[Entry]) -> int:
    """The bits of these together. One by one into bytes: of very many, adding up whole numbers would take minutes."""
    numbers = [entry.number for entry in entries]
    bits = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def _gated(target: Target, places: Sequence[Place]) -> Gated:
    found = [
        (place.number, [e for e in (*place.pinned, *place.entries) if e.candidate.target is target]) for place in places
    ]
    groups = tuple((number, tuple(e.candidate for e in own)) for number, own in found if own)
    return Gated(target, _mask(entry for _, own in found for entry in own), groups)


def _tagged(tag: str, entries: Mapping[Candidate, Entry]) -> int:
    return _mask(entry for candidate, entry in entries.items() if tag in candidate.module.tags)
