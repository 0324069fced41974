"""Triggers: what is done when somebody enters or leaves a segment, or does something that fits a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, TypeAlias, cast

from rules import Json, Rule, parse

UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


class Way(StrEnum):
    """Where a trigger tells of a change: each is a family of topics in the outbox."""

    WEBHOOK = "webhook"
    STREAM = "stream"
    CONNECTOR = "connector"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a person, and where."""

    way: Way
    attributes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    kind: str = ""
    """Of a connector: which entry of the table of sinks."""
    name: str = ""
    """Of a connector: where it puts things, in words of its own."""

    def topic(self, trigger: str) -> str:
        """What its news are filed under in the outbox."""
        if self.way is Way.CONNECTOR:
            return f"sink.{self.kind}.{self.name}"
        return f"{FAMILIES[self.way]}{trigger}"


FAMILIES: Final[Mapping[Way, str]] = {Way.WEBHOOK: "trigger.", Way.STREAM: "stream.", Way.CONNECTOR: "sink."}
"""How the topics of each way begin."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done with the person here: one of the forms below."""

    list_add: str = ""
    list_remove: str = ""
    trait: str = ""
    value: Json = None
    event: str = ""
    properties: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Trigger:
    """When it fires, for whom, and what is done then. Its key is part of every id, and decides who is held out."""

    key: str
    title: str
    active: bool
    change: str
    """`entered`, `left`, or `event`."""
    of: str
    """The segment, or the type of event."""
    rule: Rule | None
    delay: float
    still: bool
    backfill: bool
    """Whether it fires for changes that came of another rule, not of the person."""
    once_per: float
    """Seconds within which it fires once for a person; 0: each time."""
    purpose: str
    holdout: float
    tells: tuple[Told, ...]
    deeds: tuple[Deed, ...]

    def holds_out(self, person: str) -> bool:
        """Whether this person is kept out of it: always the same people, by hash."""
        if not self.holdout:
            return False
        dice = int.from_bytes(sha256(f"{self.key}\n{person}".encode()).digest()[:8], "big") / 2**64
        return dice < self.holdout


def parse_trigger(key: str, body: Mapping[str, Json]) -> Trigger:
    """The trigger that a body of the right shape describes."""
    authored = cast("Mapping[str, Any]", body)
    when: Mapping[str, Any] = authored["when"]
    change = next(one for one in ("entered", "left", "event") if one in when)
    return Trigger(
        key=key,
        title=authored["title"],
        active=authored.get("active", True),
        change=change,
        of=when[change],
        rule=parse(when["logic"]) if "logic" in when else None,
        delay=_seconds(authored.get("delay")),
        still=authored.get("still", False),
        backfill=when.get("backfill", False),
        once_per=_seconds(authored.get("once_per")),
        purpose=authored["purpose"],
        holdout=float(authored.get("holdout", 0.0)),
        tells=tuple(_told(one) for one in authored["do"] if not _DEEDS.keys() & one.keys()),
        deeds=tuple(make(one) for one in authored["do"] for name, make in _DEEDS.items() if name in one),
    )


def _seconds(span: str | None) -> float:
    return int(span[:-1]) * UNITS[span[-1]] if span else 0.0


def _told(one: Mapping[str, Any]) -> Told:
    way = next(way for way in Way if way in one)
    told = one[way]
    attributes, aliases = (tuple(told.get(name, ())) for name in ("attributes", "aliases"))
    return Told(way, attributes, aliases, told.get("kind", ""), told.get("name", ""))


_DEEDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Deed]]] = {
    "list": lambda one: Deed(list_add=one["list"].get("add", ""), list_remove=one["list"].get("remove", "")),
    "trait": lambda one: Deed(trait=one["trait"]["name"], value=one["trait"]["value"]),
    "event": lambda one: Deed(event=one["event"]["name"], properties=one["event"].get("properties", {})),
}

Of: TypeAlias = tuple[str, str]
"""The change, and the segment or the type of event."""


@dataclass(frozen=True)
class Triggers:
    """The triggers of a release that are active, found by what sets them off."""

    entries: tuple[Trigger, ...] = ()

    @classmethod
    def of(cls, triggers: Iterable[Trigger]) -> Triggers:
        """Those of them that are active."""
        return cls(tuple(one for one in triggers if one.active))

    def on(self, change: str, of: str) -> tuple[Trigger, ...]:
        """Those that this change sets off."""
        return self._by_change.get((change, of), ())

    def get(self, key: str) -> Trigger | None:
        """The trigger of this key."""
        return self._by_key.get(key)

    @cached_property
    def _by_change(self) -> dict[Of, tuple[Trigger, ...]]:
        found: dict[Of, tuple[Trigger, ...]] = {}
        for one in self.entries:
            found[one.change, one.of] = (*found.get((one.change, one.of), ()), one)
        return found

    @cached_property
    def _by_key(self) -> dict[str, Trigger]:
        return {one.key: one for one in self.entries}


NO_TRIGGERS: Final = Triggers()
"""Nothing is set off."""
