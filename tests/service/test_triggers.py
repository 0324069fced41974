"""Triggers as editors and operators meet them: saved with findings, served, fired by a call, told, and told again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from service.publishing import publisher_of
from tests.service.conftest import Shop

TRIGGER: dict[str, Any] = {
    "title": "Cart left behind",
    "when": {"entered": "cart-waiting"},
    "purpose": "personalization",
    "do": [
        {"stream": {"attributes": ["profile.first_name"]}},
        {"connector": {"kind": "jsonl", "name": "crm", "aliases": ["anon"]}},
    ],
}
HERE = "/v1/manage/people/triggers"


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """The small shop with a trigger."""
    shop = open_shop()
    assert put(shop, "cart-left", TRIGGER) == (201, [])
    publish(shop)
    return shop


def put(shop: Shop, key: str, body: Any) -> tuple[int, list[str]]:
    """Save a trigger; the status and the places of the findings."""
    headers = {"Authorization": f"Bearer {shop.secrets['all']}"}
    answer = shop.client.put(f"/v1/manage/triggers/{key}", json=body, headers=headers)
    told = answer.get_json()
    return answer.status_code, [
        one.get("pointer", one.get("field")) for one in told.get("errors", told.get("warnings"))
    ]


def publish(shop: Shop) -> None:
    publisher_of(shop.house).publish("with triggers", "ann")
    shop.house.published.refresh()


def work(shop: Shop) -> None:
    """What the worker does."""
    shop.house.triggering()
    shop.house.webhooks.tick()


def fire(shop: Shop, who: str = "ada") -> None:
    """Somebody fills the cart."""
    shop.consent(who)
    assert shop.track("Product Added", who, product_id="tea").status_code == 200


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"when": {"entered": "cart-waitin"}}, "/when/entered"),
        ({"when": {"entered": "cart-waiting", "left": "cart-waiting"}}, "/when"),
        ({"when": {"entered": "cart-waiting", "logic": True}}, "/when/logic"),
        ({"when": {"event": "Product Aded"}}, "/when/event"),
        ({"when": {"event": "Product Added", "logic": {">": [{"var": "profile.wealth"}, 3]}}}, "/when/logic/>/0"),
        ({"when": {"left": "cart-waiting"}, "still": True}, "/still"),
        ({"delay": "ten minutes"}, "/delay"),
        ({"once_per": "400d"}, "/once_per"),
        ({"holdout": 2}, "/holdout"),
        ({"do": []}, "/do"),
        ({"do": [{}]}, "/do/0"),
        ({"do": [{"webhook": {"attributes": ["profile.frist_name"]}}]}, "/do/0/webhook/attributes/0"),
        ({"do": [{"webhook": {"attributes": ["properties.total"]}}]}, "/do/0/webhook"),
        ({"do": [{"webhook": {}}, {"webhook": {}}]}, "/do/1/webhook"),
        ({"do": [{"connector": {"kind": "carrier-pigeon", "name": "a"}}]}, "/do/0/connector/kind"),
    ],
)
def test_what_is_wrong_is_found_when_it_is_saved(shop: Shop, change: dict[str, Any], at: str) -> None:
    status, places = put(shop, "wrong", {**TRIGGER, **change})
    assert status == 422
    assert any(place.startswith(at) for place in places), places


def test_properties_of_the_event_may_be_asked(shop: Shop) -> None:
    logic = {"and": [{">": [{"var": "properties.total"}, 100]}, {"==": [{"var": "profile.orders"}, 1]}]}
    when = {"event": "Order Completed", "logic": logic}
    assert put(shop, "big", {**TRIGGER, "when": when}) == (201, [])


def test_a_call_sets_it_off_and_all_that_follows_can_be_read(shop: Shop, eventually: Any) -> None:
    fire(shop)
    work(shop)
    (item,) = shop.get(HERE).get_json()["items"]
    assert (item["key"], item["states"], item["last_fired_at"]) == ("cart-left", {"fired": 1}, shop.clock())
    (fired,) = shop.get(f"{HERE}/firings?trigger=cart-left&state=fired").get_json()["items"]
    assert fired["cause"]["segment"] == "cart-waiting"
    (streamed,) = shop.get(f"{HERE}/stream").get_json()["items"]
    assert (streamed["id"], streamed["person"]["id"]) == (fired["id"], fired["profile_id"])
    file = Path(shop.house.settings.data_dir) / "sinks" / "crm.jsonl"
    eventually(lambda: states(shop) == ["delivered"], 30)
    assert [orjson.loads(line)["data"]["person"]["aliases"] for line in file.read_bytes().splitlines()] == [
        ["anon:ada"]
    ]
    figures = shop.client.get("/metrics").text
    assert 'intarsia_trigger_firings{state="fired",trigger="cart-left"} 1.0' in figures
    assert 'intarsia_trigger_deliveries{state="delivered"} 1.0' in figures
    assert "intarsia_trigger_delay_seconds_count 1.0" in figures


def states(shop: Shop) -> list[str]:
    return [one["state"] for one in shop.get(f"{HERE}/deliveries").get_json()["items"]]


def test_the_stream_goes_on_from_a_cursor_and_forgets_who_withdrew(shop: Shop) -> None:
    for who in ("ada", "bob", "eve"):
        fire(shop, who)
    work(shop)
    first = shop.get(f"{HERE}/stream?limit=2").get_json()
    rest = shop.get(f"{HERE}/stream?after={first['next']}").get_json()
    assert (len(first["items"]), len(rest["items"])) == (2, 1)
    assert shop.get(f"{HERE}/stream?after={rest['next']}").get_json() == {"items": [], "next": rest["next"]}
    shop.clock.forward(1)
    shop.consent("eve", yes=False)
    (again,) = shop.get(f"{HERE}/stream?after={first['next']}").get_json()["items"]
    assert (again["withheld"], "person" in again) == ("no consent to personalization", False)


def test_it_is_told_again_by_id_by_trigger_and_by_time(shop: Shop, eventually: Any) -> None:
    for many, who in enumerate(("ada", "bob"), start=1):
        fire(shop, who)
        work(shop)
        eventually(lambda many=many: states(shop) == ["delivered"] * many, 30)
        shop.clock.forward(60)
    ids = [one["id"] for one in shop.get(f"{HERE}/firings").get_json()["items"]]
    start = shop.clock() - 120
    lines = 2
    for body, many in (
        ({"ids": ids[:1]}, 1),
        ({"trigger": "cart-left"}, 2),
        ({"trigger": "another"}, 0),
        ({"since": start, "until": start + 60}, 1),
        ({"trigger": "cart-left", "since": start + 60}, 1),
    ):
        answer = shop.post(f"{HERE}/replay", body)
        assert (answer.status_code, answer.get_json()) == (202, {"replayed": many}), body
        work(shop)
        eventually(lambda: states(shop) == ["delivered"] * 2, 30)
        lines += many
    file = Path(shop.house.settings.data_dir) / "sinks" / "crm.jsonl"
    told = [orjson.loads(line)["data"]["id"] for line in file.read_bytes().splitlines()]
    assert (len(told), set(told)) == (lines, set(ids))
    assert shop.post(f"{HERE}/replay", {}).status_code == 422


def test_pages_of_firings_and_deliveries_follow_each_other(shop: Shop) -> None:
    for who in ("ada", "bob", "eve"):
        fire(shop, who)
    work(shop)
    for path in ("firings", "deliveries"):
        seen: list[Any] = []
        after = ""
        while True:
            page = shop.get(f"{HERE}/{path}?limit=1{after and '&after=' + after}").get_json()
            seen += page["items"]
            if page["next"] is None:
                break
            after = page["next"]
        whole = shop.get(f"{HERE}/{path}").get_json()["items"]
        assert len(whole) == 3
        assert [one.get("id", one.get("seq")) for one in seen] == [one.get("id", one.get("seq")) for one in whole]


def test_a_rollback_takes_it_out_of_service(shop: Shop) -> None:
    publisher_of(shop.house).roll_back(None, "ann")
    shop.house.published.refresh()
    fire(shop)
    work(shop)
    assert shop.get(HERE).get_json() == {"items": []}
    assert shop.get(f"{HERE}/firings").get_json()["items"] == []
