"""Segments: named rules whose membership is kept current, by events and by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256

import orjson

from profiles.consent import QUIET, Signals, allows
from profiles.errors import SegmentError
from profiles.facts import facts_of, standing, vocabulary_stamp
from profiles.profile import Profile
from rules import Instant, Outcome, Rule, RuleError, Verdict, Vocabulary

STEPS = 64
"""Moments of the past that are looked at one by one before the present; beyond it they are taken together."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A named rule over facts. Members are those for whom it says yes; unknown is no."""

    key: str
    title: str
    rule: Rule
    purpose: str = field(default="", kw_only=True)
    """The purpose without which nobody is a member; empty: those of what the rule reads say enough."""


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments of a release, those first that others refer to. Make one with `Segments.of`."""

    entries: tuple[Segment, ...] = ()
    stamp: str = field(default="", kw_only=True)
    reads: frozenset[str] = field(default=frozenset(), kw_only=True)
    """The paths of all facts that they read."""

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> Segments:
        """These segments, ordered by `in_segment`; raises `SegmentError` when they go in a circle."""
        by_key = {segment.key: segment for segment in segments}
        graph = {key: sorted(segment.rule.reads_segments & by_key.keys()) for key, segment in sorted(by_key.items())}
        try:
            order = tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise SegmentError(_from_the_first(error.args[1])) from None
        told = [[key, by_key[key].rule.logic, *([p] if (p := by_key[key].purpose) else [])] for key in order]
        reads = frozenset(path for one in by_key.values() for path in one.rule.reads)
        stamp = sha256(orjson.dumps(told)).hexdigest()[:8]
        return cls(tuple(by_key[key] for key in order), stamp=stamp, reads=reads)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.entries)


def _from_the_first(circle: Sequence[str]) -> tuple[str, ...]:
    """The same circle, told from its first key on: wherever the search came into it, it is told alike."""
    start = min(range(len(circle) - 1), key=lambda place: circle[place])
    return (*circle[start:-1], *circle[: start + 1])


@dataclass(frozen=True, slots=True)
class Reassessment:
    """What a look at all segments found: the memberships now, what has changed, until when that holds."""

    segments: Mapping[str, Instant]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    until: Instant | None


@dataclass(frozen=True, slots=True)
class Change:
    """One person entered or left one segment."""

    segment: str
    change: str
    """`entered` or `left`."""
    at: Instant
    cause: str
    """`event`, `clock`, `rules` (they were changed) or `merged`."""


AS_BEFORE = {True: Verdict(Outcome.YES), False: Verdict(Outcome.NO)}
"""Whether somebody was in a segment -> the verdict of a rule that fails."""


def reassess(
    profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant, signals: Signals = QUIET
) -> Reassessment:
    """Which segments this person is in now. Pure; reads facts as consent allows, and no context."""
    facts = facts_of(profile, vocabulary, {}, now, signals)
    inside: dict[str, Instant] = {}
    until: Instant | None = None
    for segment in segments if not profile.restricted else ():
        if segment.purpose and not allows(profile, segment.purpose, vocabulary.purposes, signals):
            continue
        seen = replace(facts, segments=frozenset(inside)) if segment.rule.reads_segments else facts
        try:
            verdict = segment.rule.decide(seen)
        except RuleError:  # its author's mistake moves nobody
            verdict = AS_BEFORE[segment.key in profile.segments]
        if verdict.outcome is Outcome.YES:
            inside[segment.key] = profile.segments.get(segment.key, now)
        if verdict.valid_until is not None:
            until = verdict.valid_until if until is None else min(until, verdict.valid_until)
    turn = standing(vocabulary).turn(profile, segments.reads, now)
    until = turn if until is None or (turn is not None and turn < until) else until
    entered = tuple(key for key in inside if key not in profile.segments)
    left = tuple(key for key in profile.segments if key not in inside)
    return Reassessment(inside, entered, left, until)


def settle(
    profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant, cause: str
) -> tuple[Profile, list[Change]]:
    """The profile with its memberships as they are now, and the changes, the clock's first.

    Moments that passed since the last look are gone through one by one: each change bears the moment at which
    it came true, however late we look.
    """
    changes: list[Change] = []
    stamp = stamp_of(segments, vocabulary)
    if profile.stamp == stamp:
        profile = _catch_up(profile, segments, vocabulary, now, changes)
    elif profile.stamp:
        cause = "rules"
    profile = _moved(profile, reassess(profile, segments, vocabulary, now), now, cause, changes)
    return profile.but(stamp=stamp), changes


def current(profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant) -> Profile:
    """The profile with memberships right to the second, whether or not timers have run; quick when they still hold."""
    due = profile.until is not None and profile.until <= now
    if not profile.id or not (due or profile.stamp != stamp_of(segments, vocabulary)):
        return profile
    return settle(profile, segments, vocabulary, now, "clock")[0]


def stamp_of(segments: Segments, vocabulary: Vocabulary) -> str:
    """What memberships depend on beside the person and the clock, as a short digest."""
    return segments.stamp + vocabulary_stamp(vocabulary)


def _catch_up(
    profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant, changes: list[Change]
) -> Profile:
    for _ in range(STEPS):
        moment = profile.until
        if moment is None or moment >= now:
            break
        found = reassess(profile, segments, vocabulary, moment)
        profile = _moved(profile, found, moment, "clock", changes)
        if profile.until is not None and profile.until <= moment:
            break
    return profile


def _moved(profile: Profile, found: Reassessment, at: Instant, cause: str, changes: list[Change]) -> Profile:
    changes += [Change(key, "left", at, cause) for key in found.left]
    changes += [Change(key, "entered", at, cause) for key in found.entered]
    return profile.but(segments=dict(found.segments), until=found.until)
