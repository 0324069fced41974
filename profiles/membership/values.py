"""Segments and what is told of them, as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256

import orjson

from profiles.errors import SegmentError
from rules import Instant, Rule


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
    """The paths of all facts that they read; `profile` where a rule works a path out as it goes."""

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
        reads = frozenset(".".join(path) or "profile" for one in by_key.values() for path in one.rule.reads_paths)
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
    """What a look at segments found: the memberships now, what has changed, until when each verdict holds."""

    segments: Mapping[str, Instant]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    untils: Mapping[str, Instant]

    @property
    def until(self) -> Instant | None:
        """The earliest moment at which time alone can change a membership."""
        return min(self.untils.values(), default=None)


@dataclass(frozen=True, slots=True)
class Change:
    """One person entered or left one segment."""

    segment: str
    change: str
    """`entered` or `left`."""
    at: Instant
    cause: str
    """`event`, `clock`, `list`, `rules` (they were changed) or `merged`."""
    reason: str = ""
    """Which predicate turned, as an analyst reads it."""
    event: str = ""
    """The message id of the event that did it."""
