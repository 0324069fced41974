"""Events of the toy world, a word each."""

from __future__ import annotations

from itertools import count
from typing import Any

from profiles import Event, parse_call

NOW = 1_750_000_000.0

MINUTE, DAY = 60.0, 86_400.0

YES = {"personalization": True, "analytics": True}

SERIAL = count()


def call(
    kind: str = "track", at: float = NOW, *, user: str | None = "ann", anonymous: str | None = None, **body: Any
) -> Event:
    """An event of one person, consenting to everything usual, with a message id of its own."""
    base: dict[str, Any] = {"messageId": f"m{next(SERIAL)}", "context": {"consent": {"categoryPreferences": YES}}}
    ids = {"userId": user, "anonymousId": anonymous}
    return parse_call(kind, {**base, **ids, **body}, source="shop", received_at=at)


def viewed(item: str, at: float = NOW, *, category: str = "Coffee", **who: Any) -> Event:
    """Somebody looked at a product."""
    return call(at=at, event="Product Viewed", properties={"product_id": item, "category": category, "price": 5}, **who)


def added(item: str, at: float = NOW, *, quantity: int = 1, **who: Any) -> Event:
    """Somebody put a product into the cart."""
    return call(at=at, event="Product Added", properties={"product_id": item, "quantity": quantity}, **who)


def removed(item: str, at: float = NOW, *, quantity: int = 1, **who: Any) -> Event:
    """Somebody took a product out of the cart."""
    return call(at=at, event="Product Removed", properties={"product_id": item, "quantity": quantity}, **who)


def ordered(*items: str, at: float = NOW, total: float = 10.0, category: str = "Coffee", **who: Any) -> Event:
    """Somebody bought products."""
    products = [{"product_id": item, "category": category, "price": 5, "quantity": 1} for item in items]
    return call(at=at, event="Order Completed", properties={"total": total, "products": products}, **who)
