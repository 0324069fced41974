"""Reading the properties that e-commerce events carry, as shops really send them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from rules import Json

VIEWED, ADDED, REMOVED, ORDERED = "Product Viewed", "Product Added", "Product Removed", "Order Completed"

PROPERTIES_KEPT: Final = 40
PRODUCTS_KEPT: Final = 100
TEXT_KEPT: Final = 300

MOST: Final = 1e12
"""The largest amount in an event whose amounts are added up: their sums stay numbers that JSON can hold."""

AMOUNTS: Final = ("quantity", "price", "total", "revenue")
ADDED_UP: Final = frozenset({ADDED, REMOVED, ORDERED})


class Line(NamedTuple):
    """One product of an event: what, of which category, how many; the price as it was told."""

    item: str
    category: str
    quantity: float
    price: Json


def line_of(product: Mapping[str, Json]) -> Line:
    """The product that an event or one line of an order names; missing things are empty, quantity is then 1."""
    category = product.get("category")
    quantity = _number(product.get("quantity"))
    return Line(
        item_of(product),
        category[:TEXT_KEPT] if isinstance(category, str) else "",
        1 if quantity is None or quantity < 0 else quantity,
        product.get("price"),
    )


def item_of(product: Mapping[str, Json]) -> str:
    """The id of a product as events give it, or empty text."""
    item = product.get("product_id") or product.get("sku")
    if isinstance(item, str):
        return item if len(item) <= TEXT_KEPT else item[:TEXT_KEPT]
    return str(item) if isinstance(item, int) else ""


def lines_of(properties: Mapping[str, Json]) -> list[Line]:
    """The lines of an order."""
    products = properties.get("products")
    if not isinstance(products, list):
        return []
    return [line_of(product) for product in products if isinstance(product, dict)]


def oversized(name: Json, properties: Mapping[str, Json]) -> str | None:
    """The first amount of this event that nobody can mean, as a path such as `products.0.price`; None where all are
    sound."""
    if not isinstance(name, str) or name not in ADDED_UP:
        return None
    products = properties.get("products")
    lines = list(enumerate(products)) if isinstance(products, list) else []
    told = [("", properties), *((f"products.{place}.", line) for place, line in lines if isinstance(line, dict))]
    return next((prefix + amount for prefix, one in told for amount in AMOUNTS if _is_beyond(one.get(amount))), None)


def _is_beyond(value: Json) -> bool:
    return isinstance(value, int | float) and not -MOST <= value <= MOST


def total_of(properties: Mapping[str, Json], lines: Sequence[Line]) -> float:
    """What an order came to, in cents' precision: as told, else the sum of its lines."""
    for name in ("total", "revenue"):
        told = _number(properties.get(name))
        if told is not None:
            return round(told, 2)
    return round(float(sum((_number(line.price) or 0) * line.quantity for line in lines)), 2)


@lru_cache(4096)
def category_slug(text: str) -> str:
    """A category as rules name it: "Fresh Fruit & Nuts" -> "fresh-fruit-nuts"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    spaced = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return "-".join(spaced.split())[:80]


def trimmed(properties: Mapping[str, Json]) -> dict[str, Any]:
    """What of an event's properties a profile keeps: plain values, and of its products the ids."""
    kept: dict[str, Any] = {}
    for name, value in properties.items():
        if isinstance(value, str):
            # However a shop spells a category, rules compare its slug, as they do in `profile.bought`.
            kept[name] = category_slug(value) if name == "category" else value[:TEXT_KEPT]
        elif value is None or isinstance(value, int | float):
            kept[name] = value
        elif name == "products" and isinstance(value, list):
            kept[name] = [item_of(product) for product in value[:PRODUCTS_KEPT] if isinstance(product, dict)]
        if len(kept) >= PROPERTIES_KEPT:
            break
    return kept


def _number(value: Json) -> float | None:
    """A number, also one that an SDK sent as text; nothing for one that is beyond all measure."""
    kind = type(value)
    if kind is int:
        return value if -MOST <= value <= MOST else None  # type: ignore[operator, return-value]  # just seen to be an int
    if kind is not float and kind is not str:
        return None
    try:
        number = float(value)  # type: ignore[arg-type]  # just seen to be a float or text
    except ValueError:
        return None
    return (int(number) if number.is_integer() else number) if -MOST <= number <= MOST else None
