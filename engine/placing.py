"""Placing: which of the allowed modules stand in a slot, in which order, and what stands in when none can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from engine.bits import numbers_of
from engine.candidates import Candidate
from engine.catalogue import Place, Plan
from engine.crowds import MASK, MIX, Crowd
from engine.entries import Chances, Entry, Standing
from engine.gates import Cleared, Gatekeeper
from engine.items import Filler
from engine.reasons import SHOWN_OUTRANKED, Gate, Ranked, Stop, Why
from engine.values import Filled, ItemCard, Level, Placement
from layouts import Slot

FEW_MORE = 16
"""Modules of a crowd that are put in order beyond those that are shown or told: some of the first may not be shown."""

NO_ITEMS: Mapping[str, tuple[ItemCard, ...]] = {}


@dataclass(slots=True)
class Placer:
    """Fills the places of one plan, top to bottom; no module and no item stands twice."""

    keeper: Gatekeeper
    filler: Filler
    interest: Mapping[str, float]
    unit: int
    used: int = 0
    level: Level = Level.FULL
    chances: Mapping[tuple[str, ...], float] = field(init=False)

    def __post_init__(self) -> None:
        self.chances = Chances(self.interest) if self.interest else self.keeper.plan.chances

    def fill(self, place: Place) -> Filled:
        """The slot's placements and the reasons for them."""
        keeper, slot = self.keeper, place.slot
        stopped = keeper.stops.alone[place.number]
        allowed = keeper.allowed & place.mask
        if allowed & self.used:
            allowed = self._unused(place, allowed, stopped)
        placements: list[Placement] = []
        for entry in place.pinned:
            if allowed & entry.bit and len(placements) < slot.maximum:
                self._take(place, entry, self.chances[entry.topics] * entry.worth, placements, stopped)
        pinned = len(placements)
        losers, later, told = self._rank(place, allowed & ~self.used, placements, stopped)
        filled_by = "ranked" if len(placements) > pinned else "pinned" if placements else "empty"
        note = ""
        if len(placements) < slot.minimum or (not placements and _is_broken(stopped)):
            filled_by, note = self._fall_back(place, placements, filled_by)
        note = _noted(note, later, keeper.stops.untold[place.number])
        why = Why(slot.key, filled_by, keeper.stops, place.number, losers, note, told)
        return Filled(slot.key, tuple(placements), why)

    def _rank(
        self, place: Place, allowed: int, placements: list[Placement], stopped: list[Stop]
    ) -> tuple[Sequence[Ranked], int, bytes | None]:
        """Fill the place in order; who came too late, as far as it is told, how many more did, and what is told of
        them where that is known already."""
        slot = place.slot
        if place.crowd is not None:
            return self._rank_crowd(place, place.crowd, allowed, placements, stopped)
        standing = place.standing(allowed)
        order = self._ranked(standing, slot)
        losers = self._take_ranked(place, order, placements, stopped)
        shared = losers and not self.interest and order is standing.order[0]
        told = standing.told(len(losers)) if shared else None
        return losers[:SHOWN_OUTRANKED], max(len(losers) - SHOWN_OUTRANKED, 0), told

    def _rank_crowd(
        self, place: Place, crowd: Crowd, allowed: int, placements: list[Placement], stopped: list[Stop]
    ) -> tuple[Sequence[Ranked], int, bytes | None]:
        loose, slot = allowed & place.mask, place.slot
        for entry in place.pinned:
            loose &= ~entry.bit
        wanted = slot.maximum + SHOWN_OUTRANKED + FEW_MORE
        order = crowd.order(loose, self.chances if self.interest else None, self.unit, wanted)
        if slot.diverse_by:
            order = _diverse(order, slot.diverse_by)
        taken = 0
        while len(placements) < slot.maximum and (one := next(order, None)) is not None:
            self._take(place, one[4], -one[1], placements, stopped)
            taken += 1
        losers = list(islice(order, SHOWN_OUTRANKED))
        return losers, loose.bit_count() - taken - len(losers), None

    def _unused(self, place: Place, allowed: int, stopped: list[Stop]) -> int:
        taken = allowed & self.used
        placed = [self.keeper.plan.entries[number].candidate for number in numbers_of(taken)]
        if place.crowd is not None:
            placed.sort(key=lambda candidate: candidate.key)  # numbers of a crowd tell of its past
        stopped += [candidate.stop(Gate.PLACED, "stands in another slot") for candidate in placed]
        return allowed & ~taken

    def _ranked(self, standing: Standing, slot: Slot) -> Sequence[Ranked]:
        """These modules in this person's order.

        A stable draw settles what the editor, the model and the rules leave equal: the same for one person always,
        spread evenly over people.
        """
        unit = self.unit
        if self.interest:
            chance = self.chances
            order: list[Ranked] = [
                (tier, -chance[topics] * worth, narrow, (dice ^ unit) * MIX & MASK, entry)
                for _, tier, topics, worth, narrow, dice, entry, _ in standing.rows
            ]
            order.sort()
        else:
            ranked, ties = standing.order
            if not ties and not slot.diverse_by:
                return ranked
            order = list(ranked)
            for run in ties:
                order[run] = sorted(order[run], key=lambda one: (one[4].dice ^ unit) * MIX & MASK)
        return list(_diverse(order, slot.diverse_by)) if slot.diverse_by else order

    def _take_ranked(
        self, place: Place, order: Sequence[Ranked], placements: list[Placement], stopped: list[Stop]
    ) -> Sequence[Ranked]:
        """Take modules in order until the slot is full; those that came too late."""
        maximum = place.slot.maximum
        for at, one in enumerate(order):
            if len(placements) >= maximum:
                return order[at:]
            self._take(place, one[4], -one[1], placements, stopped)
        return ()

    def _take(self, place: Place, entry: Entry, score: float, placements: list[Placement], stopped: list[Stop]) -> None:
        ready = place.ready.get(self.keeper.ask.locale)
        placed: Placement | Stop | None = ready.get(entry.number) if ready is not None else None
        if placed is None or placed.score != score:  # type: ignore[union-attr]  # no stop is kept there
            placed = self._made(place, entry, score)
        if placed.__class__ is Stop:
            stopped.append(placed)
        else:
            self.used |= entry.bit
            placements.append(placed)  # type: ignore[arg-type]

    def _made(self, place: Place, entry: Entry, score: float) -> Placement | Stop:
        cleared = self.keeper.clear(entry.candidate)
        if isinstance(cleared, Stop):
            return cleared
        reason = "pinned" if entry in place.pinned else f"{entry.reason}{score:.3f}"
        placed = self._place(place, cleared, reason, entry.tier, score)
        content = cleared[1]
        if isinstance(placed, Placement) and not (content.items or content.needs or entry.candidate.differs):
            place.keep(entry, self.keeper.ask.locale, placed)
        return placed

    def _place(self, place: Place, cleared: Cleared, reason: str, tier: int, score: float) -> Placement | Stop:
        candidate, content, assigned, looked = cleared
        items, items_from = NO_ITEMS, ""
        if content.items:
            filling = self.filler.fill(content.items)
            if filling.failure:
                self.level = max(self.level, Level.DEGRADED)
            if not filling.cards:
                return candidate.stop(Gate.ITEMS, filling.failure or "no items for this person")
            items, items_from = filling.cards, filling.answered_by
        # By position: it costs less than by name.
        return Placement(
            place.slot.key,
            candidate.key,
            content.variant,
            content,
            reason,
            tier,
            score,
            1.0,
            items,
            items_from,
            assigned,
            looked,
        )

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
            self.used |= plan.bit(candidate.key)
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
        return self._place(place, cleared, name, candidate.tier, 0.0)


def _ladder(plan: Plan, place: Place) -> Iterable[tuple[Candidate | None, Level, str]]:
    yield place.fallback, Level.SLOT_FALLBACK, "slot fallback"
    yield plan.fallback, Level.LAYOUT_FALLBACK, "layout fallback"


def _noted(note: str, later: int, untold: Mapping[str, int]) -> str:
    """The note with how many are not told of."""
    if not later and not untold:
        return note
    more = {"came after": later, **untold}
    return "; ".join(filter(None, (note, *(f"{count} more {what}" for what, count in more.items() if count))))


def _is_broken(stopped: Sequence[Stop]) -> bool:
    return any(stop.gate is Gate.BROKEN for stop in stopped)


def _diverse(order: Iterable[Ranked], by: str) -> Iterator[Ranked]:
    """In order, but what repeats a topic (or type) already taken waits until the others have had their turn."""
    seen: set[str] = set()
    waiting = []
    for one in order:
        candidate = one[-1].candidate
        mark = candidate.type.key if by == "type" else (candidate.topics[0] if candidate.topics else candidate.key)
        if mark in seen:
            waiting.append(one)
        else:
            seen.add(mark)
            yield one
    yield from waiting
