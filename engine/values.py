"""The values of a decision: what is asked, what is answered, and why.

What is made anew for each answer is not frozen, though nobody changes it: freezing costs 0.25 µs a field
(CPython 3.11), which a page of ten slots would pay two hundred times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

import orjson

from engine.reasons import Why
from engine.variants import Considered, told_of_variants
from rules import Facts

if TYPE_CHECKING:
    from engine.candidates import Content
    from engine.catalogue import Catalogue


History: TypeAlias = Sequence[tuple[str, float]]
"""Items and how much each touch of them counts."""


class Level(IntEnum):
    """How far an answer had to fall: the highest number over its slots."""

    FULL = 0
    DEGRADED = 1
    SLOT_FALLBACK = 2
    LAYOUT_FALLBACK = 3
    STATIC = 4


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One item as a channel shows it. `because` says why this person gets it, in a reader's words."""

    id: str
    name: str
    price: float | None = None
    currency: str = "USD"
    image: str | None = None
    url: str = ""
    brand: str = ""
    category: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """The variation of an experiment that this person gets; exposure is reported when it is shown."""

    experiment: str
    variation: str


@dataclass(slots=True)
class Placement:
    """One module in one slot, with its reasons. `items` maps an items field to the chosen cards."""

    slot: str
    module: str
    variant: str | None
    content: Content
    reason: str
    tier: int = 0
    score: float = 0.0
    propensity: float = 1.0
    items: Mapping[str, tuple[ItemCard, ...]] = field(default_factory=dict)
    items_from: str = ""
    assigned: tuple[Assigned, ...] = ()
    variants: tuple[Considered, ...] = ()
    """The variants that were looked at, in their order; the last may be the one that is shown."""
    _encoded: bytes = field(default=b"", init=False, compare=False, repr=False)

    @property
    def encoded(self) -> bytes:
        """Why it stands here, as members of a JSON object and the closing brace; encoded once."""
        if not self._encoded:
            told = {
                "reason": self.reason,
                "tier": self.tier,
                "score": self.score,
                "propensity": self.propensity,
                "items_from": self.items_from,
                "assigned": self.assigned,
            }
            if self.variants:
                told["variants"] = told_of_variants(self.variants)
            self._encoded = orjson.dumps(told)[1:]
        return self._encoded


@dataclass(slots=True)
class Filled:
    """One slot of an answer: its placements in order, and why."""

    slot: str
    placements: tuple[Placement, ...]
    why: Why


@dataclass(slots=True)
class Ask:
    """One question to the engine: everything the answer depends on, nothing else."""

    catalogue: Catalogue
    layout: str
    channel: str
    locale: str
    facts: Facts
    unit: str
    """Stable id of the person or device: the unit of every dice roll. Empty for nobody in particular, who takes part
    in no experiment and falls into a share of people only where it is all who are left."""
    history: Callable[[], History] = tuple
    """Gives the items the person touched, newest first: (item id, weight). Asked only where a model wants them."""
    without: Mapping[str, str] = field(default_factory=dict)
    """Modules that failed to render, with the reason: they are gated as broken."""
    facts_until: float | None = None
    """Earliest moment at which the facts themselves change by time alone (a segment is left, an hour ends)."""
    fingerprint: bytes = b""
    """What tells these facts and this history from all others, if the caller has it cheaply; else the engine makes
    a digest."""
    degraded: str = ""
    """Why the facts may be less than usual (e.g. "profile copy unavailable"); empty when they are whole."""
    strict: bool = False


@dataclass(slots=True)
class Page:
    """The answer: every slot with placements and reasons, wholly of one release."""

    layout: str
    channel: str
    locale: str
    release: str
    decision_id: str
    filled: tuple[Filled, ...]
    level: Level
    valid_until: float | None
    notes: tuple[str, ...] = ()
    static: str = ""
    nobodys: bool = False
    """Whether it is for nobody in particular. Then a channel writes nothing but what is shown: the same bytes for as
    long as that is the same, in whatever release and process."""

    @property
    def placements(self) -> tuple[Placement, ...]:
        """All placements in slot order."""
        return tuple(p for f in self.filled for p in f.placements)


class Recommend(Protocol):
    """Fills an items part: a pure function of a trained model, the catalogue of items and this person's history."""

    def __call__(
        self,
        *,
        model: str,
        pick: Sequence[str],
        count: int,
        history: History,
        where: Sequence[tuple[str, str]],
        barred_tags: frozenset[str],
        exclude: frozenset[str],
        locale: str,
    ) -> Recommended:
        """At most `count` cards: the picked ones that may be shown first, then the model's, best first.

        Why each is shown is told in the language of `locale`, as far as it is known.
        """
        ...


@dataclass(frozen=True, slots=True)
class Recommended:
    """What a recommender answered, and which one it was (`for you`, `popular`, …)."""

    cards: tuple[ItemCard, ...]
    answered_by: str
