"""What a publication purges, and how one learns that there was one."""

from __future__ import annotations

from collections.abc import Callable

from tests.service.conftest import Shop
from tests.service.edge import HOME, hero, keys, publish, told
from tests.service.shop import CARD, card
from tests.service.whole import fill


def test_what_headers_cannot_name_is_filed_under_untold(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(cache_key_bytes=30)
    answer = shop.get(HOME)
    assert answer.headers["Surrogate-Key"] == "all layout:home untold"
    publish(shop, modules={"hero": hero("Another")})
    assert "untold" in told(shop, "release.published")[-1]["purge"]


def test_the_version_is_the_release_that_is_served_and_its_number_grows_also_when_one_goes_back(shop: Shop) -> None:
    first = shop.get("/v1/version")
    release = shop.house.published.current().release
    assert first.get_json() == {"release": release, "number": 1, "published_at": shop.clock()}
    assert first.headers["Cache-Control"] == "no-cache"
    headers = {"Authorization": f"Bearer {shop.secrets['browser']}", "If-None-Match": first.headers["ETag"]}
    assert shop.client.get("/v1/version", headers=headers).status_code == 304
    shop.clock.forward(60)
    publish(shop, modules={"hero": hero("Another")})
    second = shop.client.get("/v1/version", headers=headers)
    assert second.get_json()["number"] == 2
    assert second.get_json()["published_at"] == shop.clock()
    assert shop.post("/v1/manage/releases/rollback", {}).status_code == 200
    third = shop.get("/v1/version").get_json()
    assert (third["release"], third["number"]) == (release, 3)
    assert shop.get("/v1/version?user_id=ada").status_code == 422


def test_news_of_a_publication_and_of_a_way_back_name_what_is_to_be_purged(shop: Shop) -> None:
    assert told(shop, "release.published")[-1]["purge"] == ["all"], "nothing was served before"
    publish(shop, modules={"hero": hero("Another", tier=3)})
    assert told(shop, "release.published")[-1]["purge"] == ["layout:home", "layout:mail", "module:hero", "untold"]
    publish(shop, modules={"footer": card("The very end", tags=["footer"])})
    assert told(shop, "release.published")[-1]["purge"] == ["module:footer", "untold"], "only its words changed"
    assert shop.post("/v1/manage/releases/rollback", {}).status_code == 200
    assert told(shop, "release.rolled-back")[-1]["purge"] == ["module:footer", "untold"]
    many = {f"m{number:03}": card(f"M {number}", tags=["nowhere"]) for number in range(260)}
    publish(shop, modules=many)
    assert told(shop, "release.published")[-1]["purge"] == ["all"]


def test_news_of_items_and_models_purge_what_could_show_them(shop: Shop) -> None:
    fill(shop)
    assert told(shop, "items.changed")[-1]["purge"] == ["items"]
    assert told(shop, "model.served")[-1]["purge"] == ["items"]
    assert "items" not in keys(shop.get(HOME))
    fields = {**CARD["fields"], "products": {"kind": "items"}}
    publish(shop, types={"card": {**CARD, "fields": fields}})
    assert "items" in keys(shop.get(HOME))
