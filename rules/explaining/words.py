"""How facts, values, lengths of time and moments are said to people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from rules.javascript import Nothing
from rules.nodes import Node
from rules.operators.places import place_of
from rules.operators.scores import SCORE
from rules.registry import Registry
from rules.values import Attribute, FactType, Instant, Json, Vocabulary
from rules.windows import UNITS, spoken

SHOWN: Final = 8
"""Elements of a list that are spelled out."""

LONGEST: Final = 80
"""Characters of a text that are shown."""

DEEPEST: Final = 3
"""Lists in lists that are spelled out."""

HUGE: Final = 10**300

MANY: Final = 10_000
"""From here on, thousands are set apart."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one vocabulary; without one, facts are called by their paths. `element` where `var` reads one."""

    registry: Registry | None = None
    element: bool = False

    @classmethod
    def of(cls, vocabulary: Vocabulary | None) -> Words:
        """The words of this vocabulary."""
        return cls(Registry(vocabulary)) if vocabulary is not None else PLAIN

    def fact(self, path: tuple[str, ...]) -> str:
        """What a fact is called: its title where it has one."""
        if not path:
            return "it" if self.element else "everything"
        attribute = self.attribute(path)
        if attribute is None or attribute.title == attribute.path:
            return f"the score {spell(path[1])}" if path[0] == SCORE and len(path) == 2 else ".".join(path)
        wild = attribute.path.endswith(".*")
        return f"{attribute.title} ({'.'.join(path[attribute.path.count('.') :])})" if wild else attribute.title

    def value(self, value: Json, path: tuple[str, ...] = ()) -> str:
        """A value as people write it; a moment and a truth where the fact at the path is known to be one."""
        attribute = self.attribute(path)
        if self.is_moment(path) and type(value) in {int, float}:
            return moment(value)  # type: ignore[arg-type]  # a number, by the line above
        if attribute is not None and type(value) is bool:
            return "yes" if value else "no"
        return spell(value)

    def attribute(self, path: tuple[str, ...]) -> Attribute | None:
        """What is registered of the fact at a path."""
        return self.registry.attribute(path) if self.registry and path and not self.element else None

    def is_moment(self, path: tuple[str, ...]) -> bool:
        """Whether the fact at a path is known to be a date."""
        attribute = self.attribute(path)
        return attribute is not None and attribute.type is FactType.DATETIME

    @property
    def inside(self) -> Words:
        """The words for the elements of a list and the properties of an event, which nobody registers."""
        return INSIDE


Say: TypeAlias = Callable[[Node, Words], str]
"""How a node is said, in some words: the sayings of dates, events and distances are given it for what is inside."""

INSIDE: Final = Words(element=True)
PLAIN: Final = Words()


def spell(value: Json, depth: int = 0) -> str:
    """A value as people write it; long texts are cut, and what is deep inside is left out."""
    if value is None or isinstance(value, Nothing):
        return "nothing"
    if type(value) is int or type(value) is float:
        return figure(value)
    if isinstance(value, list):
        if depth >= DEEPEST:
            return "[…]"
        inner = listed([spell(item, depth + 1) for item in value[:SHOWN]], len(value))
        return (f"[{inner}]" if depth else inner) or "an empty list"
    if isinstance(value, dict):
        return _object(value, depth)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _object(value: dict[str, Json], depth: int) -> str:
    place = place_of(value)
    if place is not None:
        there = f"{_degrees(place[0], 'NS')} {_degrees(place[1], 'EW')}"
        return str(value.get("name") or there)[:LONGEST]
    if depth >= DEEPEST:
        return "{…}"
    told = [f"{key[:LONGEST]}: {spell(inner, depth + 1)}" for key, inner in list(value.items())[:SHOWN]]
    return f"{{{listed(told, len(value))}}}"


def figure(value: float) -> str:
    """A number with its thousands set apart, and no more digits than can matter."""
    if value != value or value in {float("inf"), -float("inf")}:
        return "not a number" if value != value else "infinite"
    rounded = round(value, 6)
    whole = int(rounded) if rounded == int(rounded) else rounded
    if abs(value) > HUGE:
        return "a number beyond measure"
    if abs(value) >= 1e15 or (value and not rounded):
        return f"{value:g}"
    return f"{whole:,}" if abs(whole) >= MANY else f"{whole}"


def _degrees(value: float, signs: str) -> str:
    return f"{figure(round(abs(value), 4))}° {signs[value < 0]}"


def listed(words: Sequence[str], count: int | None = None) -> str:
    """Words one after the other; of many only the first. `count` where they are the first of more."""
    rest = (len(words) if count is None else count) - SHOWN
    told = ", ".join(words[:SHOWN])
    return f"{told} and {rest} more" if rest > 0 else told


def times(count: float) -> str:
    """How often: `once`, `3 times`."""
    return "once" if count == 1 else f"{figure(count)} times"


def lately(window: str) -> str:
    """A window as it is said of what lies in it: `in the last` `10 minutes`, `hour`."""
    return spoken(window).removeprefix("1 ")


def duration(seconds: float) -> str:
    """A length of time in one unit where it is even, in its two largest where it is not: `1 hour 5 minutes`."""
    left = int(seconds)
    units = [(name, int(size)) for name, size in UNITS.values() if name != "week" and size <= max(left, 1)][::-1]
    for name, size in units[:2]:
        if (left % size == 0 and left < 2 * units[0][1]) or left % units[0][1] == 0:
            return _counted(left // size, name)
    said = []
    for name, size in units[:2]:
        count, left = divmod(left, size)
        said.append(_counted(count, name))
    return " ".join(said)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def moment(at: Instant) -> str:
    """A moment in universal time: `26 November 2026, 10:00 UTC`."""
    try:
        there = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return figure(at)
    seconds = f":{there.second:02}" if there.second else ""
    return f"{there.day} {there:%B %Y, %H:%M}{seconds} UTC"


def said_moment(value: Json) -> str:
    """A moment, be it seconds or a text in ISO 8601: `24 December 2025, 18:00 (+01:00)`."""
    if type(value) is int or type(value) is float:
        return moment(value)
    try:
        shown = datetime.fromisoformat(str(value))
    except ValueError:
        return spell(value)
    day = f"{shown.day} {shown:%B %Y}"
    offset = shown.strftime("%z")
    clock = f"{shown:%H:%M}" + (f":{shown.second:02}" if shown.second else "")
    zone = f" ({offset[:3]}:{offset[3:]})" if offset not in {"", "+0000"} else " UTC" if offset else ""
    return day if len(str(value)) <= len("2025-12-24") else f"{day}, {clock}{zone}"
