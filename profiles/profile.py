"""The profile: what we know of one person, as one bounded document."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Final

import orjson

from rules import Instant

# The document is plain JSON data, read straight from `orjson.loads` in the hot path: its values are `Any`
# here and are typed by the functions that read them.
Document = dict[str, Any]

COUNTERS: Final[Document] = {
    "orders": 0,
    "spend": 0.0,
    "first_order_at": None,
    "last_order_at": None,
    "bought": {},
    "viewed": {},
    "coupons_redeemed": 0,
}


@dataclass(slots=True)
class Profile:
    """One person at one version. Nobody changes it or the dicts and lists in it: `fold` copies what it changes.

    Not frozen, since it is made for every request and freezing costs 0.25 µs a field.
    """

    id: str = ""
    version: int = 0
    """Grows with every change, under every alias that ever led here."""
    aliases: tuple[str, ...] = ()
    traits: Document = field(default_factory=dict)
    consent: dict[str, bool] = field(default_factory=dict)
    counters: Document = field(default_factory=lambda: dict(COUNTERS))
    """Computed facts by the last part of their attribute path."""
    cart: dict[str, float] = field(default_factory=dict)
    """Product id -> quantity: what was added in the last 30 days and neither removed nor ordered since."""
    events: dict[str, list[list[Any]]] = field(default_factory=dict)
    """Event type -> `[at, properties]`, newest first."""
    items: list[list[Any]] = field(default_factory=list)
    """`[at, weight, [item id, …]]` of every event that touched items, newest first: an order is one entry, which
    makes the document half as long and twice as fast to read as one entry an item."""
    segments: dict[str, Instant] = field(default_factory=dict)
    """Segment -> since when."""
    until: Instant | None = None
    """The earliest moment at which a membership can change by time alone."""
    stamp: str = ""
    """Which segments (and which vocabulary) the memberships were decided by."""
    since: dict[str, Instant] = field(default_factory=dict)
    """When each trait and consent was last told, so that a late event does not overrule a newer one."""
    region: str = ""
    """Where this person was last said to be, as ISO 3166 writes it: what decides the defaults of consent."""
    computed: dict[str, list[Any]] = field(default_factory=dict)
    """Computed attribute -> `[digest of its definition, state]`."""
    restricted: bool = False
    """Whether everything is kept and nothing is used, as the person asked."""
    untils: dict[str, Instant] = field(default_factory=dict)
    """Segment -> the moment until which what its rule says holds, where time alone can change it; under the empty key
    that at which a fact changes by time alone."""
    lists: dict[str, Instant] = field(default_factory=dict)
    """Static list -> since when this person is on it."""

    @classmethod
    def load(cls, document: bytes) -> Profile:
        """The profile in a document that is whole (`at_version`)."""
        return cls.of(orjson.loads(document))

    @classmethod
    def of(cls, document: Document) -> Profile:
        """The profile in a parsed document, sharing its dicts and lists."""
        return cls(
            document["id"],
            document["version"],
            tuple(document["aliases"]),
            document["traits"],
            document["consent"],
            document["counters"],
            document["cart"],
            document["events"],
            document["items"],
            document["segments"],
            document["until"],
            document["stamp"],
            document["since"],
            document.get("region", ""),
            document.get("computed", {}),
            document.get("restricted", False),
            document.get("untils", {}),
            document.get("lists", {}),
        )

    def dump(self) -> bytes:
        """The document as SQL keeps it: the same bytes whenever the same is known, so its version is kept beside it."""
        return orjson.dumps(dict(zip(KEPT, _kept(self), strict=True)), option=orjson.OPT_SORT_KEYS)

    def but(self, **changes: Any) -> Profile:
        """The same with other values of some fields: `dataclasses.replace` in a third of its time."""
        made = Profile(*_all(self))
        for name, value in changes.items():
            setattr(made, name, value)
        return made


KEPT: Final = tuple(one.name for one in fields(Profile) if one.name != "version")
_kept: Final = attrgetter(*KEPT)
_all: Final = attrgetter(*(one.name for one in fields(Profile)))


def at_version(document: bytes, version: int) -> bytes:
    """The document whole, as hot copies have it and `Profile.load` reads it."""
    return b'{"version":%d,%b' % (version, document[1:])


STRANGER: Final = Profile()
"""Somebody of whom nothing is known and who has consented to nothing."""
