"""What content is judged with where not all is at hand: what it names, and what is near in name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from engine.judging import REFUSALS
from engine.pieces import PARSED, Name
from modules import ModuleType, check_content
from rules import Json, RuleError

MOST_READ = 512
"""Pieces that are kept read: types, attributes and locales are asked for at every save."""


@dataclass(frozen=True, slots=True)
class Around:
    """Content that is there and passed when it was saved: nothing is said of it.

    `names` gives for a kind every key that there is, where something of that kind was named that is not: they tell what
    was meant.
    """

    contents: Mapping[Name, bytes] = field(default_factory=dict)
    names: Mapping[str, Collection[str]] = field(default_factory=dict)

    def bodies(self) -> dict[Name, dict[str, Any]]:
        """Of what is well-formed."""
        found = ((name, _read(*name, data).body) for name, data in self.contents.items())
        return {name: body for name, body in found if body is not None}

    def types(self) -> dict[str, ModuleType]:
        """The sound module types among it, and all others by no more than their names."""
        found = {key: _read("types", key, data).made for (kind, key), data in self.contents.items() if kind == "types"}
        made = {key: one for key, one in found.items() if isinstance(one, ModuleType)}
        return {**{key: ModuleType(key, key) for key in self.names.get("types", ()) if key not in found}, **made}

    @property
    def is_sound(self) -> bool:
        """Whether all of it can be linked: what an older version let in may not."""
        return all(_read(*name, data).made is not None for name, data in self.contents.items())


NOTHING = Around()
"""All that there is is judged."""


class _Read(NamedTuple):
    body: dict[str, Any] | None
    """None where it is not well-formed."""
    made: object | None
    """What a release makes of it, None where it can make nothing."""


@lru_cache(maxsize=MOST_READ)
def _read(kind: str, key: str, data: bytes) -> _Read:
    """What is read is kept: nobody may change it."""
    if kind == "assets":
        return _Read(None, data)
    if check_content(kind, key, data):
        return _Read(None, None)
    body: dict[str, Any] = orjson.loads(data)
    try:
        return _Read(body, PARSED.get(kind, _as_it_is)(key, body))
    except (*REFUSALS, RuleError):
        return _Read(body, None)


def _as_it_is(_: str, body: dict[str, Json]) -> object:
    return body


def segments_in(logic: Json) -> Iterator[str]:
    """The segments that logic names, whatever else is wrong with it."""
    if isinstance(logic, dict):
        for operator, given in logic.items():
            if operator == "in_segment":
                first = given[0] if isinstance(given, list) and given else given
                if isinstance(first, str):
                    yield first
            yield from segments_in(given)
    elif isinstance(logic, list):
        for inner in logic:
            yield from segments_in(inner)
