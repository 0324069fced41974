"""The hard gates: what may be shown to this person now. No score opens them.

What holds for many modules at once (a rule, a policy, a failure to render) is decided once and applied to all of
them as a mask of bits, one for each candidate of the plan; what depends on the one module (its variation, its
locale, its merge fields) is asked when its turn comes to be placed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from engine.bits import numbers_of
from engine.candidates import Candidate, Content, Policy, Target
from engine.catalogue import Place, Plan
from engine.contents import content_of, lacking, varied
from engine.crowds import Crowd
from engine.entries import Entry
from engine.reasons import Gate, Stop, Stops
from engine.values import Ask, Assigned
from engine.variants import Considered, choose
from experiments import OFF, Variation, assign
from modules import Chain
from rules import Facts, Instant, RuleError, Verdict

Cleared: TypeAlias = tuple[Candidate, Content, tuple[Assigned, ...], tuple[Considered, ...]]
"""A module that passed every gate, the body that this person gets, and the variations and variants that chose it."""


@dataclass(slots=True)
class Gatekeeper:
    """Asks every gate for one request; each rule, policy and dice roll is evaluated at most once."""

    ask: Ask
    plan: Plan
    facts: Facts
    now: Instant
    until: Instant | None
    stops: Stops
    allowed: int = 0
    """The candidates that may be shown, as bits."""
    barred: dict[str, tuple[Policy, tuple[str, ...]]] = field(default_factory=dict)
    variations: dict[str, Variation | None] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    """What is wrong with rules that failed on this person: their authors' mistakes."""
    judged: dict[int, Verdict | None] = field(default_factory=dict)
    """What was said by rules that were asked one by one, by the id of their target."""
    chain: Chain = field(init=False)
    """The locales that serve this person."""

    def __post_init__(self) -> None:
        self.chain = self.ask.catalogue.locales.chain(self.ask.locale)

    @classmethod
    def of(cls, ask: Ask, plan: Plan) -> Gatekeeper:
        """The gatekeeper of one ask, with everything that needs no turn decided."""
        facts = ask.facts
        keeper = cls(ask, plan, facts, facts.now, ask.facts_until, Stops(len(plan.places)), plan.everything)
        for policy in ask.catalogue.policies:
            keeper._settle(policy)
        keeper._stop_early()
        keeper._target()
        return keeper

    @property
    def barred_tags(self) -> frozenset[str]:
        """Tags that some policy forbids to this person."""
        return frozenset(self.barred)

    def clear(self, candidate: Candidate) -> Cleared | Stop:
        """An allowed module as this person gets it, or what stops it after all."""
        variant: str | None = None
        assigned: tuple[Assigned, ...] = ()
        if candidate.experiments:
            chosen = self._draw(candidate)
            if isinstance(chosen, Stop):
                return chosen
            variant, assigned = chosen
        looked: tuple[Considered, ...] = ()
        if variant is None and candidate.choices:
            made, looked = choose(candidate.choices, self.ask.unit, self._judge, partial(self._varied, candidate))
            if made is not None:
                return candidate, made, assigned, looked
        content = content_of(candidate, self.chain, variant)
        if content is None:
            return candidate.stop(Gate.LOCALE, self.ask.locale)
        missing = lacking(content, self.facts.values)
        if missing is not None:
            return candidate.stop(Gate.MERGE, missing)
        return candidate, content, assigned, looked

    def _varied(self, candidate: Candidate, variant: str) -> Content | str:
        return varied(candidate, self.chain, variant, self.facts.values)

    def clear_fallback(self, candidate: Candidate) -> Cleared | Stop:
        """As `clear`, but targeting does not count: a fallback is for those whom nothing targets."""
        return self._stop_one(candidate) or self.clear(candidate)

    def expire(self, at: Instant) -> None:
        """The answer holds no longer than this."""
        if self.until is None or at < self.until:
            self.until = at

    def _settle(self, policy: Policy) -> None:
        because: tuple[str, ...] = ()
        if policy.target is not None:
            verdict = self._judge(policy.target)
            # A policy whose rule fails bars: who cannot be asked is not let through.
            if verdict is not None and policy.target.passes(verdict):
                return
            because = verdict.because if verdict is not None else ()
        for tag in policy.tags:
            self.barred.setdefault(tag, (policy, because))

    def _stop_early(self) -> None:
        """Take out what broke, what its schedule closes and what a policy bars."""
        plan, broken, suspects = self.plan, 0, 0
        for key in self.ask.without:
            broken |= plan.bit(key)
        for tag in self.barred:
            suspects |= plan.tagged.get(tag, 0)
        if isinstance(plan.rulings, Crowd):
            self._stop_early_in_crowd(plan.rulings, broken, suspects)
            return
        for entry in plan.scheduled:
            suspects |= entry.bit
        if suspects or broken:
            self._stop_early_one_by_one(suspects | broken)

    def _stop_early_in_crowd(self, crowd: Crowd, broken: int, barred: int) -> None:
        closed, until = crowd.closed(self.now)
        if until is not None:
            self.expire(until)
        shut = broken | barred | closed
        for place in self.plan.places:
            here = shut & place.mask
            if here:
                first = [*place.first(here & broken), *place.first(here & ~broken)]
                self._tell(place, here, map(self._stop_one, _modules(first)), "are kept back by schedule or policy")
        self.allowed &= ~shut

    def _stop_early_one_by_one(self, suspects: int) -> None:
        plan = self.plan
        for place in plan.places:
            for number in numbers_of(suspects & place.mask):
                entry = plan.entries[number]
                stop = self._stop_one(entry.candidate)
                if stop is not None:
                    self.allowed &= ~entry.bit
                    self.stops.alone[place.number].append(stop)

    def _stop_one(self, candidate: Candidate) -> Stop | None:
        broken = self.ask.without.get(candidate.key)
        if broken is not None:
            return candidate.stop(Gate.BROKEN, broken)
        if candidate.is_timed:
            closed, until = candidate.times.at(self.now)
            if until is not None:
                self.expire(until)
            if closed:
                return candidate.stop(Gate.SCHEDULE, closed)
        for tag in sorted(candidate.tags & self.barred.keys()):
            policy, because = self.barred[tag]
            return candidate.stop(Gate.POLICY, policy.key, because)
        return None

    def _target(self) -> None:
        try:
            self._target_at_once()
        except RuleError:
            if self.ask.strict:
                raise
            self._target_one_by_one()

    def _target_at_once(self) -> None:
        if isinstance(self.plan.rulings, Crowd):
            self._sift(self.plan.rulings)
            return
        rulings, until = self.plan.rulings.decide(self.facts)
        if until is not None:
            self.expire(until)
        shutting = [ruling for ruling in rulings if ruling is not None]
        shut, early = 0, self.plan.everything & ~self.allowed
        for ruling in shutting:
            shut |= ruling.mask
        if shut & early:
            known = {stop.module for stops in self.stops.alone for stop in stops}
            shutting = [ruling.without(known) if ruling.mask & early else ruling for ruling in shutting]
        self.stops.rulings = shutting
        self.allowed &= ~shut

    def _sift(self, crowd: Crowd) -> None:
        through, failed, until = crowd.sift(self.facts)
        if until is not None:
            self.expire(until)
        shut = self.allowed & ~through
        for place in self.plan.places:
            here = shut & place.mask
            broken = _modules(place.first(here & failed))
            # How a rule fails is told of the first alone: each may do a lot before it does.
            stops = [*map(self._ask_target, broken[:1]), *map(_broken, broken[1:])]
            self._tell(place, here & failed, stops, "have rules that fail")
            first = map(self._ask_target, _modules(place.first(here & ~failed)))
            self._tell(place, here & ~failed, first, "are targeted at others")
        self.allowed &= through

    def _tell(self, place: Place, stopped: int, stops: Iterable[Stop | None], what: str) -> None:
        """Why the first of those were stopped in a place, and how many more there are."""
        told = [stop for stop in stops if stop is not None]
        self.stops.alone[place.number] += told
        self.stops.untold[place.number][what] = stopped.bit_count() - len(told)

    def _target_one_by_one(self) -> None:
        """As at once, where a rule fails: that costs its own modules their place, and nobody else's."""
        shut = 0
        for place in self.plan.places:
            for number in numbers_of(self.allowed & place.mask):
                entry = self.plan.entries[number]
                stop = self._ask_target(entry.candidate)
                if stop is not None:
                    self.stops.alone[place.number].append(stop)
                    shut |= entry.bit
        self.allowed &= ~shut

    def _ask_target(self, candidate: Candidate) -> Stop | None:
        target = candidate.target
        if target is None:
            return None
        verdict = self._judge(target)
        if verdict is None:
            return _broken(candidate)
        return None if target.passes(verdict) else target.stop(candidate, verdict)

    def _judge(self, target: Target) -> Verdict | None:
        """What a rule says; None where it fails, which is noted once."""
        if id(target) not in self.judged:
            self.judged[id(target)] = self._decide(target)
        return self.judged[id(target)]

    def _decide(self, target: Target) -> Verdict | None:
        try:
            verdict = target.rule.decide(self.facts)
        except RuleError as error:
            if self.ask.strict:
                raise
            note = f"rule of {target.name} failed: {error}"
            if note not in self.failures:
                self.failures.append(note)
            return None
        if verdict.valid_until is not None:
            self.expire(verdict.valid_until)
        return verdict

    def _draw(self, candidate: Candidate) -> Stop | tuple[str | None, tuple[Assigned, ...]]:
        variant: str | None = None
        assigned = []
        for experiment in candidate.experiments:
            variation = self._variation(experiment.key)
            if variation is None:
                continue
            choice = variation.modules.get(candidate.key)
            if choice == OFF:
                return candidate.stop(Gate.EXPERIMENT, f"{experiment.key}: {variation.key}")
            variant = choice or variant
            assigned.append(Assigned(experiment.key, variation.key))
        return variant, tuple(assigned)

    def _variation(self, experiment: str) -> Variation | None:
        if experiment not in self.variations:
            self.variations[experiment] = assign(self.ask.catalogue.experiments[experiment], self.ask.unit)
        return self.variations[experiment]


def _modules(entries: Iterable[Entry]) -> list[Candidate]:
    return [entry.candidate for entry in entries]


def _broken(candidate: Candidate) -> Stop:
    """The stop of a module whose rule fails."""
    name = candidate.target.name if candidate.target else ""
    return candidate.stop(Gate.BROKEN, f"the rule of {name} fails")
