"""What lists are asked for, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from modules.listing.standing import DraftState
from modules.store.values import Name
from rules import Instant

SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("key",),
    "title": ("sort_title", "key"),
    "type": ("type", "key"),
    "updated_at": ("updated_at", "key"),
    "created_at": ("created_at", "key"),
}
"""What lists can be sorted by -> the columns of that order. The key comes last: it makes the order total."""

ORDERS: Final = tuple(SORTS)
"""The names of the orders."""


def place_types(by: str) -> tuple[tuple[type, ...], ...]:
    """Of which types the values of a place in this order are."""
    return tuple((int, float) if name.endswith("_at") else (str,) for name in SORTS[by])


Place: TypeAlias = tuple[Any, ...]
"""Where a page ended: the values of its last row in the columns of its order."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is wanted; all of it must hold.

    `uses` names content that is used; `segment` one that is asked for, also by way of rules and other segments.
    `channel` is one that has a slot for it. `text` is found as by the search. Times are seconds since 1970, UTC.
    """

    type: str | None = None
    tags: Sequence[str] = ()
    locale: str | None = None
    state: DraftState | None = None
    channel: str | None = None
    uses: Sequence[Name] = ()
    segment: str | None = None
    text: str = ""
    updated_by: str | None = None
    updated_since: Instant | None = None
    ends_before: Instant | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """By what a list is sorted: a name in `SORTS`."""

    by: str = "key"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list. `shared` is the state of what belongs to no locale; `ends_at` when it expires or closes."""

    kind: str
    key: str
    digest: str
    version: int
    type: str
    title: str
    state: DraftState
    shared: DraftState
    created_at: Instant
    created_by: str
    updated_at: Instant
    updated_by: str
    archived_at: Instant | None = None
    ends_at: Instant | None = None
    locales: Mapping[str, DraftState] = field(default_factory=dict)
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and where the next one begins, None at the end."""

    items: Sequence[Listed]
    next: Place | None = None
