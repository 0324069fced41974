"""Segments: named rules whose membership is kept current, by events and by the clock."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import Final

from profiles.consent import QUIET, Signals, allows
from profiles.facts import facts_of, standing
from profiles.membership.index import SegmentIndex, digests_of, index_of
from profiles.membership.values import Change, Reassessment, Segment, Segments
from profiles.profile import Profile
from rules import Facts, Instant, Outcome, RuleError, Verdict, Vocabulary, turned

__all__ = [
    "Change",
    "Reassessment",
    "Segment",
    "Segments",
    "current",
    "is_due",
    "reassess",
    "settle",
    "stamp_of",
]

STEPS: Final = 64
"""Moments of the past that are looked at one by one before the present; beyond it they are taken together."""

AS_BEFORE = {True: Verdict(Outcome.YES), False: Verdict(Outcome.NO)}
"""Whether somebody was in a segment -> the verdict of a rule that fails."""

FACTS: Final = ""
"""The key in `untils` of the moment at which a fact changes by time alone."""

RULES: Final = "rules"
GONE: Final = "the segment is no longer there"


def reassess(
    profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant, signals: Signals = QUIET
) -> Reassessment:
    """Which segments this person is in now. Pure; reads facts as consent allows, and no context."""
    index = index_of(segments, vocabulary)
    facts = facts_of(profile, vocabulary, {}, now, signals)
    return _look(profile, index, facts, range(len(index.entries)), signals)


def settle(
    profile: Profile,
    segments: Segments,
    vocabulary: Vocabulary,
    now: Instant,
    cause: str,
    *,
    before: Profile | None = None,
    event: str = "",
) -> tuple[Profile, list[Change]]:
    """The profile with its memberships as they are now, and the changes, the clock's first.

    Moments that passed since the last look are gone through one by one: each change bears the moment at which
    it came true, however late we look. `before` is the same person when they were last settled: then only those
    segments are looked at that read what is other since, whose time has come, or whose rule changed. Without it all
    are.
    """
    settling = _Settling(profile, index_of(segments, vocabulary), now)
    settling.run(cause, before, event)
    return settling.profile, settling.changes


def current(profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant) -> Profile:
    """The profile with memberships right to the second, whether or not timers have run; quick when they still hold."""
    if not is_due(profile, segments, vocabulary, now):
        return profile
    settling = _Settling(profile, index_of(segments, vocabulary), now, tells=False)
    settling.run("clock", profile, "")
    return settling.profile


def is_due(profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant) -> bool:
    """Whether memberships must be looked at again: their time has come, or they were decided by other rules."""
    if not profile.id:
        return False
    due = profile.until is not None and profile.until <= now
    return due or profile.stamp != stamp_of(segments, vocabulary)


def stamp_of(segments: Segments, vocabulary: Vocabulary) -> str:
    """What memberships depend on beside the person and the clock, as a short digest."""
    return index_of(segments, vocabulary).stamp


@dataclass(slots=True)
class _Settling:
    """One person while their memberships are brought up to now."""

    profile: Profile
    index: SegmentIndex
    now: Instant
    tells: bool = True
    changes: list[Change] = field(default_factory=list)

    def run(self, cause: str, before: Profile | None, event: str) -> None:
        """Look at what the rules changed, then at what the clock did, then at what happened."""
        index = self.index
        stale = self.profile.stamp != index.stamp
        if not stale:
            self._catch_up()
        if before is not None and before.restricted is not self.profile.restricted:
            before = None
        then = None if before is None else self._facts(before, _seen_at(before, self.now))
        same = then is not None and before is self.profile and then.now == self.now
        facts = then if then is not None and same else self._facts(self.profile, self.now)
        which = self._which(then, facts, stale=stale)
        if stale and self.profile.stamp:
            cause, then = RULES, None
        self._move(_look(self.profile, index, facts, which), self.now, cause, then, facts, event)
        self.profile = self.profile.but(stamp=index.stamp)

    def _which(self, then: Facts | None, facts: Facts, *, stale: bool) -> Iterable[int]:
        """The places of the segments to look at; whoever is looked at, it comes to the same."""
        index = self.index
        known = digests_of(self.profile.stamp) if stale else index.digests
        if then is None or known is None:
            return range(len(index.entries))
        places = set(index.restless) if then is facts else index.touched(then, facts)
        places |= _due(self.profile, index, self.now)
        return places | index.changed_since(known) if stale else places

    def _catch_up(self) -> None:
        for _ in range(STEPS):
            profile, moment = self.profile, self.profile.until
            if moment is None or moment >= self.now:
                break
            facts, places = self._facts(profile, moment), _due(profile, self.index, moment)
            if (at := _seen_at(profile, moment)) != moment:
                places |= self.index.touched(self._facts(profile, at), facts)
            self._move(_look(profile, self.index, facts, places), moment, "clock", None, facts, "")
            if self.profile.until is not None and self.profile.until <= moment:
                break

    def _facts(self, profile: Profile, at: Instant) -> Facts:
        return facts_of(profile, self.index.vocabulary, {}, at)

    def _move(self, found: Reassessment, at: Instant, cause: str, then: Facts | None, facts: Facts, event: str) -> None:
        if self.tells and (found.left or found.entered):
            told = _Told(self.index, self.profile, found, at, cause, then, facts, event)
            self.changes += [told.change(key, "left") for key in found.left]
            self.changes += [told.change(key, "entered") for key in found.entered]
        segments, untils = dict(found.segments), dict(found.untils)
        self.profile = self.profile.but(segments=segments, untils=untils, until=found.until)


@dataclass(slots=True)
class _Told:
    """One look that found changes, as it is told."""

    index: SegmentIndex
    profile: Profile
    found: Reassessment
    at: Instant
    cause: str
    then: Facts | None
    facts: Facts
    event: str

    def change(self, key: str, change: str) -> Change:
        """One of its changes, with the reason."""
        return Change(key, change, self.at, self.cause, self._reason(key), self.event)

    def _reason(self, key: str) -> str:
        place = self.index.places.get(key)
        if place is None:
            return GONE
        then = self.then
        if self.cause == "clock":
            then = facts_of(self.profile, self.index.vocabulary, {}, _before(self.at))
        if then is not None:
            then = replace(then, segments=frozenset(self.profile.segments))
        facts = replace(self.facts, segments=frozenset(self.found.segments))
        return turned(self.index.entries[place].rule, then, facts, self.index.vocabulary)


def _before(at: Instant) -> Instant:
    return math.nextafter(at, -math.inf)


def _seen_at(profile: Profile, now: Instant) -> Instant:
    """A moment at which the facts of somebody were as they were when they were last looked at, and no later than
    now."""
    turn = profile.untils.get(FACTS)
    return now if turn is None or turn > now else _before(turn)


def _due(profile: Profile, index: SegmentIndex, now: Instant) -> set[int]:
    """The places of the segments whose verdict holds no longer."""
    places = index.places
    return {places[key] for key, until in profile.untils.items() if until <= now and key in places}


def _look(
    profile: Profile, index: SegmentIndex, facts: Facts, which: Iterable[int], signals: Signals = QUIET
) -> Reassessment:
    """Decide the segments at these places, and those that ask for one that changes; the others are as they were."""
    look = _Look(profile, index, facts, signals)
    waiting, done = list(which), set[int]()
    heapify(waiting)
    while waiting:
        place = heappop(waiting)
        if place not in done:
            done.add(place)
            # Who asks for a segment stands behind it.
            for dependent in look.decide(index.entries[place]):
                heappush(waiting, dependent)
    return look.found()


class _Look:
    """Memberships of one person while they are looked at."""

    def __init__(self, profile: Profile, index: SegmentIndex, facts: Facts, signals: Signals) -> None:
        self.profile = profile
        self.index = index
        self.facts = facts
        self.signals = signals
        self.gone: list[str] = []
        self.entered: list[str] = []
        self.left: list[str] = []
        self.inside, self.untils = dict(profile.segments), dict(profile.untils)
        if profile.stamp != index.stamp:
            self.gone = [key for key in self.inside if key not in index.places]
            for key in self.gone:
                del self.inside[key]
            for key in self.untils.keys() - index.places.keys():
                del self.untils[key]
        self.members: frozenset[str] | None = None

    def decide(self, segment: Segment) -> Iterable[int]:
        """Decide one; the places of those to look at after it, because it is otherwise now."""
        key, was = segment.key, segment.key in self.inside
        verdict = self._verdict(segment, was=was)
        if verdict.valid_until is not None:
            self.untils[key] = verdict.valid_until
        else:
            self.untils.pop(key, None)
        if (verdict.outcome is Outcome.YES) is was:
            return ()
        self.members = None
        if was:
            del self.inside[key]
            self.left.append(key)
        else:
            self.inside[key] = self.facts.now
            self.entered.append(key)
        return self.index.dependents.get(key, ())

    def found(self) -> Reassessment:
        """What came of it."""
        turn = standing(self.index.vocabulary).turn(self.profile, self.index.segments.reads, self.facts.now)
        if turn is not None:
            self.untils[FACTS] = turn
        else:
            self.untils.pop(FACTS, None)
        return Reassessment(self.inside, tuple(self.entered), (*self.gone, *self.left), self.untils)

    def _verdict(self, segment: Segment, *, was: bool) -> Verdict:
        facts, rule = self.facts, segment.rule
        purposes = self.index.vocabulary.purposes
        if self.profile.restricted:
            return AS_BEFORE[False]
        if segment.purpose and not allows(self.profile, segment.purpose, purposes, self.signals):
            return AS_BEFORE[False]
        if rule.reads_segments or rule.asks_any_segment:
            if self.members is None:
                self.members = frozenset(self.inside)
            facts = replace(facts, segments=self.members)
        try:
            return rule.decide(facts)
        except RuleError:  # its author's mistake moves nobody
            return AS_BEFORE[was]
