"""What a computed attribute is made of: which events, what of them, in which window. `profiles` does the counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import orjson

from rules.errors import RuleError, meant
from rules.rule import Rule, parse
from rules.table import OPERATORS
from rules.values import FactType, Json
from rules.windows import window

MOST_EVENTS: Final = 50
"""Event types that one attribute may count."""
MOST_BOUNDS: Final = 9
LONGEST_PATH: Final = 200
GAP: Final = "30m"
EVERY_EVENT: Final = "*"


class Way(StrEnum):
    """How events become a value. The word is the key under which a definition names its events."""

    COUNT = "count"
    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    MOST_FREQUENT = "most_frequent"
    UNIQUE = "unique"
    RFM = "rfm"
    SESSIONS = "sessions"


NEEDS_OF: Final = frozenset({Way.SUM, Way.MOST_FREQUENT, Way.UNIQUE, Way.RFM})
TYPES: Final[Mapping[Way, FactType]] = {
    Way.COUNT: FactType.NUMBER,
    Way.SUM: FactType.NUMBER,
    Way.UNIQUE: FactType.NUMBER,
    Way.MOST_FREQUENT: FactType.STRING,
    Way.RFM: FactType.OBJECT,
    Way.SESSIONS: FactType.OBJECT,
}
"""What type the attribute has to have, where only one is right."""


class ComputedError(ValueError):
    """A definition that cannot be computed: where in it, what is wrong and what would be right."""

    def __init__(self, name: str, message: str, remedy: str) -> None:
        self.name = name
        self.message = message
        self.remedy = remedy
        super().__init__(f"{name or 'computed'}: {message}; {remedy}")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The steps of the scores of recency (seconds, shorter is better), frequency and monetary value."""

    recency: tuple[float, ...] = ()
    frequency: tuple[float, ...] = ()
    monetary: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that is computed of one person's events."""

    way: Way
    events: frozenset[str]
    """Types of events; empty: every one."""
    of: tuple[str, ...] = ()
    """The path of what is taken of their properties; lists on the way are gone through."""
    within: float | None = None
    """Seconds for which an event counts; None: for good."""
    where: Rule | None = None
    """What of their properties must be true."""
    gap: float = 0.0
    """`sessions`: seconds without an event after which the next one begins another."""
    bounds: Bounds = Bounds()
    digest: str = ""
    """What is told apart by it: another definition is computed anew."""


def read_computed(body: Json) -> Computed:
    """The definition in an attribute's `computed`. Raises `ComputedError`."""
    if not isinstance(body, dict):
        raise ComputedError("", "is not an object", 'write one such as {"count": "Order Completed"}')
    ways = [way for way in Way if way in body]
    if len(ways) != 1:
        raise ComputedError("", f"says {len(ways)} ways of computing", f"name events under one of {', '.join(Way)}")
    way = ways[0]
    allowed = _allowed(way)
    for name in body:
        if name not in allowed:
            raise ComputedError(
                name, f"is not known for {way}", meant(name, allowed) or f"it takes {', '.join(allowed)}"
            )
    if way in NEEDS_OF and "of" not in body:
        raise ComputedError("of", f"is missing: {way} needs to know of what", 'name a property, such as "total"')
    return Computed(
        way,
        _events(way, body[way]),
        _path(body["of"]) if "of" in body else (),
        _seconds("within", body["within"]) if "within" in body else None,
        _where(body["where"]) if "where" in body else None,
        _seconds("gap", body.get("gap", GAP)),
        _bounds(body.get("bounds", {})),
        sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8],
    )


def _allowed(way: Way) -> list[str]:
    if way is Way.SESSIONS:
        return [way, "gap", "where"]
    bare = [way, "within", "where"] if way is Way.COUNT else [way, "of", "within", "where"]
    return [*bare, "bounds"] if way is Way.RFM else bare


def _events(way: Way, told: Json) -> frozenset[str]:
    names = told if isinstance(told, list) else [told]
    if not 0 < len(names) <= MOST_EVENTS or not all(isinstance(one, str) and 0 < len(one) <= 255 for one in names):
        message = f"names no events, or more than {MOST_EVENTS}"
        raise ComputedError(way, message, 'write "Order Completed", a list of names, or "*" for every event')
    return frozenset() if EVERY_EVENT in names else frozenset(str(one) for one in names)


def _path(told: Json) -> tuple[str, ...]:
    if not isinstance(told, str) or len(told) > LONGEST_PATH or not all(told.split(".")):
        raise ComputedError("of", "is no path of a property", 'write one such as "total" or "products.category"')
    return tuple(told.split("."))


def _seconds(name: str, told: Json) -> float:
    try:
        return window(told if isinstance(told, str) else "")
    except RuleError as error:
        raise ComputedError(name, "is no length of time", error.remedy) from None


def _where(told: Json) -> Rule:
    try:
        rule = parse({"!!": [told]})
    except RuleError as error:
        place = error.pointer.removeprefix("/!!/0")
        raise ComputedError(f"where{place}", error.message, error.remedy) from None
    if rule.reads_events or rule.reads_segments or rule.has_time:
        raise ComputedError("where", "reads more than the event", "compare properties of the event alone")
    if unknown := _unknown(told, "where"):
        place, name = unknown
        raise ComputedError(place, "is no operator", meant(name, OPERATORS) or "compare properties of the event")
    return rule


def _unknown(told: Json, place: str) -> tuple[str, str] | None:
    """The first operator that there is not, with its place. Of a rule that was parsed, so it is not deep."""
    if isinstance(told, dict):
        for name in told:
            if name not in OPERATORS:
                return f"{place}/{name}", name
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    return next((found for step, one in inner if (found := _unknown(one, f"{place}/{step}"))), None)


def _bounds(told: Json) -> Bounds:
    if not isinstance(told, dict) or not told.keys() <= {"recency", "frequency", "monetary"}:
        raise ComputedError("bounds", "is no set of bounds", "give recency, frequency and monetary a list each")
    lists: dict[str, Any] = {name: one if isinstance(one, list) else [None] for name, one in told.items()}
    recency = tuple(_seconds("bounds.recency", one) for one in lists.pop("recency", []))
    steps = {"recency": recency, **{name: tuple(_number(name, one) for one in some) for name, some in lists.items()}}
    for name, some in steps.items():
        if len(some) > MOST_BOUNDS or any(low >= high for low, high in pairwise(some)):
            message = f"does not rise, or has more than {MOST_BOUNDS} steps"
            raise ComputedError(f"bounds.{name}", message, "list them from the smallest to the largest")
    return Bounds(**steps)


def _number(name: str, told: Json) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise ComputedError(f"bounds.{name}", "is no list of numbers", "such as [2, 5, 10]")
    return told


def fitting(computed: Computed, path: str, fact_type: FactType) -> Sequence[ComputedError]:
    """What is wrong with an attribute of this path and type that is computed so."""
    found = []
    parts = path.split(".")
    if len(parts) != 2 or parts[0] != "profile" or parts[1] == "*":
        found.append(ComputedError("path", "cannot be computed", "call it profile.<name>"))
    wanted = TYPES.get(computed.way)
    if computed.way in {Way.FIRST, Way.LAST} and not computed.of and fact_type not in {"datetime", "number"}:
        wanted = FactType.DATETIME
    if wanted is not None and fact_type != wanted and computed.way is not Way.MOST_FREQUENT:
        found.append(ComputedError("type", f"is {fact_type}, but {computed.way} gives {wanted}", f"write {wanted}"))
    return found
