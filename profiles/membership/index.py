"""The index of segments: what each reads, so that only those are looked at that can change."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final, TypeAlias

import orjson

from profiles.membership.values import Segment, Segments
from rules import Attribute, Facts, Json, Vocabulary

DEEP: Final = 3
"""Parts of a path that are told apart: `profile.bought.boots`. What lies below is one."""

KEPT: Final = 64
"""Sets of segments whose digests are remembered: those of the releases before this one."""

CONSENT: Final = "consent"

Path: TypeAlias = tuple[str, ...]


class SegmentIndex:
    """The segments of one release with its vocabulary, by what they read.

    `digests` say of each segment what its verdict depends on beside the person and the clock: its rule, the purposes
    of what it reads, and the same of the segments that it asks for.
    """

    def __init__(self, segments: Segments, vocabulary: Vocabulary) -> None:
        self.segments = segments
        self.vocabulary = vocabulary
        self.entries: tuple[Segment, ...] = segments.entries
        self.places = {segment.key: place for place, segment in enumerate(self.entries)}
        self.dependents: Mapping[str, list[int]] = _dependents(self.entries)
        self.digests: dict[str, str] = {}
        for segment in self.entries:
            self.digests[segment.key] = _digest(segment, vocabulary, self.digests)
        self.stamp = blake2b(orjson.dumps(sorted(self.digests.items())), digest_size=8).hexdigest()
        self.restless = [place for place, one in enumerate(self.entries) if one.rule.asks_any_segment]
        self._events: defaultdict[str, list[int]] = defaultdict(list)
        self._whole: defaultdict[Path, list[int]] = defaultdict(list)
        self._below: defaultdict[Path, list[int]] = defaultdict(list)
        for place, segment in enumerate(self.entries):
            self._enter(place, segment)

    def touched(self, before: Facts, after: Facts) -> set[int]:
        """The places of the segments that read what differs between these facts of one person."""
        found = set(self.restless)
        for name in before.events.keys() | after.events.keys():
            if before.events.get(name) != after.events.get(name):
                found.update(self._events.get(name, ()))
        for path in differing(before.values, after.values):
            found.update(self._below.get(path, ()))
            for length in range(len(path)):
                found.update(self._whole.get(path[:length], ()))
        return found

    def changed_since(self, digests: Mapping[str, str]) -> set[int]:
        """The places of the segments that are not as they were when their digests were these."""
        return {place for key, place in self.places.items() if digests.get(key) != self.digests[key]}

    def _enter(self, place: int, segment: Segment) -> None:
        for name in segment.rule.reads_events:
            self._events[name].append(place)
        below: set[Path] = set()
        for path in reads_of(segment):
            self._whole[path[:DEEP]].append(place)
            below.update(path[:length] for length in range(1, min(len(path), DEEP) + 1))
        for path in below:
            self._below[path].append(place)


def differing(before: Mapping[str, Json], after: Mapping[str, Json], depth: int = DEEP) -> Iterator[Path]:
    """The paths at which two trees of facts differ, at most `depth` parts long."""
    for name in before.keys() | after.keys():
        one, other = before.get(name), after.get(name)
        if one is other:
            continue
        if depth > 1 and isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from ((name, *path) for path in differing(one, other, depth - 1))
        elif one != other or type(one) is not type(other) or _is_other(one, other):
            yield (name,)


def _is_other(one: Json, other: Json) -> bool:
    """Python takes 1 for True, also inside lists; rules do not."""
    return isinstance(one, list | dict) and orjson.dumps(one) != orjson.dumps(other)


def _dependents(entries: Iterable[Segment]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, segment in enumerate(entries):
        for key in segment.rule.reads_segments:
            found[key].append(place)
    return dict(found)


def reads_of(segment: Segment) -> frozenset[Path]:
    """The paths of the facts that a segment reads, its own purpose among them."""
    read = segment.rule.reads_paths
    return read | {(CONSENT, segment.purpose)} if segment.purpose else read


def _digest(segment: Segment, vocabulary: Vocabulary, known: Mapping[str, str]) -> str:
    rule, purposes = segment.rule, vocabulary.purposes
    paths = reads_of(segment)
    attributes = sorted(_said(path, one) for path, one in _gates(paths, vocabulary.attributes))
    events = sorted((name, vocabulary.events.get(name, "")) for name in rule.reads_events)
    asked = sorted((key, known.get(key)) for key in rule.reads_segments)
    named = {purpose for _, purpose, *_ in attributes} | {purpose for _, purpose in events}
    every = any(not path or path[0] == CONSENT for path in paths)
    described = [(key, repr(one)) for key, one in sorted(purposes.items()) if every or key in named]
    told = orjson.dumps([rule.logic, segment.purpose, attributes, events, asked, described])
    return blake2b(told, digest_size=8).hexdigest()


def _said(path: str, attribute: Attribute) -> tuple[str, ...]:
    """All that is registered of an attribute that decides whether it can be read, and what it is."""
    computed = attribute.computed.digest if attribute.computed else ""
    return path, attribute.purpose, attribute.type, str(attribute.freshness), computed


def _gates(paths: Iterable[Path], attributes: Mapping[str, Attribute]) -> Iterator[tuple[str, Attribute]]:
    """The registered attributes that have a say in what can be read at these paths: those above, at and below."""
    wanted = list(paths)
    for name, attribute in attributes.items():
        at = tuple(name.removesuffix(".*").split("."))
        if any(at[: len(path)] == path[: len(at)] for path in wanted):
            yield name, attribute


_indexes: OrderedDict[tuple[int, int], SegmentIndex] = OrderedDict()
_digests: OrderedDict[str, Mapping[str, str]] = OrderedDict()


def index_of(segments: Segments, vocabulary: Vocabulary) -> SegmentIndex:
    """The index of these, made once."""
    found = _indexes.get((id(segments), id(vocabulary)))
    # An index keeps what it is made of, so that ids stay their own for as long as it is here.
    if found is None:
        found = _indexes[id(segments), id(vocabulary)] = SegmentIndex(segments, vocabulary)
        remember(found.stamp, found.digests)
        while len(_indexes) > KEPT // 4:
            _indexes.popitem(last=False)
    return found


def remember(stamp: str, digests: Mapping[str, str]) -> None:
    """Keep the digests of the segments that a profile bears this stamp of."""
    _digests[stamp] = digests
    while len(_digests) > KEPT:
        _digests.popitem(last=False)


def digests_of(stamp: str) -> Mapping[str, str] | None:
    """The digests of the segments that a profile with this stamp was settled by; None where nobody here remembers."""
    return _digests.get(stamp)
