"""The next release from the one before: what did not change is shared, and the work is in proportion to what did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import TypeAlias, TypeVar

import orjson

from engine.candidates import Candidate
from engine.catalogue import Catalogue, Plan
from engine.compiler import BATCH, shared_by
from engine.errors import CatalogueError
from engine.linking import Linker, named_by
from engine.packing import Packer
from engine.pieces import Frame, Load, Name, details_of, frame_of, pieces_of, taking_part
from engine.plans import Planner
from engine.replanning import Replanner
from engine.shared import Shared
from engine.shelf import Shelf
from layouts import Layout

V = TypeVar("V")

Changes: TypeAlias = Mapping[Name, str | None]
"""Kind and key -> the digest of what is there now, None where nothing is any more."""

Touched: TypeAlias = Mapping[str, Candidate | None]
"""Modules that are other than before; None where one is gone."""


def recompile(previous: Catalogue, release: str, changes: Changes, load: Load) -> Catalogue:
    """The catalogue of the next release. It answers as `compile_catalogue` of all of it would.

    A change of a module costs the same whatever the size of the library; one of a type, a rule or a layout as much as
    depends on it. The previous catalogue serves on unharmed. Raises `CatalogueError` where something cannot be linked.
    """
    return _Change(previous, _real(previous, changes), load, preview=False).catalogue(release)


def overlay(previous: Catalogue, changes: Changes, load: Load, release: str | None = None) -> Catalogue:
    """As `recompile`, but nothing is written into what the two share: there may be many at once, and whatever becomes
    of them leaves no trace. It is named after what it changes, unless a name is given."""
    if release is None:
        told = orjson.dumps(sorted([*name, digest or ""] for name, digest in changes.items()))
        release = f"{previous.release}+{sha256(told).hexdigest()[:10]}"
    return _Change(previous, _real(previous, changes), load, preview=True).catalogue(release)


def _real(previous: Catalogue, changes: Changes) -> Changes:
    """Without those that change nothing."""
    return {name: digest for name, digest in changes.items() if previous.digest(*name) != digest}


@dataclass(frozen=True, slots=True)
class _Change:
    previous: Catalogue
    changes: Changes
    load: Load
    preview: bool

    def catalogue(self, release: str) -> Catalogue:
        previous = self.previous
        gone = [name for name, digest in self.changes.items() if digest is None]
        pieces = previous.pieces.changed(pieces_of(self._present(), self.load), gone)
        frame = frame_of(pieces, previous, {kind for kind, _ in self.changes})
        linker = Linker(frame.types, frame.revisions, frame.rules, frame.taking_part, Packer(previous.examples))
        touched = {**dict(self._again(linker, frame)), **dict(self._fresh(linker))}
        modules = _after(previous.modules, touched)
        self._check(linker, frame, modules)
        planner = Planner(modules.get, frame.policies, previous.many)
        return Catalogue(
            release=release,
            plans=self._plans(planner, frame, modules, touched),
            modules=modules,
            assets=_after(previous.assets, self._of("assets")),
            details=previous.details.changed(
                details_of(self._present(), self.load), [key for kind, key in gone if kind == "asset-details"]
            ),
            told=_after(previous.told, self._of("asset-details")),
            pieces=pieces,
            examples=linker.packer.examples,
            many=previous.many,
            **shared_by(frame),
        )

    def _of(self, kind: str) -> dict[str, str | None]:
        return {key: digest for (its_kind, key), digest in self.changes.items() if its_kind == kind}

    def _present(self) -> dict[Name, str]:
        return {name: digest for name, digest in self.changes.items() if digest is not None}

    def _fresh(self, linker: Linker) -> Iterator[tuple[str, Candidate | None]]:
        """The modules that changed themselves."""
        changed = iter(self._of("modules").items())
        while some := list(islice(changed, BATCH)):
            found = self.load({digest for _, digest in some if digest is not None})
            for key, digest in some:
                yield key, None if digest is None else linker.candidate(key, orjson.loads(found[digest]), digest)

    def _again(self, linker: Linker, frame: Frame) -> Iterator[tuple[str, Candidate]]:
        """The modules that did not change, but what they are linked with."""
        for key in {*self._depending(), *self._taking_part(frame)} - self._of("modules").keys():
            candidate = self.previous.modules.get(key)
            if candidate is not None:
                yield key, linker.again(candidate)

    def _depending(self) -> Iterator[str]:
        types, rules = self._of("types"), self._of("rules")
        if not types and not rules:
            return
        for candidate in self.previous.modules.each():
            if candidate.type.key in types or (rules and any(one.name in rules for one in candidate.targets)):
                yield candidate.key

    def _taking_part(self, frame: Frame) -> Iterator[str]:
        if "experiments" in {kind for kind, _ in self.changes}:
            before = taking_part(self.previous.experiments)
            for key in before.keys() | frame.taking_part.keys():
                if before.get(key) != frame.taking_part.get(key):
                    yield key

    def _check(self, linker: Linker, frame: Frame, modules: Shared[str, Candidate]) -> None:
        gone = {key for key, digest in self._of("modules").items() if digest is None}
        for key, layout in frame.layouts.items():
            if key in self._of("layouts") or (gone and any(name in gone for _, name in named_by(layout))):
                linker.check(layout, modules)
        if linker.findings:
            raise CatalogueError(linker.findings)

    def _plans(
        self, planner: Planner, frame: Frame, modules: Shared[str, Candidate], touched: Touched
    ) -> Mapping[str, Plan]:
        changed = [layout for key, layout in frame.layouts.items() if key in self._of("layouts")]
        shelf = Shelf.of(filter(_may_fit(changed), modules.each())) if changed else Shelf.of(())
        replanner = Replanner(planner, touched, {kind for kind, _ in self.changes}, self.preview)
        return {
            key: planner.plan(layout, shelf) if key in self._of("layouts") else replanner.plan(self.previous.plans[key])
            for key, layout in frame.layouts.items()
        }


def _after(before: Shared[str, V], touched: Mapping[str, V | None]) -> Shared[str, V]:
    present = {key: value for key, value in touched.items() if value is not None}
    return before.changed(present, [key for key, value in touched.items() if value is None])


def _may_fit(layouts: Sequence[Layout]) -> Callable[[Candidate], bool]:
    """Tells at one glance which modules can be left out, because they fit no slot of these layouts."""
    slots = [slot for layout in layouts for slot in layout.slots]
    if any(not slot.tags and not slot.types for slot in slots):
        return lambda _: True
    tags = {min(slot.tags) for slot in slots if slot.tags}
    types = {kind for slot in slots if not slot.tags for kind in slot.types}
    return lambda candidate: candidate.type.key in types or not candidate.tags.isdisjoint(tags)
