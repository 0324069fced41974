"""The catalogue: one release compiled for serving. Immutable, but for the caches that only save work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import TypeAlias

from engine.crowds import Crowd, Sieve
from engine.errors import UnknownLayout
from engine.reasons import Gate, Ranked, Ruling, Stop, told_of
from engine.values import Placement
from engine.variants import Choice
from experiments import Experiment
from layouts import Layout, Slot
from modules import NO_LOCALES, AssetDetails, Items, Locales, Module, ModuleType, Part
from profiles import Segments
from rules import Batch, Json, Outcome, Rule, Verdict, Vocabulary


@dataclass(frozen=True, slots=True)
class Content:
    """One module's body in one locale and variant. `digest` names all that its rendering depends on."""

    module: str
    variant: str | None
    locale: str
    type: ModuleType
    fields: Mapping[str, Json]
    parts: tuple[Part, ...]
    digest: str
    needs: frozenset[str] = frozenset()
    items: tuple[Items, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A rule in use: its name, and what unknown counts as."""

    name: str
    rule: Rule
    unknown_passes: bool

    def passes(self, verdict: Verdict) -> bool:
        """Whether this verdict lets the module through."""
        if verdict.outcome is Outcome.YES:
            return True
        return self.unknown_passes and verdict.outcome is Outcome.UNKNOWN

    def stop(self, candidate: Candidate, verdict: Verdict) -> Stop:
        """The stop of a module that this verdict does not let through."""
        return candidate.stop(Gate.TARGETING, self.named(verdict), verdict.because)

    def named(self, verdict: Verdict) -> str:
        """Its name, and whether this verdict is one of those that cannot be known."""
        return f"{self.name} (unknown)" if verdict.outcome is Outcome.UNKNOWN else self.name


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that gates whatever carries one of its tags. `target` None bars them from everybody."""

    key: str
    tags: frozenset[str]
    target: Target | None


@dataclass(slots=True, eq=False)
class Candidate:
    """A module made ready: its gates resolved to objects, its contents and stops made once and kept."""

    module: Module
    type: ModuleType
    digest: str
    target: Target | None
    specificity: int
    dice: int
    experiments: tuple[Experiment, ...] = ()
    choices: tuple[Choice, ...] = ()
    """Its variants that people get without an experiment."""
    contents: dict[tuple[str, str | None], Content | None] = field(default_factory=dict)
    stops: dict[tuple[Gate, str, tuple[str, ...]], Stop] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The module's key."""
        return self.module.key

    @property
    def differs(self) -> bool:
        """Whether two people may get different bodies of it."""
        return bool(self.experiments or self.choices)

    def stop(self, gate: Gate, detail: str = "", because: tuple[str, ...] = ()) -> Stop:
        """The stop of this module at this gate, the same object each time."""
        name = (gate, detail, because)
        found = self.stops.get(name)
        if found is None:
            found = Stop(self.module.key, gate, detail, because)
            if len(self.stops) < 256:  # details such as an error text must not grow it without limit
                self.stops[name] = found
        return found


@dataclass(frozen=True, slots=True)
class Entry:
    """A candidate in one plan: its bit in the plan's masks, and what orders it, ready to compare."""

    number: int
    candidate: Candidate
    tier: int
    worth: float
    topics: tuple[str, ...]
    specificity: int
    dice: int
    reason: str
    """Why it stands where it was placed, up to its expected value."""
    outranked: bytes
    """What is told of it where it came too late, as JSON up to its score."""

    @property
    def bit(self) -> int:
        """Its bit. Of very many, the bits of all are too large to be kept."""
        return 1 << self.number


MOST_ROWS = 20_000
"""Rows in all the subsets that a place keeps before it starts over."""

MOST_LOCALES = 64

Row: TypeAlias = tuple[int, int, tuple[str, ...], float, int, int, Entry, float]
"""An entry's bit, negated tier, topics, worth, negated specificity, dice, itself, and its negated score for somebody
of whose interests nothing is known: read for every candidate of every page, and unpacking a tuple is quicker than
reading attributes."""


class Standing:
    """Some modules of a place, and their order for everybody of whose interests nothing is known."""

    __slots__ = ("_order", "_told", "rows")

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self._order: tuple[tuple[Ranked, ...], tuple[slice, ...]] | None = None
        self._told: dict[int, bytes] = {}

    @property
    def order(self) -> tuple[tuple[Ranked, ...], tuple[slice, ...]]:
        """They in order, and the runs in it that only the draw can settle. Put in order at the first look."""
        if self._order is None:
            self._order = _ordered(self.rows)
        return self._order

    def told(self, last: int) -> bytes:
        """What is told of the last so many of them, as the items of a JSON list. Where no draw is needed, every
        answer says the same."""
        found = self._told.get(last)
        if found is None:
            found = self._told[last] = told_of(self.order[0][-last:])
        return found


def _ordered(rows: tuple[Row, ...]) -> tuple[tuple[Ranked, ...], tuple[slice, ...]]:
    ranked = tuple(sorted(((tier, score, narrow, 0, e) for _, tier, _, _, narrow, _, e, score in rows), key=_head))
    sizes = [len(tuple(run)) for _, run in groupby(ranked, key=_head)]
    ties = tuple(slice(end - size, end) for size, end in zip(sizes, accumulate(sizes), strict=True) if size > 1)
    return ranked, ties


def _head(one: Ranked) -> tuple[int, float, int]:
    return one[:3]


@dataclass(frozen=True, slots=True)
class Place:
    """A slot with every module of the release that fits its contract, by descending tier."""

    slot: Slot
    number: int
    entries: tuple[Entry, ...]
    rows: tuple[Row, ...]
    """The entries again, ready to be ranked."""
    pinned: tuple[Entry, ...]
    fallback: Candidate | None
    mask: int
    crowd: Crowd | None = None
    """The entries once more, where they are very many; then there are no `rows`."""
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

    def first(self, some: int) -> list[Entry]:
        """Of a crowd, those of these to be told of: the pinned ones and the first by tier."""
        if not some or self.crowd is None:
            return []
        return [*(entry for entry in self.pinned if entry.bit & some), *self.crowd.first(some)]

    def keep(self, entry: Entry, locale: str, placement: Placement) -> None:
        """Keep a placement to be used again. Anybody can make up locales, so only some are kept."""
        if locale not in self.ready and len(self.ready) >= MOST_LOCALES:
            self.ready.clear()
        self.ready.setdefault(locale, {})[entry.number] = placement


@dataclass(frozen=True, slots=True)
class Gated:
    """A target and the candidates of one plan that it gates, by the number of their place."""

    target: Target
    mask: int
    groups: tuple[tuple[int, tuple[Candidate, ...]], ...]

    def ruling(self, verdict: Verdict) -> Ruling | None:
        """What this verdict means; None where it lets all through."""
        target = self.target
        if target.passes(verdict):
            return None
        return Ruling(self.mask, [(at, [target.stop(c, verdict) for c in some]) for at, some in self.groups])


@dataclass(frozen=True, slots=True)
class Plan:
    """A layout with its places, its gates as masks over its candidates, and all attributes that can matter to it."""

    layout: Layout
    places: tuple[Place, ...]
    fallback: Candidate | None
    reads: frozenset[str]
    entries: tuple[Entry, ...]
    """By number."""
    numbers: Mapping[str, int]
    """Module key -> its number."""
    rulings: Batch[Ruling | None] | Sieve
    """The rules of all targets: what they rule, None where they shut nobody out; of a crowd, whom they let through."""
    tagged: Mapping[str, int]
    """Tag -> mask of the candidates that carry it."""
    scheduled: tuple[Entry, ...]
    everything: int
    chances: Mapping[tuple[str, ...], float]
    """Topics of its candidates -> chance of an action of somebody of whose interests nothing is known."""

    def bit(self, module: str) -> int:
        """The bit of a module; 0 where it is no candidate."""
        number = self.numbers.get(module)
        return 0 if number is None else 1 << number


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A release ready to serve: plans by layout key and what all of them share."""

    release: str
    plans: Mapping[str, Plan]
    modules: Mapping[str, Candidate]
    types: Mapping[str, ModuleType]
    policies: tuple[Policy, ...]
    segments: Segments
    vocabulary: Vocabulary
    experiments: Mapping[str, Experiment]
    assets: Mapping[str, str]
    """Asset name -> digest of its bytes."""
    details: Mapping[str, AssetDetails] = field(default_factory=dict)
    """Asset name -> what is said of it beside its bytes."""
    locales: Locales = NO_LOCALES
    parsed: Mapping[str, object] = field(default_factory=dict)
    """Digest, kind and key -> what its bytes were parsed to: the next release parses only what differs."""

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
