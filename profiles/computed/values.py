"""What is taken of an event's properties: the values at a path, as amounts or as words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Final

from profiles.orders import MOST, category_slug
from rules import Json

UNITS: Final = 10_000
"""Amounts are added up in ten-thousandths, as whole numbers: no sum depends on its order."""
EXACT: Final = 2**53
"""Beyond it a sum is kept as text: JSON holds no larger number exactly."""
LINES: Final = 200
"""Values that are taken of one event."""
WORD: Final = 100
"""Characters of a value that is counted as a word."""


def values_at(properties: Mapping[str, Json], path: tuple[str, ...]) -> list[Json]:
    """The plain values at a path, in their order; lists on the way are gone through."""
    if len(path) == 1:  # the usual case
        value = properties.get(path[0])
        if value is None or isinstance(value, bool | int | float | str):
            return [] if value is None else [value]
    found: list[Json] = [dict(properties)]
    for name in path:
        found = [below for one in found for below in _below(one, name)][:LINES]
    flat: list[Json] = [one for value in found for one in (value if isinstance(value, list) else [value])]
    plain_ones: list[Json] = []
    plain_ones += (one for one in flat if one is not None and not isinstance(one, list | dict))
    return plain_ones[:LINES]


def _below(value: Json, name: str) -> Iterator[Json]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and one.get(name) is not None:
            yield one[name]


def amount_of(value: Json) -> int | None:
    """A value in ten-thousandths; nothing for what is no number, or beyond all measure."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return round(number * UNITS) if -MOST <= number <= MOST else None


def plain(units: int) -> float:
    """An amount as people write it; whole where it is whole."""
    return units // UNITS if units % UNITS == 0 else units / UNITS


def packed(units: int) -> int | str:
    """An amount as a document keeps it."""
    return units if -EXACT < units < EXACT else str(units)


def word_of(value: Json, path: tuple[str, ...]) -> str:
    """A value as a word that is counted: a category by its slug, as rules name it; a long one shortened."""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if path[-1] == "category":
        return category_slug(text)
    return text if len(text) <= WORD else text[: WORD - 17] + "…" + blake2b(text.encode(), digest_size=8).hexdigest()
