"""Plans: for each layout, which modules fit where, and its gates as masks over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.bits import mask_of
from engine.candidates import Candidate, Policy, Target
from engine.catalogue import Gated, Place, Plan
from engine.crowds import Crowd
from engine.entries import Chances, Entry, entry_of, row_of
from engine.reasons import Ruling
from engine.shared import Shared
from engine.shelf import Shelf
from layouts import Layout, Slot
from rules import Batch, Clausebook


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes plans of one release."""

    find: Callable[[str], Candidate | None]
    """The module with a key."""
    policies: Sequence[Policy]
    many: int
    """So many candidates or more are a crowd (`engine.crowds`)."""
    clausebook: Clausebook | None = None

    def plan(self, layout: Layout, shelf: Shelf, before: Plan | None = None) -> Plan:
        """The plan of a layout over these modules: each candidate gets a bit, each gate those of whom it is about.

        Of the plan that there was `before` is taken what is the same: entries, and the rulings where the same rules
        gate the same modules.
        """
        pinned = [self.pinned(layout, slot) for slot in layout.slots]
        fitting = [shelf.fitting(layout.key, slot) for slot in layout.slots]
        inside = list(dict.fromkeys(c for some in zip(pinned, fitting, strict=True) for one in some for c in one))
        if len(inside) >= self.many:
            return self._crowd(layout, pinned, fitting, inside)
        entries = _entries(inside, before)
        chances = Chances({})
        places = tuple(
            self._place(layout, number, pinned[number], fitting[number], entries, chances)
            for number in range(len(layout.slots))
        )
        gated = _gated(inside, places)
        return Plan(
            layout=layout,
            places=places,
            fallback=self.fallback(layout.fallback),
            reads=frozenset(path for c in inside for path in paths_of(c)) | self.read,
            entries=tuple(entries.values()),
            numbers={candidate.key: entry.number for candidate, entry in entries.items()},
            rulings=before.rulings if before is not None and before.gated == gated else _rulings(gated),
            gated=gated,
            tagged={tag: tagged(tag, enumerate(inside)) for tag in self.tags},
            scheduled=tuple(e for c, e in entries.items() if c.is_timed),
            everything=(1 << len(entries)) - 1,
            chances=chances,
        )

    def pinned(self, layout: Layout, slot: Slot) -> list[Candidate]:
        """The modules that are pinned to a slot, but for those of types that are not made for it."""
        found = [self.find(key) for key in slot.pinned]
        return [c for c in found if c is not None and c.type.fits(layout.key, slot.key, slot.tags)]

    def fallback(self, key: str | None) -> Candidate | None:
        """The module that stands in, if one is named."""
        return None if key is None else self.find(key)

    @property
    def tags(self) -> set[str]:
        """Every tag that some policy names."""
        return {tag for policy in self.policies for tag in policy.tags}

    @property
    def read(self) -> frozenset[str]:
        """The paths of all that policies read."""
        return frozenset(path for policy in self.policies if policy.target for path in policy.target.reads)

    def _place(
        self,
        layout: Layout,
        number: int,
        pinned: Sequence[Candidate],
        fitting: Iterable[Candidate],
        entries: Mapping[Candidate, Entry],
        chances: Chances,
    ) -> Place:
        slot = layout.slots[number]
        first = tuple(entries[c] for c in pinned)
        others = tuple(sorted((entries[c] for c in fitting if c not in pinned), key=lambda e: (-e.tier, e.number)))
        rows = tuple(row_of(entry, chances[entry.topics]) for entry in others)
        mask = mask_of(entry.number for entry in (*first, *others))
        return Place(slot, number, first, self.fallback(slot.fallback), mask, others, rows)

    def _crowd(
        self,
        layout: Layout,
        pinned: Sequence[Sequence[Candidate]],
        fitting: Sequence[Sequence[Candidate]],
        inside: Sequence[Candidate],
    ) -> Plan:
        crowd = Crowd.of(inside, self.clausebook)
        numbers = {candidate.key: number for number, candidate in enumerate(inside)}
        places = tuple(
            Place(
                slot,
                number,
                tuple(crowd[numbers[c.key]] for c in pinned[number]),
                self.fallback(slot.fallback),
                mask_of(numbers[c.key] for c in (*pinned[number], *fitting[number])),
                crowd=crowd,
            )
            for number, slot in enumerate(layout.slots)
        )
        readers = Counter(path for c in inside for path in paths_of(c))
        return Plan(
            layout=layout,
            places=places,
            fallback=self.fallback(layout.fallback),
            reads=frozenset(readers) | self.read,
            entries=crowd,
            numbers=Shared(numbers),
            rulings=crowd,
            tagged={tag: tagged(tag, enumerate(inside)) for tag in self.tags},
            scheduled=(),
            everything=(1 << len(inside)) - 1,
            chances=Chances({}),
            readers=readers,
        )


def _entries(inside: Sequence[Candidate], before: Plan | None) -> dict[Candidate, Entry]:
    """An entry for each, in their order: the one that it had before, where it has the same number."""
    old = () if before is None or isinstance(before.entries, Crowd) else before.entries
    known = {entry.candidate: entry for entry in old}
    found = ((known.get(candidate), candidate, number) for number, candidate in enumerate(inside))
    return {one: was if was and was.number == number else entry_of(one, number) for was, one, number in found}


def _gated(candidates: Iterable[Candidate], places: Sequence[Place]) -> tuple[Gated, ...]:
    """Whom each target gates, in the order of the first candidates that have it."""
    groups: dict[Target, dict[int, list[Entry]]] = {c.target: {} for c in candidates if c.target}
    for place in places:
        for entry in (*place.pinned, *place.entries):
            target = entry.candidate.target
            if target is not None:
                groups[target].setdefault(place.number, []).append(entry)
    return tuple(
        Gated(
            target,
            mask_of(entry.number for some in own.values() for entry in some),
            tuple((number, tuple(entry.candidate.key for entry in some)) for number, some in own.items()),
        )
        for target, own in groups.items()
    )


def _rulings(gated: Sequence[Gated]) -> Batch[Ruling | None]:
    """What each target rules."""
    return Batch((one.target.rule for one in gated), lambda number, verdict: gated[number].ruling(verdict))


def tagged(tag: str, numbered: Iterable[tuple[int, Candidate]]) -> int:
    """The bits of those that carry a tag."""
    return mask_of(number for number, candidate in numbered if tag in candidate.tags)


def paths_of(candidate: Candidate) -> frozenset[str]:
    """The paths of all that its targets read."""
    targets = candidate.targets
    return targets[0].reads if len(targets) == 1 else frozenset(path for target in targets for path in target.reads)
