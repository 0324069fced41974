"""Overlays: what would be served if a release were published now, over what is served."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

import orjson

from layouts import WHOLE, Changes, Entry, Manifest, Releases, Wanted, changed
from modules import compose, digest_of, parse_type, type_in

Name: TypeAlias = tuple[str, str]
STAYS: Final = ("", "")

Load: TypeAlias = Callable[[Collection[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True, eq=False)
class Overlaid(Mapping[Name, str]):
    """A manifest with some changes over it. To look up a name costs no more than in the manifest."""

    under: Manifest
    changes: Changes

    def __getitem__(self, name: Name) -> str:
        if name not in self.changes:
            return self.under[name]
        after = self.changes[name][1]
        if after is None:
            raise KeyError(name)
        return after

    def __iter__(self) -> Iterator[Name]:
        yield from (name for name in self.under if self.changes.get(name, STAYS)[1] is not None)
        yield from (name for name, (_, after) in self.changes.items() if after and name not in self.under)

    def __len__(self) -> int:
        return len(self.under) + sum((after is not None) - (name in self.under)
                                     for name, (_, after) in self.changes.items())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overlay:
    """What `onto` serves (None: nothing is served), under other names and digests where `changes` says so.

    `fresh` holds bodies that were composed and that nobody saved yet, by digest. `locales` tells of names of which
    only some locales go out, or away. It is a small value: it holds the changes, not the content.
    """

    onto: str | None
    changes: Changes
    fresh: Mapping[Name, bytes] = field(default_factory=dict)
    locales: Mapping[Name, tuple[str, ...]] = field(default_factory=dict)

    def manifest(self, served: Manifest) -> Manifest:
        """The whole state that would be served; `served` is that of `onto`. Nothing is copied."""
        return Overlaid(served, self.changes)

    def load(self, load: Load) -> Load:
        """Reads bodies by digest: those that were composed, and all others with `load`."""
        composed = {digest_of(content): content for content in self.fresh.values()}

        def read(digests: Collection[str]) -> Mapping[str, bytes]:
            there = {digest: composed[digest] for digest in digests if digest in composed}
            return {**load([digest for digest in digests if digest not in there]), **there}

        return read

    @property
    def wanted(self) -> Wanted:
        """The same as what is to be published."""
        return Wanted({name: after for name, (_, after) in self.changes.items()}, self.locales, self.onto)


class Served:
    """The release that is served and its manifest, kept in memory: of a newer one only what differs is read."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases
        self._last: tuple[str | None, Manifest] = (None, {})

    def __call__(self) -> tuple[str | None, Manifest]:
        """As it is now."""
        known, manifest = self._last
        release = self._releases.published()
        if release is None or release.id == known:
            return known, manifest
        self._last = (release.id, changed(manifest, self._releases.changes(known, release.id)))
        return self._last


def overlay_of(entries: Iterable[Entry], onto: str | None, base: Manifest, load: Load) -> Overlay:
    """What these entries come to over what `onto` holds, which is `base`."""
    wanted = sorted(entries, key=lambda one: one.name)
    digests = {one.digest for one in wanted if one.digest and one.locale != WHOLE}
    bodies = load([*digests, *(base[one.name] for one in wanted if one.locale != WHOLE and one.name in base)])
    after: dict[Name, str | None] = {}
    fresh: dict[Name, bytes] = {}
    locales: dict[Name, tuple[str, ...]] = {}
    shared = _Shared(wanted, base, load)
    for name, group in groupby(wanted, key=lambda one: one.name):
        own = list(group)
        if own[0].locale == WHOLE:
            after[name] = own[0].digest
            continue
        before = bodies.get(base.get(name, ""))
        made = _composed(own, before, bodies, shared)
        after[name] = None if made is None else digest_of(made)
        locales[name] = tuple(one.locale for one in own)
        if made is not None and after[name] not in bodies:
            fresh[name] = made
    changes = {name: (base.get(name), digest) for name, digest in after.items() if base.get(name) != digest}
    return Overlay(onto, changes, {name: body for name, body in fresh.items() if name in changes}, locales)


def _composed(own: list[Entry], before: bytes | None, bodies: Mapping[str, bytes], shared: _Shared) -> bytes | None:
    """What is published after these entries of one piece, those that were put in first taken first."""
    made = before
    for digest, places in _by_revision(own):
        draft = bodies[digest] if digest else None
        made = compose(made, draft, places, shared.of(type_in(made, draft, places)))
    return made


def _by_revision(own: list[Entry]) -> Iterator[tuple[str | None, list[str]]]:
    """The locales that are taken of one revision are taken together: so a first one brings no other shared part."""
    order = sorted(own, key=lambda one: (one.at, one.digest or ""))
    for digest, group in groupby(order, key=lambda one: one.digest):
        yield digest, [one.locale for one in group]


class _Shared:
    """Knows which fields of a type are not localised, by the type as it would be served."""

    def __init__(self, entries: Iterable[Entry], base: Manifest, load: Load) -> None:
        self._pinned = {one.key: one.digest for one in entries if one.kind == "types"}
        self._base, self._load = base, load
        self._known: dict[str, frozenset[str]] = {}

    def of(self, key: str | None) -> frozenset[str]:
        if key is None:
            return frozenset()
        if key not in self._known:
            name = ("types", key)
            digest = self._pinned[key] if key in self._pinned else self._base.get(name)
            body = self._load([digest])[digest] if digest else None
            self._known[key] = parse_type(key, orjson.loads(body)).shared if body else frozenset()
        return self._known[key]
