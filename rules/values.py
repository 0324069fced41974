"""The values that rules speak in: facts in, verdicts out. Nothing here does anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from datetime import timedelta

    from rules.computed import Computed
    from rules.purposes import Purpose
    from rules.shapes import Shape

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""Anything JSON can hold."""

Instant: TypeAlias = float
"""Seconds since 1970-01-01T00:00:00Z."""

EventLog: TypeAlias = "Mapping[str, Sequence[Sequence[Json]]]"
"""Event type -> occurrences, newest first, each `[at, properties]` with `at` an Instant."""


class Outcome(StrEnum):
    """What a rule says of one person now; `UNKNOWN` where a fact it needs is absent (Kleene)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


OPPOSITE: Final = {Outcome.YES: Outcome.NO, Outcome.NO: Outcome.YES, Outcome.UNKNOWN: Outcome.UNKNOWN}
"""Kleene's not."""

ENOUGH: Final = {False: frozenset({Outcome.YES}), True: frozenset({Outcome.YES, Outcome.UNKNOWN})}
"""Whether a rule is lenient -> the outcomes with which it lets somebody in."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, the earliest moment at which it can change with no new event, and what decided it.

    `valid_until` is None where time alone can never change it. `because` holds JSON pointers into
    the rule's logic: the predicates that decided.
    """

    outcome: Outcome
    valid_until: Instant | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact of the context comes from, since when it is known, and whether it was kept from an earlier visit."""

    source: str
    at: Instant
    cached: bool = False


@dataclass(slots=True)
class Facts:
    """Everything a rule may read about one person now. Built per request, read-only.

    `values` holds nested plain data by attribute path: `profile`, `consent`, `context`, `score`.
    """

    now: Instant
    values: Mapping[str, Json] = field(default_factory=dict)
    events: EventLog = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Name of a fact of the context -> where it comes from, where it was found rather than told."""


NOBODY: Final = Facts(0.0)
"""Somebody of whom nothing is known, when the clock began."""


class FactType(StrEnum):
    """The type of a registered attribute's value."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    LIST = "list"
    OBJECT = "object"


class FactClass(StrEnum):
    """Where an attribute's meaning comes from."""

    BEHAVIOURAL = "behavioural"
    DEMOGRAPHIC = "demographic"
    CONTEXTUAL = "contextual"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A registered fact. A rule that reads an unregistered one is refused at save.

    `path` is dotted (`profile.age_band`); a last part `*` registers every key below
    (`profile.bought.*`), of which `keys` are those that are known so far. `purpose` is the consent
    purpose without which the fact is absent; "necessary" needs no consent.
    """

    path: str
    type: FactType
    title: str
    fact_class: FactClass = FactClass.DEMOGRAPHIC
    purpose: str = "personalization"
    source: str = ""
    sensitive: bool = False
    choices: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    freshness: timedelta | None = None
    """For how long what was told is known; None: for good."""
    computed: Computed | None = None
    """How it is computed of events; None: it is told."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules may name: attributes by path, event types (name -> consent purpose), segments."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    """Event type -> what its properties may be, where that was registered."""
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    """The purposes that were described; of one that was not, an explicit yes is needed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in authored content: where (JSON pointer), what, and what would be right.

    `severity` is "error" (it may not be saved), "warning" (probably a mistake) or "note" (good to know). `code` names
    the kind of finding for machines and never changes; `related` points to what else takes part in it. A finding that
    claims something of all people has a `proof`, one that claims something of some has a `witness`: facts of which
    it is true, as `{"now": …, "values": {…}, "events": {…}, "segments": […]}`.
    """

    pointer: str
    message: str
    remedy: str = ""
    severity: str = "error"
    code: str = ""
    related: tuple[str, ...] = ()
    proof: str = ""
    witness: Mapping[str, Json] | None = field(default=None, compare=False)

    def below(self, prefix: str) -> Finding:
        """The same, of a rule that stands at this pointer."""
        related = tuple(prefix + pointer for pointer in self.related)
        return replace(self, pointer=prefix + self.pointer, related=related)
