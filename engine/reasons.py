"""The reasons of an answer: what stopped each loser, who came second.

They are told with every answer, so all that can be is encoded once a release; what is said of one person is only
which of it applies. Objects are made when somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import orjson

from engine.keeping import KEEPING
from engine.writing import written

if TYPE_CHECKING:
    from engine.catalogue import Gated
    from engine.entries import Entry
    from rules import Verdict


class Gate(StrEnum):
    """What can stop a module, in the order in which it is asked."""

    BROKEN = "broken"
    LOCALE = "locale"
    SCHEDULE = "schedule"
    POLICY = "policy"
    TARGETING = "targeting"
    MERGE = "merge"
    EXPERIMENT = "experiment"
    ITEMS = "items"
    PLACED = "placed"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a module is not in a slot: the gate, what in it (rule, policy, variation) and the deciding predicates."""

    module: str
    gate: Gate
    detail: str = ""
    because: tuple[str, ...] = ()
    encoded: bytes = field(default=b"", compare=False, repr=False)
    """The same as JSON. A stop is made once per release and shared by every answer, so it is encoded once."""

    def __post_init__(self) -> None:
        told = {"module": self.module, "gate": self.gate, "detail": self.detail, "because": self.because}
        object.__setattr__(self, "encoded", written(told))


Told: TypeAlias = Sequence[tuple[int, Sequence[Stop]]]
"""The number of a place, and what is stopped there."""


class Ruling:
    """What one answer of a rule means to one plan: the candidates it shuts out, and the reasons told in each place.

    The reasons are made when somebody is first told them: most answers of most rules nobody ever gets.
    """

    __slots__ = ("__weakref__", "_gated", "_verdict", "encoded", "mask", "told")
    encoded: Sequence[tuple[int, bytes]]
    """As `told`, but the items of a JSON list."""
    told: Told

    def __init__(self, gated: Gated, verdict: Verdict) -> None:
        self.mask = gated.mask
        self._gated = gated
        self._verdict = verdict

    def __getattr__(self, name: str) -> object:
        # Only asked for what is not there, so that what is there costs nothing more.
        if name not in {"encoded", "told"}:
            raise AttributeError(name)
        told, encoded = self._hold(self._gated.told(self._verdict))
        KEEPING.note(self, sum(len(stops) for _, stops in told))
        return told if name == "told" else encoded

    def _hold(self, told: Told) -> tuple[Told, Sequence[tuple[int, bytes]]]:
        encoded = tuple((place, b",".join([stop.encoded for stop in stops])) for place, stops in told)
        self.told, self.encoded = told, encoded
        return told, encoded

    def forget(self) -> None:
        """Drop the reasons."""
        for name in ("encoded", "told"):
            with suppress(AttributeError):  # another thread may have done it
                delattr(self, name)

    def without(self, modules: set[str]) -> Ruling:
        """The same, but these modules are not told of."""
        left = ((place, [stop for stop in stops if stop.module not in modules]) for place, stops in self.told)
        made = Ruling(self._gated, self._verdict)
        made._hold([(place, stops) for place, stops in left if stops])
        return made


class Stops:
    """Everything that was stopped on one page: one by one in each place, and by rulings."""

    __slots__ = ("_encoded", "alone", "rulings", "untold")

    def __init__(self, places: int) -> None:
        self.alone: list[list[Stop]] = [[] for _ in range(places)]
        self.rulings: Sequence[Ruling] = ()
        self.untold: list[dict[str, int]] = [{} for _ in range(places)]
        """What else happened in each place, and to how many that are not told of."""
        self._encoded: list[bytes] | None = None

    def of(self, place: int) -> list[Stop]:
        """What was stopped in this place."""
        ruled = (told for ruling in self.rulings for told in ruling.told if told[0] == place)
        return [*self.alone[place], *(stop for _, stops in ruled for stop in stops)]

    def encoded(self, place: int) -> bytes:
        """The same as the items of a JSON list. Of a page that is complete: all places are encoded together."""
        if self._encoded is None:
            told = [[stop.encoded for stop in stops] for stops in self.alone]
            for ruling in self.rulings:
                for at, stops in ruling.encoded:
                    told[at].append(stops)
            self._encoded = [b",".join(stops) for stops in told]
        return self._encoded[place]


class Outranked(NamedTuple):
    """A module that was allowed but came after the winners."""

    module: str
    tier: int
    score: float


Ranked: TypeAlias = "tuple[int, float, int, int, Entry]"
"""An allowed module and its place in the order, the smaller, the earlier: tier, score and specificity (each
negated), a draw that makes the order total, and the entry. A plain tuple: it is made for every candidate."""


SHOWN_OUTRANKED = 20
"""Runners-up named in a reason; of more, their number is told."""


@dataclass(slots=True)
class Why:
    """The reasons of one slot: how it was filled, what stopped each loser, who came second."""

    slot: str
    filled_by: str
    """`ranked`, `pinned`, `slot fallback`, `layout fallback`, `static` or `empty`."""
    stops: Stops = field(repr=False)
    place: int = 0
    """The slot's number on the page."""
    after: Sequence[Ranked] = field(default=(), repr=False)
    """What was allowed but came after the winners; of very many, the first."""
    note: str = ""
    told: bytes | None = field(default=None, repr=False)
    """`told_of` them, if that is known already."""

    @property
    def stopped(self) -> list[Stop]:
        """What stopped each loser."""
        return self.stops.of(self.place)

    @property
    def outranked(self) -> list[Outranked]:
        """Who came after the winners, best first."""
        return [Outranked(one[4].candidate.key, -one[0], -one[1]) for one in self.after]

    @property
    def encoded(self) -> bytes:
        """All but the slot as a JSON object."""
        return b'{"stopped":[%b],"outranked":[%b],"note":%b}' % (
            self.stops.encoded(self.place),
            told_of(self.after) if self.told is None else self.told,
            orjson.dumps(self.note) if self.note else b'""',
        )


def told_of(after: Sequence[Ranked]) -> bytes:
    """The items of a JSON list that tells who came too late."""
    return b",".join([one[4].outranked + _written(one[1]) for one in after[:SHOWN_OUTRANKED]])


@lru_cache(maxsize=8_192)
def _written(negated: float) -> bytes:
    """A score and the end of its object. Python writes a finite number as JSON does."""
    return b"%a}" % -negated
