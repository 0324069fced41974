"""A release may pin a trained model: it comes with the release, and goes back with it."""

from __future__ import annotations

import orjson
import pytest

from engine import CatalogueError
from recommender import train
from service.publishing import publisher_of
from tests.recommender.worlds import NOW, SMALL, checkerboard
from tests.recommender.worlds import shop as items_of
from tests.service.conftest import Shop


def pin(shop: Shop, version: str) -> None:
    body = orjson.dumps({"version": version})
    shop.house.contents.put("model-pins", "recommender", body, author="ann", now=shop.clock())


def serves(shop: Shop) -> str | None:
    shop.house.published.refresh()
    return shop.house.published.model_version


def test_a_pinned_model_answers_until_the_release_goes(shop: Shop) -> None:
    models = shop.house.models
    old, new = (models.put(train(checkerboard(), items_of(), SMALL, NOW + n), NOW + n).version for n in range(2))
    assert serves(shop) == new
    pin(shop, old)
    assert serves(shop) == new, "a draft pins nothing"
    publisher_of(shop.house).publish("pinned", "ann")
    assert serves(shop) == old
    newest = models.put(train(checkerboard(), items_of(), SMALL, NOW + 2), NOW + 2).version
    assert serves(shop) == old, "what training makes current waits behind the pin"
    publisher_of(shop.house).roll_back(None, "ann")
    assert serves(shop) == newest


def test_a_model_that_is_not_there_is_not_published(shop: Shop) -> None:
    pin(shop, "nonsense")
    with pytest.raises(CatalogueError, match="no trained model 'nonsense'"):
        publisher_of(shop.house).publish("pinned", "ann")


@pytest.mark.parametrize(("key", "body"), [("recommender", {}), ("other", {"version": "x"}), ("recommender", {"v": 1})])
def test_a_pin_that_is_none_is_not_saved(shop: Shop, key: str, body: dict[str, object]) -> None:
    headers = {"Authorization": f"Bearer {shop.secrets['all']}"}
    answer = shop.client.put(f"/v1/manage/model-pins/{key}", json=body, headers=headers)
    assert answer.status_code == 422
