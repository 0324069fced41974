"""A database that this version filled goes down to the first revision, step by step, and comes up with its content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from storage import Database, migrate, roll_down
from storage.migrate import known_revisions
from tests.service.conftest import Shop
from tests.service.whole import fill

STEPS = known_revisions()


def told(shop: Shop) -> dict[str, Any]:
    """What the service says of that which every version had."""
    paths = ["modules/hero", "modules/newest", "rules/mobile", "layouts/home"]
    said: dict[str, Any] = {path: shop.get(f"/v1/manage/{path}").text for path in paths}
    said["history"] = [
        (one["digest"], one["author"]) for one in shop.get("/v1/manage/modules/newest/history").get_json()["items"]
    ]
    releases = shop.get("/v1/manage/releases").get_json()
    said["releases"] = (releases["published"], [(one["id"], one["name"]) for one in releases["items"]])
    for who in ("ada", "bob", "nobody"):
        home = shop.home(who)
        said[who] = {name: home[name] for name in home if name != "decision_id"}
    return said


def test_what_every_version_had_survives_all_the_way_down_and_up(
    open_shop: Callable[..., Shop], database_url: str
) -> None:
    shop = open_shop(database_url=database_url)
    fill(shop)
    before = told(shop)
    database: Database = shop.house.database
    for step in reversed(STEPS[:-1]):
        try:
            roll_down(database, step)
        except Exception as error:
            raise AssertionError(f"a filled database does not go down to {step}") from error
    migrate(database)
    shop.house.contents.derive()
    shop.house.keys.refresh()
    shop.house.published.refresh()
    assert told(shop) == before
