"""A slot that very many modules fit is assembled as any other, in JSON and in HTML."""

from __future__ import annotations

from tests.service.conftest import Shop
from tests.service.shop import card, shop_contents


def test_of_a_crowd_the_best_are_shown_and_what_breaks_is_left_out(shop: Shop) -> None:
    """The one on top cannot be rendered as HTML, one is over, nearly all others are for people with more orders."""
    orders = {"var": ["profile.orders", 0]}
    modules = {
        f"c{at}": card(f"Offer {at}", tags=["hero"], tier=10, targeting={">=": [orders, at]}) for at in range(1_200)
    }
    broken = {"type": "fragile", "locales": {"en": {"heading": "Save", "amount": 0}}, "tags": ["hero"], "tier": 20}
    over = card("Over", tags=["hero"], tier=15, schedule={"until": "2001-01-01T00:00:00"})
    shop.house.contents.put_all(
        shop_contents(modules={**modules, "broken": broken, "over": over}), author="test", now=shop.clock()
    )
    shop.publish_unjudged()

    told = next(slot for slot in shop.home(why=True)["slots"] if slot["slot"] == "hero")
    assert [module["key"] for module in told["modules"]] == ["broken"]
    assert [one["module"] for one in told["why"]["outranked"]] == ["c0", "hero"]
    assert [stop["gate"] for stop in told["why"]["stopped"]] == ["schedule", "policy", *["targeting"] * 20]
    assert told["why"]["note"] == "1180 more are targeted at others"

    page = shop.get("/v1/pages/home?anonymous_id=ada").text
    assert "Offer 0" in page
    assert "Save" not in page
