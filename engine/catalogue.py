"""The catalogue: one release compiled for serving. Immutable, but for the caches that only save work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.bits import numbers_of
from engine.candidates import Candidate, Policy, Target
from engine.crowds import Crowd
from engine.entries import Entry, Row, Standing
from engine.errors import UnknownLayout
from engine.keeping import KEEPING
from engine.reasons import Gate, Ruling, Stop, Told
from engine.shared import Shared
from engine.values import Placement
from experiments import Experiment
from layouts import Layout, Slot
from modules import NO_LOCALES, AssetDetails, Locales, ModuleType
from profiles import NO_TRIGGERS, Segments, Triggers
from rules import Batch, Verdict, Vocabulary

MOST_ROWS = 20_000
"""Rows in all the subsets that a place keeps before it starts over."""

MOST_LOCALES = 64


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Place:
    """A slot with every module of the release that fits its contract."""

    slot: Slot
    number: int
    pinned: tuple[Entry, ...]
    fallback: Candidate | None
    mask: int
    """The bits of all of them."""
    entries: tuple[Entry, ...] = ()
    """Those that are not pinned, by descending tier; none where they are very many."""
    rows: tuple[Row, ...] = ()
    """The entries again, ready to be ranked."""
    crowd: Crowd | None = None
    """All candidates of the plan, where they are very many."""
    subsets: dict[int, Standing] = field(default_factory=dict)
    """How those that are allowed stand, by their bits."""
    ready: dict[str, dict[int, Placement]] = field(default_factory=dict)
    """By locale and the number of the entry its last placement, where it looks the same to all with the same score."""

    def standing(self, allowed: int) -> Standing:
        """How these entries stand. Most people share their answers to the rules of one place with others."""
        found = self.subsets.get(allowed)
        if found is None:
            if len(self.subsets) * len(self.rows) >= MOST_ROWS:
                self.subsets.clear()
            found = self.subsets[allowed] = Standing(tuple([row for row in self.rows if row[0] & allowed]))
        return found

    def candidates(self) -> Iterator[Candidate]:
        """All of them: the pinned ones first, the others in no order of meaning."""
        yield from (entry.candidate for entry in self.pinned)
        if self.crowd is None:
            yield from (entry.candidate for entry in self.entries)
        else:
            pinned = {entry.number for entry in self.pinned}
            yield from (self.crowd.candidate(one) for one in numbers_of(self.mask) if one not in pinned)

    def listed(self) -> Iterator[Entry]:
        """Those that are not pinned, also where they are very many."""
        if self.crowd is None:
            return iter(self.entries)
        pinned = {entry.number for entry in self.pinned}
        return (self.crowd[number] for number in numbers_of(self.mask) if number not in pinned)

    def first(self, some: int) -> list[Entry]:
        """Of a crowd, those of these to be told of: the pinned ones and the first by tier."""
        if not some or self.crowd is None:
            return []
        pinned = [entry for entry in self.pinned if entry.bit & some]
        for entry in pinned:
            some &= ~entry.bit
        return [*pinned, *self.crowd.first(some)]

    def keep(self, entry: Entry, locale: str, placement: Placement) -> None:
        """Keep a placement to be used again. Anybody can make up locales, so only some are kept."""
        if locale not in self.ready and len(self.ready) >= MOST_LOCALES:
            self.ready.clear()
        self.ready.setdefault(locale, {})[entry.number] = placement
        KEEPING.note(self)

    def forget(self) -> None:
        """Drop the placements that were kept."""
        self.ready.clear()


@dataclass(frozen=True, slots=True)
class Gated:
    """A target and the candidates of one plan that it gates: their keys by the number of their place."""

    target: Target
    mask: int
    groups: tuple[tuple[int, tuple[str, ...]], ...]

    def ruling(self, verdict: Verdict) -> Ruling | None:
        """What this verdict means; None where it lets all through."""
        return None if self.target.passes(verdict) else Ruling(self, verdict)

    def told(self, verdict: Verdict) -> Told:
        """What is stopped in each place by this verdict."""
        detail = self.target.named(verdict)
        return [(at, [Stop(key, Gate.TARGETING, detail, verdict.because) for key in some]) for at, some in self.groups]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Plan:
    """A layout with its places, its gates as masks over its candidates, and all attributes that can matter to it."""

    layout: Layout
    places: tuple[Place, ...]
    fallback: Candidate | None
    reads: frozenset[str]
    entries: Sequence[Entry] | Crowd
    """By number."""
    numbers: Mapping[str, int]
    """Module key -> its number."""
    rulings: Batch[Ruling | None] | Crowd
    """The rules of all targets: what they rule, None where they shut nobody out; of a crowd, whom they let through."""
    tagged: Mapping[str, int]
    """Tag -> mask of the candidates that carry it, of those that policies name."""
    scheduled: tuple[Entry, ...]
    """Those that are not always open; of a crowd, it knows itself."""
    everything: int
    chances: Mapping[tuple[str, ...], float]
    """Topics of its candidates -> chance of an action of somebody of whose interests nothing is known."""
    gated: tuple[Gated, ...] = ()
    """The targets that the rulings are of; none of a crowd."""
    readers: Mapping[str, int] = field(default_factory=dict)
    """Path -> how many candidates have a target that reads it; of a crowd."""

    def bit(self, module: str) -> int:
        """The bit of a module; 0 where it is no candidate."""
        number = self.numbers.get(module)
        return 0 if number is None else 1 << number

    def members(self) -> Iterator[Candidate]:
        """Every candidate."""
        if isinstance(self.entries, Crowd):
            return map(self.entries.candidate, numbers_of(self.everything))
        return (entry.candidate for entry in self.entries)


class Piece(NamedTuple):
    """What one piece of content other than a module was parsed to, and the digest of its bytes."""

    digest: str
    value: Any


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A release ready to serve: plans by layout key and what all of them share."""

    release: str
    plans: Mapping[str, Plan]
    modules: Shared[str, Candidate]
    types: Mapping[str, ModuleType]
    policies: tuple[Policy, ...]
    segments: Segments
    vocabulary: Vocabulary
    experiments: Mapping[str, Experiment]
    assets: Shared[str, str]
    """Asset name -> digest of its bytes."""
    details: Shared[str, AssetDetails] = field(default_factory=Shared)
    """Asset name -> what is said of it beside its bytes."""
    told: Shared[str, str] = field(default_factory=Shared)
    """Asset name -> digest of what is said of it."""
    locales: Locales = NO_LOCALES
    triggers: Triggers = NO_TRIGGERS
    pieces: Shared[tuple[str, str], Piece] = field(default_factory=Shared)
    """All other content, by kind and key: what the next release is made from."""
    examples: Mapping[str, bytes] = field(default_factory=dict)
    """What bodies were packed by, by their type."""
    many: int = 0
    """So many candidates or more are a crowd."""

    def alt_of(self, asset: str, locale: str) -> str | None:
        """What a picture shows, for a reader of this locale; None where nobody said so."""
        told = self.details.get(asset)
        return told.alt_for(locale) if told else None

    def plan(self, layout: str) -> Plan:
        """The plan of a layout; `UnknownLayout` with the nearest names where there is none."""
        found = self.plans.get(layout)
        if found is None:
            raise UnknownLayout(layout, tuple(self.plans))
        return found

    def digest(self, kind: str, key: str) -> str | None:
        """The digest of the bytes of one piece of content, None where the release has none."""
        if kind == "modules":
            module = self.modules.get(key)
            return module.revision if module else None
        if kind in {"assets", "asset-details"}:
            return (self.assets if kind == "assets" else self.told).get(key)
        piece = self.pieces.get((kind, key))
        return piece.digest if piece else None
