"""What shoppers do, as an SDK sends it: calls at random, the same for the same seed. Nothing here is real data."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.world import CATEGORIES, Contents, contents_of

SEGMENTS: dict[str, Any] = {
    "buyers": {">": [{"var": "profile.orders"}, 0]},
    "spenders": {">": [{"var": "profile.spend"}, 200]},
    "coffee": {">": [{"var": "profile.bought.category-1"}, 2]},
    "lookers": {">=": [{"events": {"type": "Product Viewed", "within": "1d"}}, 5]},
    "cart-waiting": {
        ">": [{"events": {"type": "Product Added", "within": "10m", "not_followed_by": "Order Completed"}}, 0]
    },
}
CONSENT = {"consent": {"categoryPreferences": {"personalization": True}}}
KINDS = {"Product Viewed": 50, "page": 30, "Product Added": 15, "Order Completed": 5}
"""What is done, and how often of a hundred times."""


def release() -> Contents:
    """A page that shows something to buyers alone, five segments, and the facts that they read."""
    return contents_of(SEGMENTS, {"buyers-only": {"in_segment": "buyers"}})


def calls(count: int, people: int, seed: int = 1, prefix: str = "m") -> list[dict[str, Any]]:
    """So many calls of so many people, who come to the shop in no order."""
    dice = random.Random(seed)
    return [_call(dice, f"{prefix}-{seed}-{number}", dice.randrange(people)) for number in range(count)]


def greetings(people: int) -> list[dict[str, Any]]:
    """A call of each of these people, so that everybody is known."""
    dice = random.Random(0)
    return [_call(dice, f"hello-{person}", person) for person in range(people)]


def _call(dice: random.Random, message_id: str, person: int) -> dict[str, Any]:
    kind = dice.choices([*KINDS], [*KINDS.values()])[0]
    ids = {"userId": f"user-{person}", "anonymousId": f"{person:08x}-4f3a-4c1e-9d0b-8a5d2f6c7e10"}
    base = {"messageId": message_id, **ids, "context": {**CONSENT, "library": {"name": "benchmark", "version": "1"}}}
    if kind == "page":
        told = {"url": "https://shop.example/p/1", "path": "/p/1", "referrer": "", "title": "Home"}
        return {"type": "page", "name": "Home", **base, "properties": told}
    product = {
        "product_id": str(dice.randrange(3_000)),
        "category": dice.choice(CATEGORIES),
        "name": "A thing to buy",
        "price": 9.5,
        "quantity": 1,
        "currency": "USD",
    }
    told = product
    if kind == "Order Completed":
        lines = [product, {**product, "product_id": str(dice.randrange(3_000))}]
        told = {"order_id": message_id, "total": 19.0, "currency": "USD", "products": lines}
    return {"type": "track", "event": kind, **base, "properties": told}
