"""A crowd whose memberships can be told without rules: who bought boots, looked at tents, lives near, and is active."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from profiles import Event, Segment, Segments, parse_call
from rules import Attribute, FactType, Vocabulary, parse

NOW: Final = 1_750_000_000.0
DAY: Final = 86_400.0
LEEDS: Final = (53.8008, -1.5491)
KILOMETRES: Final = (1, 4, 9, 11, 20, 40)
"""How far people live: none so near to ten that the shape of the earth decides."""

TYPES: Final = ("Order Completed", "Product Viewed", "Page Viewed")
TENTS: Final[Any] = {"==": [{"var": "category"}, "tents"]}
HIKERS: Final[Any] = {
    "and": [
        {
            ">": [
                {
                    "events": {
                        "type": "Order Completed",
                        "within": "30d",
                        "where": {"some": [{"var": "products"}, {"in": ["boots", {"var": ""}]}]},
                    }
                },
                0,
            ]
        },
        {
            ">=": [
                {
                    "events": {
                        "type": "Product Viewed",
                        "within": "30d",
                        "where": TENTS,
                    }
                },
                5,
            ]
        },
        {"<": [{"distance": [{"var": "profile.home"}, {"lat": LEEDS[0], "lon": LEEDS[1]}]}, 10]},
        {">": [{"events": {"type": "Page Viewed", "within": "7d"}}, 0]},
    ]
}
"""Bought boots in 30 days, viewed tents five times or more, lives within 10 km, active this week."""

VOCABULARY: Final = Vocabulary(
    {"profile.home": Attribute("profile.home", FactType.OBJECT, "Home", purpose="marketing")},
    dict.fromkeys(TYPES, "personalization"),
)
SEGMENTS: Final = Segments.of([Segment("hikers", "Hikers", parse(HIKERS))])


@dataclass(frozen=True)
class Somebody:
    """One person of the crowd, as plain numbers: ages in days at `NOW`."""

    key: str
    boots: tuple[float, ...]
    others: tuple[float, ...]
    tents: tuple[float, ...]
    pages: tuple[float, ...]
    kilometres: int
    bearing: float
    agrees: bool

    @classmethod
    def of(cls, number: int) -> Somebody:
        """The person of this number, always the same."""
        chance = Random(number)

        def ages(most: int, days: float) -> tuple[float, ...]:
            return tuple(chance.uniform(0, days) for _ in range(chance.randrange(most + 1)))

        return cls(
            f"u{number}", ages(2, 29), ages(1, 29), ages(9, 29), ages(3, 12),
            chance.choice(KILOMETRES), chance.uniform(0, math.tau), chance.random() < 0.9,
        )  # fmt: skip

    def is_hiker(self, later: float = 0.0) -> bool:
        """Whether they are in the segment so many days after `NOW`: counted by hand."""
        bought = any(age + later < 30 for age in self.boots)
        looked = sum(age + later < 30 for age in self.tents) >= 5
        active = any(age + later < 7 for age in self.pages)
        return self.agrees and bought and looked and active and self.kilometres < 10

    def events(self) -> Iterator[Event]:
        """All that they did, and where they live."""
        north = self.kilometres / 111.2 * math.cos(self.bearing)
        east = self.kilometres / (111.2 * math.cos(math.radians(LEEDS[0]))) * math.sin(self.bearing)
        home = {"home": {"lat": LEEDS[0] + north, "lon": LEEDS[1] + east}}
        yield self._event("home", 0.0, kind="identify", traits=home)
        for kind, ages, product in (("boots", self.boots, "boots-7"), ("other", self.others, "cup-1")):
            for number, age in enumerate(ages):
                lines = [{"product_id": product, "price": 1}]
                yield self._event(f"{kind}{number}", age, event="Order Completed", properties={"products": lines})
        for number, age in enumerate(self.tents):
            shown = {"product_id": "t", "category": "Tents"}
            yield self._event(f"tent{number}", age, event="Product Viewed", properties=shown)
        for number, age in enumerate(self.pages):
            yield self._event(f"page{number}", age, kind="page")

    def _event(self, name: str, age: float, kind: str = "track", **body: Any) -> Event:
        consent = {"categoryPreferences": {"personalization": True, "marketing": self.agrees}}
        ids = {"messageId": f"{self.key}-{name}", "userId": self.key, "context": {"consent": consent}}
        at = NOW - age * DAY
        return parse_call(kind, {**ids, **body}, source="crowd", received_at=at)
