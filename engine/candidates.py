"""Candidates: modules made ready to be gated, ordered and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

import orjson

from engine.keeping import KEEPING
from engine.packing import Packed
from engine.reasons import Gate, Stop
from engine.variants import Choice
from engine.writing import written
from experiments import Experiment
from modules import ALWAYS, Items, Module, ModuleType, Part, Times, parse_module
from rules import Json, Outcome, Rule, Verdict, parse

MOST_READ = 4_096
"""Rules of targets kept ready to be asked; the others are read again. An index asks no rule by itself."""


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
    """A rule in use: its name, its JSON, and what unknown counts as. Equal ones are asked once a request."""

    name: str
    document: bytes
    unknown_passes: bool
    specificity: int = field(default=0, compare=False)
    """How many different facts it asks for: the narrower one goes first among equals."""
    reads: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return _read(self.document)

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


@lru_cache(maxsize=MOST_READ)
def _read(document: bytes) -> Rule:
    return parse(orjson.loads(document))


def target_of(name: str, logic: Json, *, unknown_passes: bool = False) -> Target:
    """The target that is this rule."""
    rule = parse(logic)
    specificity = len(rule.reads) + len(rule.reads_events) + len(rule.reads_segments)
    return Target(name, written(logic), unknown_passes, specificity, rule.reads)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that gates whatever carries one of its tags. `target` None bars them from everybody."""

    key: str
    tags: frozenset[str]
    target: Target | None


@dataclass(slots=True, eq=False, weakref_slot=True)
class Candidate:
    """A module made ready: what decides about it at hand, its body packed until somebody is shown it."""

    key: str
    type: ModuleType
    tags: frozenset[str]
    tier: int
    worth: float
    topics: tuple[str, ...]
    times: Times
    locales: tuple[str, ...]
    """Those that it has words in, its first first."""
    body: Packed
    revision: str
    """The digest of its bytes."""
    type_revision: str
    target: Target | None = None
    experiments: tuple[Experiment, ...] = ()
    choices: tuple[Choice, ...] = ()
    """Its variants that people get without an experiment."""
    _contents: dict[tuple[str, str | None], Content | None] | None = field(default=None, init=False, repr=False)
    _stops: dict[tuple[Gate, str, tuple[str, ...]], Stop] | None = field(default=None, init=False, repr=False)

    @property
    def module(self) -> Module:
        """All of the module, read from its body."""
        return parse_module(self.key, self.body.unpack(), {self.type.key: self.type}, trusted=True)

    @property
    def digest(self) -> str:
        """Names all that it looks like."""
        return self.revision + self.type_revision

    @property
    def specificity(self) -> int:
        """How narrow its target is."""
        return self.target.specificity if self.target else 0

    @property
    def dice(self) -> int:
        """What settles its order among equals: nobody can choose it."""
        return int.from_bytes(blake2b(self.key.encode(), digest_size=8).digest(), "big")

    @property
    def is_timed(self) -> bool:
        """Whether there are moments at which it may not be shown."""
        return self.times is not ALWAYS

    @property
    def differs(self) -> bool:
        """Whether two people may get different bodies of it."""
        return bool(self.experiments or self.choices)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Its own target and those of its variants."""
        own = () if self.target is None else (self.target,)
        return (*own, *(choice.target for choice in self.choices if choice.target)) if self.choices else own

    def kept(self, locale: str, variant: str | None) -> Content | None:
        """The content that was kept, None where none was."""
        return None if self._contents is None else self._contents.get((locale, variant))

    def keep(self, content: Content) -> Content:
        """Keep a content to be used again."""
        contents = self._contents
        if contents is None:
            contents = self._contents = {}
        contents[content.locale, content.variant] = content
        KEEPING.note(self)
        return content

    def forget(self) -> None:
        """Drop the contents and stops that were kept."""
        self._contents = self._stops = None

    def stop(self, gate: Gate, detail: str = "", because: tuple[str, ...] = ()) -> Stop:
        """The stop of this module at this gate, the same object each time."""
        stops = self._stops
        if stops is None:
            stops = self._stops = {}
        name = (gate, detail, because)
        found = stops.get(name)
        if found is None:
            found = Stop(self.key, gate, detail, because)
            if len(stops) < 256:  # details such as an error text must not grow it without limit
                stops[name] = found
                KEEPING.note(self)
        return found
