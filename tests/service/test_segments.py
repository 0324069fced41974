"""Segments and static lists over the management API: sizes, samples, drafts, and why somebody entered and left."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from service.publishing import publisher_of
from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, signed_in

HERE = "/v1/manage/people"
BUYERS = {">": [{"events": {"type": "Order Completed", "within": "30d"}}, 0]}
CONSENT = {"consent": {"categoryPreferences": {"personalization": True}}}


@pytest.fixture
def admin(shop: Shop) -> Caller:
    """Who may do everything, in a shop with two segments: buyers, and who is on the list vip."""
    caller = holder(shop.app, shop.secrets["all"])
    events = {"events": [{"type": "Order Completed"}]}
    assert caller("PUT", "/v1/manage/attributes/orders", events).status_code == 201
    for key, logic in {"bought": BUYERS, "very-important": {"var": "lists.vip"}}.items():
        saved = caller("PUT", f"/v1/manage/segments/{key}", {"title": key.title(), "logic": logic})
        assert saved.status_code == 201, saved.get_json()
    publish(shop)
    return caller


def publish(shop: Shop) -> None:
    publisher_of(shop.house).publish("segments", "test")
    shop.house.published.refresh()
    while shop.house.backfill.step(shop.clock()):
        pass


def buy(shop: Shop, *users: str) -> None:
    calls = [
        {"type": "track", "event": "Order Completed", "userId": user, "messageId": f"o-{user}", "context": CONSENT}
        for user in users
    ]
    assert shop.post("/v1/batch", {"batch": calls}).status_code == 200


def person(admin: Caller, user: str) -> str:
    return str(admin("POST", f"{HERE}/find", {"user_id": user}).get_json()["profile_id"])


def send(admin: Caller, method: str, path: str, table: str | bytes, kind: str = "text/csv") -> TestResponse:
    client = admin.app.test_client(use_cookies=False)
    return client.open(f"{HERE}/lists/{path}", method=method, data=table, content_type=kind, headers=admin.headers)


def sizes(admin: Caller) -> dict[str, int]:
    return {one["segment"]: one["size"] for one in admin("GET", f"{HERE}/segments").get_json()["items"]}


def test_sizes_samples_and_reasons(shop: Shop, admin: Caller) -> None:
    buy(shop, "ann", "bob")
    assert sizes(admin)["bought"] == 2
    told = admin("GET", f"{HERE}/segments/bought").get_json()
    assert (told["size"], told["entered_hour"], told["left_day"]) == (2, 2, 0)
    assert {one["profile_id"] for one in told["sample"]} == {person(admin, "ann"), person(admin, "bob")}
    assert told["description"] == "“Order Completed” happened in the last 30 days"
    shop.clock.forward(31 * 86_400)
    shop.house.timers.run_due(shop.clock())
    assert sizes(admin)["bought"] == 0
    history = admin("GET", f"{HERE}/{person(admin, 'ann')}/segments").get_json()
    assert history["segments"] == {}
    left, entered = history["items"]
    assert (entered["change"], entered["cause"], entered["event"]) == ("entered", "event", "o-ann")
    assert entered["reason"] == "“Order Completed” happened once in the last 30 days (wanted: more than 0)"
    assert (left["change"], left["cause"], left["event"]) == ("left", "clock", "")
    assert left["reason"] == "“Order Completed” did not happen in the last 30 days (wanted: more than 0)"


def test_pages_of_segments_and_of_a_history(shop: Shop, admin: Caller) -> None:
    buy(shop, "ann")
    admin("PUT", f"{HERE}/lists/vip", {"user_ids": ["ann"]})
    first = admin("GET", f"{HERE}/segments?limit=1").get_json()
    rest = admin("GET", f"{HERE}/segments?after={first['next']}").get_json()
    keys = [one["segment"] for one in first["items"] + rest["items"]]
    assert keys == sorted(keys)
    assert {"bought", "very-important"} <= set(keys)
    here = f"{HERE}/{person(admin, 'ann')}/segments"
    first = admin("GET", f"{here}?limit=1").get_json()
    rest = admin("GET", f"{here}?limit=1&after={first['next']}").get_json()
    assert [one["segment"] for one in first["items"] + rest["items"]] == ["very-important", "bought"]
    assert rest["next"] is None


def test_who_may_not_read_profiles_sees_numbers_alone(shop: Shop, admin: Caller) -> None:
    buy(shop, "ann")
    viewer = signed_in(shop.app, join(shop.app, "vera", "viewer"), shop.clock())
    told = viewer("GET", f"{HERE}/segments/bought").get_json()
    assert (told["size"], told["sample"]) == (1, [])
    counted = viewer("POST", f"{HERE}/segments/preview", {"logic": BUYERS}).get_json()
    assert (counted["estimate"], counted["sample"]) == (1, [])
    assert viewer("GET", f"{HERE}/{person(admin, 'ann')}/segments").status_code == 403


def test_a_draft_is_counted_step_by_step(shop: Shop, admin: Caller) -> None:
    buy(shop, *(f"u{number}" for number in range(30)))
    body: dict[str, Any] = {"logic": BUYERS, "limit": 12}
    steps = []
    while True:
        told = admin("POST", f"{HERE}/segments/preview", body).get_json()
        steps.append(told)
        assert told["least"] <= told["estimate"] <= told["most"] <= told["people"]
        if told["next"] is None:
            break
        body["after"] = told["next"]
    assert steps[-1]["matching"] == steps[-1]["estimate"] == steps[-1]["least"] == 30
    assert [one["looked_at"] for one in steps[:2]] == [12, 24]
    assert len(steps[0]["sample"]) == 10
    refused = admin("POST", f"{HERE}/segments/preview", {"logic": {"var": "profile.nothing"}})
    assert refused.status_code == 422
    assert "/logic" in str(refused.get_json()["errors"])
    wrong = admin("POST", f"{HERE}/segments/preview", {"logic": BUYERS, "after": "W10"})
    assert wrong.status_code == 422


def test_a_table_of_people(shop: Shop, admin: Caller) -> None:
    buy(shop, "ann", "bob")
    done = send(admin, "PUT", "vip", "user_id\nann\n\n42\n")
    assert done.get_json() == {"added": 2, "removed": 0, "unchanged": 0, "unknown": []}
    assert sizes(admin)["very-important"] == 1
    done = send(admin, "POST", "vip/add", f"profile_id\n{person(admin, 'bob')}\nnobody\n")
    assert done.get_json() == {"added": 1, "removed": 0, "unchanged": 0, "unknown": ["nobody"]}
    assert sizes(admin)["very-important"] == 2
    first = admin("GET", f"{HERE}/lists/vip/people?limit=2").get_json()
    rest = admin("GET", f"{HERE}/lists/vip/people?after={first['next']}").get_json()
    ids = [one["profile_id"] for one in first["items"] + rest["items"]]
    assert set(ids) == {None, person(admin, "ann"), person(admin, "bob")}
    assert (len(first["items"]), len(rest["items"])) == (2, 1)
    assert send(admin, "POST", "vip/remove", "user_id\r\nann\r\n").get_json()["removed"] == 1
    told = admin("GET", f"{HERE}/lists/vip").get_json()
    assert (told["names"], told["people"]) == (2, 1)


@pytest.mark.parametrize(
    ("table", "pointer"),
    [
        (b"name\nann\n", "/0"),
        (b"", "/0"),
        (b"user_id,profile_id\nann,1\n", "/0"),
        (b"user_id\nann\nbob,carl\n", "/2"),
        (b"user_id\nann\n" + b"x" * 256, "/2"),
        (b"user_id\nann\x00\n", "/1"),
        (b"user_id\n\xff\n", ""),
        (b'user_id\n"ann\n', ""),
    ],
)
def test_a_table_that_is_wrong_is_refused_whole(shop: Shop, admin: Caller, table: bytes, pointer: str) -> None:
    refused = send(admin, "PUT", "vip", table)
    assert refused.status_code == 422, refused.get_json()
    assert [one["field"] for one in refused.get_json()["errors"]] == [pointer]
    assert admin("GET", f"{HERE}/lists/vip").status_code == 404


def test_a_list_needs_a_key_that_rules_can_name(shop: Shop, admin: Caller) -> None:
    assert admin("PUT", f"{HERE}/lists/V.I.P", {"user_ids": []}).status_code == 422
    assert admin("PUT", f"{HERE}/lists/vip", {"user_ids": [7]}).status_code == 422
    assert admin("POST", f"{HERE}/lists/vip/add", {"user_ids": ["7"]}).status_code == 404
    assert send(admin, "PUT", "vip", "ann", "text/plain").status_code == 415
