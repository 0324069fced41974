"""Placing: which of the allowed modules stand in a slot, in which order, and what stands in when none can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.catalogue import Candidate, Entry, Place, Plan
from engine.gates import Cleared, Gatekeeper
from engine.items import Filler
from engine.values import Filled, Gate, Level, Outranked, Placement, Stop, Why
from recommender import expected_value

MIX = 0x9E3779B97F4A7C15
MASK = 0xFFFFFFFFFFFFFFFF

SHOWN_OUTRANKED = 5
"""Runners-up named in a reason."""


Ranked: TypeAlias = tuple[int, float, int, int, Entry]
"""An allowed module and its place in the order, the smaller, the earlier: tier, score and specificity (each
negated), a draw that makes the order total, and the entry. A plain tuple: it is made for every candidate."""


@dataclass(slots=True)
class Placer:
    """Fills the places of one plan, top to bottom; no module and no item stands twice."""

    keeper: Gatekeeper
    filler: Filler
    interest: Mapping[str, float]
    unit: int
    used: int = 0
    level: Level = Level.FULL
    chances: dict[tuple[str, ...], float] = field(default_factory=dict)
    """Topics -> chance of an action, worked out once a request."""

    def fill(self, place: Place) -> Filled:
        """The slot's placements and the reasons for them."""
        stopped = self.keeper.stopped[place.number]
        allowed = self._allowed(place, stopped)
        placements: list[Placement] = []
        for entry in place.pinned:
            if allowed & entry.bit:
                self._take(place, self._rank(entry), "pinned", placements, stopped)
        pinned = len(placements)
        losers = self._take_ranked(place, allowed & ~self.used, placements, stopped)
        filled_by = "ranked" if len(placements) > pinned else "pinned" if placements else "empty"
        note = ""
        if len(placements) < place.slot.minimum or (not placements and _is_broken(stopped)):
            filled_by, note = self._fall_back(place, placements, filled_by)
        outranked = [Outranked(e.candidate.key, e.tier, -score) for _, score, _, _, e in losers[:SHOWN_OUTRANKED]]
        why = Why(place.slot.key, filled_by, tuple(stopped), tuple(outranked), note)
        return Filled(place.slot.key, tuple(placements), why)

    def _allowed(self, place: Place, stopped: list[Stop]) -> int:
        allowed = self.keeper.allowed & place.mask
        taken = allowed & self.used
        if taken:
            placed = (e.candidate for e in (*place.pinned, *place.entries) if e.bit & taken)
            stopped += [candidate.stop(Gate.PLACED, "stands in another slot") for candidate in placed]
        return allowed & ~taken

    def _take_ranked(
        self, place: Place, allowed: int, placements: list[Placement], stopped: list[Stop]
    ) -> list[Ranked]:
        if not allowed:
            return []
        rank = self._rank
        order = [rank(entry) for entry in place.entries if entry.bit & allowed]
        order.sort()
        maximum, losers = place.slot.maximum, []
        for one in _diverse(order, place.slot.diverse_by) if place.slot.diverse_by else order:
            if len(placements) >= maximum:
                losers.append(one)
            else:
                self._take(place, one, "", placements, stopped)
        return losers

    def _rank(self, entry: Entry) -> Ranked:
        chance = self.chances.get(entry.topics)
        if chance is None:
            chance = self.chances[entry.topics] = expected_value(1.0, entry.topics, self.interest)
        # A stable draw settles what the editor, the model and the rules leave equal: the same for one person
        # always, spread evenly over people.
        return (-entry.tier, -chance * entry.worth, -entry.specificity, (entry.dice ^ self.unit) * MIX & MASK, entry)

    def _take(
        self, place: Place, ranked: Ranked, reason: str, placements: list[Placement], stopped: list[Stop]
    ) -> None:
        if len(placements) >= place.slot.maximum:
            return
        _, score, _, _, entry = ranked
        cleared = self.keeper.clear(entry.candidate)
        placed: Placement | Stop
        if isinstance(cleared, Stop):
            placed = cleared
        else:
            reason = reason or f"{_target(entry.candidate)}; tier {entry.tier}, expected value {-score:.3f}"
            placed = self._place(place, cleared, reason, entry.tier, -score)
        if isinstance(placed, Stop):
            stopped.append(placed)
        else:
            self.used |= entry.bit
            placements.append(placed)

    def _place(self, place: Place, cleared: Cleared, reason: str, tier: int, score: float) -> Placement | Stop:
        candidate, content = cleared.candidate, cleared.content
        placement = Placement(
            place.slot.key, candidate.key, content.variant, content, reason, tier, score, assigned=cleared.assigned
        )
        if content.items:
            filling = self.filler.fill(content.items)
            if filling.failure:
                self.level = max(self.level, Level.DEGRADED)
            if not filling.cards:
                return candidate.stop(Gate.ITEMS, filling.failure or "no items for this person")
            placement.items, placement.items_from = filling.cards, filling.answered_by
        return placement

    def _fall_back(self, place: Place, placements: list[Placement], filled_by: str) -> tuple[str, str]:
        plan, tried = self.keeper.plan, []
        for candidate, level, name in _ladder(plan, place):
            if candidate is None or any(p.module == candidate.key for p in placements):
                continue
            placed = self._stand_in(place, candidate, name)
            if isinstance(placed, Stop):
                tried.append(f"{name} {placed.module} stopped by {placed.gate} ({placed.detail})")
                continue
            placements.append(placed)
            self.used |= plan.bits.get(candidate.key, 0)
            self.level = max(self.level, level)
            return (name if len(placements) == 1 else filled_by), "; ".join(tried)
        if placements or not place.slot.minimum:
            return filled_by, "; ".join(tried)
        self.level = Level.STATIC
        return "static", "; ".join(tried)

    def _stand_in(self, place: Place, candidate: Candidate, name: str) -> Placement | Stop:
        cleared = self.keeper.clear_fallback(candidate)
        if isinstance(cleared, Stop):
            return cleared
        return self._place(place, cleared, name, candidate.module.tier, 0.0)


def _ladder(plan: Plan, place: Place) -> Iterable[tuple[Candidate | None, Level, str]]:
    yield place.fallback, Level.SLOT_FALLBACK, "slot fallback"
    yield plan.fallback, Level.LAYOUT_FALLBACK, "layout fallback"


def _is_broken(stopped: Sequence[Stop]) -> bool:
    return any(stop.gate is Gate.BROKEN for stop in stopped)


def _target(candidate: Candidate) -> str:
    return f"targeted by {candidate.target.name}" if candidate.target else "for everybody"


def _diverse(order: Sequence[Ranked], by: str) -> Iterator[Ranked]:
    """In order, but what repeats a topic (or type) already taken waits until the others have had their turn."""
    seen: set[str] = set()
    waiting = []
    for one in order:
        module = one[-1].candidate.module
        mark = module.type if by == "type" else (module.topics[0] if module.topics else module.key)
        if mark in seen:
            waiting.append(one)
        else:
            seen.add(mark)
            yield one
    yield from waiting
