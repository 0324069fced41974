"""A toy world: one shop, few people, obvious answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from profiles import Backfill, Change, Intake, Profiles, Segment, Segments, Timers
from rules import Attribute, FactType, Vocabulary, parse
from storage import Database, HotCopies

CART_WAITING = {">": [{"events": {"type": "Product Added", "within": "10m", "not_followed_by": "Order Completed"}}, 0]}

VOCABULARY = Vocabulary(
    attributes={
        path: Attribute(path, FactType.NUMBER if path == "profile.size" else FactType.STRING, path, purpose=purpose)
        for path, purpose in {
            "profile.first_name": "personalization",
            "profile.age_band": "marketing",
            "profile.size": "necessary",
            "profile.orders": "personalization",
            "profile.bought.*": "personalization",
            "profile.bought.medicine": "health",
            "profile.cart_count": "personalization",
            "profile.address.city": "personalization",
            "context.device": "necessary",
            "context.place": "personalization",
        }.items()
    },
    events={
        "Product Viewed": "personalization",
        "Product Added": "personalization",
        "Order Completed": "personalization",
        "Page Viewed": "analytics",
    },
    segments=frozenset({"cart-waiting", "buyers"}),
)


def segments(**logics: Any) -> Segments:
    """Segments by key, underscores for hyphens."""
    return Segments.of(Segment(key.replace("_", "-"), key, parse(logic)) for key, logic in logics.items())


SEGMENTS = segments(cart_waiting=CART_WAITING, buyers={">": [{"var": "profile.orders"}, 0]})


@dataclass
class World:
    """A shop's people: a way in, a way to read, timers, all over one database."""

    database: Database
    hot: HotCopies
    kept: Segments = SEGMENTS
    seen: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[str, str, str, float]] = field(default_factory=list)
    """What was told of segments, as (profile, change, segment, at), by transactions that may have failed since."""

    def __post_init__(self) -> None:
        self.intake = Intake(
            self.database,
            lambda: self.kept,
            lambda: VOCABULARY,
            self.hot,
            on_event=[lambda _, event, owner: self.seen.append((event.message_id, owner))],
            on_changes=self._tell,
        )
        self.profiles = Profiles(self.database, self.hot)
        self.backfill = Backfill(self.database, lambda: self.kept, lambda: VOCABULARY, self.hot, on_changes=self._tell)
        self.timers = Timers(self.database, lambda: self.kept, lambda: VOCABULARY, self.hot, on_changes=self._tell)

    def _tell(self, _: Connection, profile_id: str, changes: Sequence[Change]) -> None:
        self.told += [(profile_id, one.change, one.segment, one.at) for one in changes]

    def moves(self, alias: str) -> list[tuple[str, str, float, str]]:
        """How a person moved between segments: (change, segment, at, cause)."""
        profile = self.profiles.get(alias)
        assert profile is not None
        return [(c.change, c.segment, c.at, c.cause) for c in self.profiles.changes(profile.id)]
