"""A shop in which everything is there, and all that it says."""

from __future__ import annotations

from typing import Any

from recommender import train
from tests.recommender.worlds import SMALL, checkerboard
from tests.recommender.worlds import shop as things
from tests.service.conftest import Shop
from tests.service.shop import card

HOOK = {"url": "https://example.com/hooks", "topics": ["content.*"]}


def fill(shop: Shop) -> None:
    """People, drafts, a second release, a rollback, a webhook, items with a model of them."""
    shop.consent()
    shop.track("Product Added", product_id="1")
    shop.track("Order Completed", who="bob", total=20)
    for number in range(3):
        answer = shop.client.put(
            "/v1/manage/modules/newest",
            json=card(f"News {number} 💥", tags=["hero"], tier=99),
            headers={"Authorization": f"Bearer {shop.secrets['all']}"},
        )
        assert answer.status_code in {200, 201}, answer.text
    assert shop.post("/v1/manage/releases", {"name": "second", "publish": True}).status_code == 201
    answer = shop.post("/v1/manage/releases/rollback", {})
    assert answer.status_code == 200, answer.text
    assert shop.post("/v1/manage/webhooks", HOOK).status_code == 201
    shop.house.items.upsert(things(), shop.clock())
    shop.house.models.put(train(checkerboard(), things(), SMALL, shop.clock()), shop.clock())
    shop.house.published.refresh()


def answers(shop: Shop) -> dict[str, Any]:
    """What the service says, about all that it holds."""
    paths = [
        "modules",
        "modules/hero",
        "modules/newest/history",
        "modules/hero/usage",
        "layouts",
        "releases",
        "webhooks",
    ]
    told: dict[str, Any] = {path: shop.get(f"/v1/manage/{path}").text for path in paths}
    told["acts"] = shop.get("/v1/manage/audit/export?what=modules/*").text
    for who in ("ada", "bob", "nobody"):
        home = shop.home(who)
        told[who] = {name: home[name] for name in home if name != "decision_id"}
    return told
