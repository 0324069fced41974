"""Search by effect: which modules could somebody see in a slot, of whom only this or that is known?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from operator import attrgetter
from typing import Any, Final, NamedTuple

from engine.candidates import Candidate, Policy, Target
from engine.catalogue import Catalogue, Place, Plan
from engine.contents import content_of
from engine.errors import UnknownSegment, UnknownSlot
from engine.reasons import Gate
from experiments import OFF, Experiment
from modules import Chain
from rules import Excluder, Instant, Json, Rule, parse

MOST_LOOKED_AT: Final = 2_000
"""Modules that one search looks at: each may have a rule of its own, of which something is to be proved."""


class Could(StrEnum):
    """Whether they could see a module: all of them, none of them, or as is not known of them."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Asks(NamedTuple):
    """A gate that asks what is not known of them: the rule, policy, experiment or fact that it asks."""

    gate: Gate
    name: str


class Sight(NamedTuple):
    """Whether somebody could see a module; if not, the gate that keeps all of them out, and why that is certain; if it
    is unknown, the gates that would tell."""

    candidate: Candidate
    could: Could
    pinned: bool = False
    gate: Gate | None = None
    detail: str = ""
    proof: str = ""
    asks: tuple[Asks, ...] = ()

    @property
    def module(self) -> str:
        """The key of the module."""
        return self.candidate.key


@dataclass(frozen=True, slots=True)
class Seen:
    """Sights in the order of the modules' keys, and the key behind which the next ones come, if there are more.

    `looked_at` is the number of modules that were looked at for them; `stands_in` are the modules that are shown where
    no other may be: targeting keeps nobody from those.
    """

    sights: tuple[Sight, ...]
    stands_in: tuple[Sight, ...]
    next: str | None
    looked_at: int


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
    locale: str | None = None,
    of: Callable[[Candidate], bool] = lambda _: True,
    only: Collection[Could] = tuple(Could),
    after: str = "",
    limit: int = 100,
) -> Seen:
    """The modules that fit a slot, and which of them somebody could see now of whom these rules say yes, and of whom
    nothing else is known. That others come first is not asked; of a `locale`, whether there are words for its readers.

    Looked at are modules `of` which that is true, told are `only` those of which this is the answer. Raises
    `UnknownLayout` and `UnknownSlot`.
    """
    plan = catalogue.plan(layout)
    place = _place(plan, slot)
    chain = None if locale is None else catalogue.locales.chain(locale)
    looker = _Looker(catalogue, Excluder(sure, catalogue.vocabulary), now, chain, {})
    pinned = {entry.candidate.key for entry in place.pinned}
    ahead = (one for one in place.candidates() if one.key > after and of(one))
    waiting = nsmallest(MOST_LOOKED_AT + 1, ahead, key=attrgetter("key"))
    sights: list[Sight] = []
    looked = 0
    while looked < len(waiting) and looked < MOST_LOOKED_AT and len(sights) < limit:
        sight = looker.sight(waiting[looked], pinned=waiting[looked].key in pinned)
        looked += 1
        if sight.could in only:
            sights.append(sight)
    stand_ins = dict.fromkeys(one for one in (place.fallback, plan.fallback) if one is not None and of(one))
    return Seen(
        tuple(sights),
        tuple(looker.sight(candidate, targeted=False) for candidate in stand_ins),
        waiting[looked - 1].key if looked < len(waiting) else None,
        looked,
    )


@dataclass(frozen=True, slots=True)
class _Looker:
    catalogue: Catalogue
    excluder: Excluder
    now: Instant
    chain: Chain | None
    judged: dict[Target, str | bool]
    """Of a target why it keeps all of them out, or whether it lets all of them in."""

    def sight(self, candidate: Candidate, *, pinned: bool = False, targeted: bool = True) -> Sight:
        for gate, detail, proof in self._kept_out(candidate, targeted):
            return Sight(candidate, Could.NO, pinned, gate, detail, proof)
        asks = tuple(dict.fromkeys(self._asks(candidate, targeted)))
        return Sight(candidate, Could.UNKNOWN if asks else Could.YES, pinned, asks=asks)

    def _kept_out(self, candidate: Candidate, targeted: bool) -> Iterator[tuple[Gate, str, str]]:
        if self.chain is not None and self.chain.choose(candidate.locales) is None:
            yield Gate.LOCALE, self.chain.codes[0], "it has no words in it, nor in one that stands in for it"
        closed, _ = candidate.times.at(self.now)
        if closed:
            yield Gate.SCHEDULE, closed, "the clock says so"
        for policy in self._policies(candidate):
            if policy.target is None:
                yield Gate.POLICY, policy.key, "it bars its tags from everybody"
            elif isinstance(proof := self._judged(policy.target), str):
                yield Gate.POLICY, policy.key, proof
        if targeted and candidate.target is not None and isinstance(proof := self._judged(candidate.target), str):
            yield Gate.TARGETING, candidate.target.name, proof
        for experiment in candidate.experiments:
            if experiment.coverage >= 1 and all(one == OFF for one in _drawn(experiment, candidate.key)):
                yield Gate.EXPERIMENT, experiment.key, "each of its variations takes the module out"

    def _asks(self, candidate: Candidate, targeted: bool) -> Iterator[Asks]:
        """What would have to be known of them, where nothing keeps all of them out."""
        for policy in self._policies(candidate):
            if policy.target is not None and self._judged(policy.target) is False:
                yield Asks(Gate.POLICY, policy.key)
        if targeted and candidate.target is not None and self._judged(candidate.target) is False:
            yield Asks(Gate.TARGETING, candidate.target.name)
        content = content_of(candidate, self.chain, None) if self.chain is not None else None
        if content is not None:
            yield from (Asks(Gate.MERGE, path) for path in sorted(content.needs))
            yield from (Asks(Gate.ITEMS, "recommended items") for _ in content.items)
        for experiment in candidate.experiments:
            if experiment.coverage > 0 and OFF in _drawn(experiment, candidate.key):
                yield Asks(Gate.EXPERIMENT, experiment.key)

    def _policies(self, candidate: Candidate) -> Iterator[Policy]:
        return (policy for policy in self.catalogue.policies if policy.tags & candidate.tags)

    def _judged(self, target: Target) -> str | bool:
        if target not in self.judged:
            rule, lenient = target.rule, target.unknown_passes
            kept_out = self.excluder.excluded(rule, lenient=lenient)
            self.judged[target] = self.excluder.admitted(rule, lenient=lenient) if kept_out is None else kept_out
        return self.judged[target]


def _drawn(experiment: Experiment, module: str) -> list[str | None]:
    """What each variation that somebody may get makes of a module."""
    return [one.modules.get(module) for one in experiment.variations if one.weight]


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
