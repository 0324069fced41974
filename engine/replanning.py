"""Plans after some modules changed: small ones are made anew, of crowds only what is other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.bits import mask_of
from engine.candidates import Candidate
from engine.catalogue import Place, Plan
from engine.crowds import Crowd
from engine.linking import named_by
from engine.plans import Planner, paths_of, tagged
from engine.shared import Shared
from engine.shelf import Shelf, fits

SOME: Final = 4
"""A crowd of which more than one in so many is other is made anew: an index takes up many rules at once sooner."""


@dataclass(frozen=True, slots=True)
class Replanner:
    """Makes the plans of one release from those of the one before; `touched` are the modules that are other (None:
    gone). Of a preview nothing is written into what the plans share."""

    planner: Planner
    touched: Mapping[str, Candidate | None]
    kinds: Collection[str]
    """Of what else something is other."""
    preview: bool

    def plan(self, plan: Plan) -> Plan:
        """The plan of a layout that did not change itself."""
        layout = plan.layout
        gone = [key for key in self.touched if key in plan.numbers]
        come = [c for c in self.touched.values() if c is not None and self._belongs(plan, c)]
        if gone or come:
            size = len(plan.numbers) - len(gone) + len(come)
            edited = self._edited(plan, gone, come) if size >= self.planner.many else None
            if edited is None:
                stay = (c for c in plan.members() if c.key not in self.touched)
                return self.planner.plan(layout, Shelf.of([*stay, *come]), plan)
            plan = edited
        if "policies" in self.kinds:
            reads = frozenset(path for c in plan.members() for path in paths_of(c)) | self.planner.read
            plan = replace(plan, tagged=_tagged(self.planner.tags, plan), reads=reads)
        if any(key in self.touched for _, key in named_by(layout)):
            plan = self._standing_in(plan)
        if "locales" in self.kinds:
            # What was kept ready for a locale may be in another one by now.
            plan = replace(plan, places=tuple(replace(place, ready={}) for place in plan.places))
        return plan

    def _belongs(self, plan: Plan, candidate: Candidate) -> bool:
        layout, made = plan.layout, candidate.type
        return any(
            fits(layout.key, slot, candidate)
            or (candidate.key in slot.pinned and made.fits(layout.key, slot.key, slot.tags))
            for slot in layout.slots
        )

    def _edited(self, plan: Plan, gone: Collection[str], come: Sequence[Candidate]) -> Plan | None:
        """A crowd without some and with others; None where it must be made anew, or that is cheaper."""
        if not isinstance(plan.entries, Crowd) or len(gone) + len(come) > len(plan.numbers) // SOME:
            return None
        before = plan.entries
        numbers = [plan.numbers[key] for key in gone]
        if self.preview:
            # What only this version has is numbered anew with what comes.
            own = [n for n in before.own if plan.everything >> n & 1 and n not in set(numbers)]
            come = [*come, *map(before.candidate, own)]
            numbers += own
            crowd, fresh = before.overlaid(numbers, come)
        else:
            changed = before.changed(numbers, come)
            if changed is None:
                return None
            crowd, fresh = changed
        return self._renumbered(plan, crowd, numbers, dict(zip(fresh, come, strict=True)))

    def _renumbered(self, plan: Plan, crowd: Crowd, gone: Sequence[int], come: Mapping[int, Candidate]) -> Plan:
        assert isinstance(plan.entries, Crowd)
        assert isinstance(plan.numbers, Shared)
        left = [plan.entries.candidate(number) for number in gone]
        keys = {candidate.key: number for number, candidate in come.items()}
        numbers = plan.numbers.changed(keys, [c.key for c in left])
        stays = ~mask_of(gone)
        readers = Counter(plan.readers)
        readers.subtract(path for c in left for path in paths_of(c))
        readers.update(path for c in come.values() for path in paths_of(c))
        readers = +readers
        return replace(
            plan,
            entries=crowd,
            rulings=crowd,
            numbers=numbers,
            places=tuple(self._place(place, plan, crowd, numbers, stays, come) for place in plan.places),
            tagged={tag: mask & stays | tagged(tag, come.items()) for tag, mask in plan.tagged.items()},
            everything=plan.everything & stays | mask_of(come),
            readers=readers,
            reads=frozenset(readers) | self.planner.read,
        )

    def _place(
        self,
        place: Place,
        plan: Plan,
        crowd: Crowd,
        numbers: Mapping[str, int],
        stays: int,
        come: Mapping[int, Candidate],
    ) -> Place:
        slot, layout = place.slot, plan.layout
        pinned = tuple(crowd[numbers[c.key]] for c in self.planner.pinned(layout, slot))
        fitting = (number for number, candidate in come.items() if fits(layout.key, slot, candidate))
        mask = place.mask & stays | mask_of(fitting) | mask_of(entry.number for entry in pinned)
        return Place(slot, place.number, pinned, place.fallback, mask, crowd=crowd)

    def _standing_in(self, plan: Plan) -> Plan:
        """The plan with its fallbacks as they are now."""
        find = self.planner.fallback
        places = tuple(replace(place, fallback=find(place.slot.fallback)) for place in plan.places)
        return replace(plan, places=places, fallback=find(plan.layout.fallback))


def _tagged(tags: Collection[str], plan: Plan) -> dict[str, int]:
    numbered = [(plan.numbers[c.key], c) for c in plan.members() if not c.tags.isdisjoint(tags)]
    return {tag: tagged(tag, numbered) for tag in tags}
