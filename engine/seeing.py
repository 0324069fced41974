"""Search by effect: which modules could somebody see in a slot, of whom only this or that is known?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Final, NamedTuple

from engine.candidates import Candidate, Target
from engine.catalogue import Catalogue, Place, Plan
from engine.errors import UnknownSegment, UnknownSlot
from engine.reasons import Gate
from experiments import OFF
from rules import Excluder, Instant, Json, Rule, parse

MOST_LOOKED_AT: Final = 2_000
"""Modules that one search looks at: each may have a rule of its own, of which something is to be proved."""


class Sight(NamedTuple):
    """Whether somebody could see a module; if not, the gate that keeps all of them out, and why that is certain."""

    module: str
    could: bool
    pinned: bool = False
    gate: Gate | None = None
    detail: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Sights in the order of the modules' keys, and the key behind which the next ones come, if there are more.

    `stands_in` are the modules that are shown where no other may be: targeting keeps nobody from those.
    """

    sights: tuple[Sight, ...]
    stands_in: tuple[Sight, ...]
    next: str | None


def known_of(catalogue: Catalogue, *, segment: str | None = None, facts: Mapping[str, Any] | None = None) -> list[Rule]:
    """What is sure of somebody, as rules: they are in this segment, these facts are so. Raises `UnknownSegment`."""
    sure: list[Rule] = []
    if segment is not None:
        rules = {one.key: one.rule for one in catalogue.segments}
        if segment not in rules:
            raise UnknownSegment(segment, tuple(rules))
        sure += [rules[segment], parse({"in_segment": segment})]
    sure += [parse(logic) for logic in _facts(facts or {}, "")]
    return sure


def could_see(
    catalogue: Catalogue,
    layout: str,
    slot: str,
    sure: Iterable[Rule],
    now: Instant,
    *,
    after: str = "",
    limit: int = 100,
) -> Seen:
    """The modules that fit a slot, and which of them somebody could see now of whom these rules say yes, and of whom
    nothing else is known: whoever is not certainly kept out. That others come first is not asked.

    Raises `UnknownLayout` and `UnknownSlot`.
    """
    plan = catalogue.plan(layout)
    place = _place(plan, slot)
    looker = _Looker(catalogue, Excluder(sure, catalogue.vocabulary), now, {})
    pinned = {entry.candidate.key for entry in place.pinned}
    fitting = (entry.candidate for entry in (*place.pinned, *place.listed()))
    waiting = nsmallest(MOST_LOOKED_AT + 1, (c for c in fitting if c.key > after), key=lambda c: c.key)
    some = waiting[: min(limit, MOST_LOOKED_AT)]
    sights = tuple(looker.sight(candidate, pinned=candidate.key in pinned) for candidate in some)
    stand_ins = dict.fromkeys(one for one in (place.fallback, plan.fallback) if one is not None)
    return Seen(
        sights,
        tuple(looker.sight(candidate, targeted=False) for candidate in stand_ins),
        some[-1].key if len(waiting) > len(some) else None,
    )


@dataclass(frozen=True, slots=True)
class _Looker:
    catalogue: Catalogue
    excluder: Excluder
    now: Instant
    judged: dict[Target, str | None]

    def sight(self, candidate: Candidate, *, pinned: bool = False, targeted: bool = True) -> Sight:
        for gate, detail, proof in self._kept_out(candidate, targeted):
            return Sight(candidate.key, False, pinned, gate, detail, proof)
        return Sight(candidate.key, True, pinned)

    def _kept_out(self, candidate: Candidate, targeted: bool) -> Iterator[tuple[Gate, str, str]]:
        closed, _ = candidate.times.at(self.now)
        if closed:
            yield Gate.SCHEDULE, closed, "the clock says so"
        for policy in self.catalogue.policies:
            if policy.tags & candidate.tags:
                if policy.target is None:
                    yield Gate.POLICY, policy.key, "it bars its tags from everybody"
                elif (proof := self._excluded(policy.target)) is not None:
                    yield Gate.POLICY, policy.key, proof
        if targeted and candidate.target is not None and (proof := self._excluded(candidate.target)) is not None:
            yield Gate.TARGETING, candidate.target.name, proof
        for experiment in candidate.experiments:
            shown = [one for one in experiment.variations if one.weight and one.modules.get(candidate.key) != OFF]
            if experiment.coverage >= 1 and not shown:
                yield Gate.EXPERIMENT, experiment.key, "each of its variations takes the module out"

    def _excluded(self, target: Target) -> str | None:
        if target not in self.judged:
            self.judged[target] = self.excluder.excluded(target.rule, lenient=target.unknown_passes)
        return self.judged[target]


def _place(plan: Plan, slot: str) -> Place:
    for place in plan.places:
        if place.slot.key == slot:
            return place
    raise UnknownSlot(plan.layout.key, slot, tuple(place.slot.key for place in plan.places))


def _facts(values: Mapping[str, Any], above: str) -> Iterator[Json]:
    """What each of these facts says, as logic."""
    for name, value in values.items():
        path = f"{above}{name}"
        if isinstance(value, dict):
            yield from _facts(value, f"{path}.")
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, str):
                    yield {"in": [one, {"var": path}]}
        elif value is None:
            yield {"missing": [path]}
        else:
            yield {"==": [{"var": path}, value]}
