"""Events that break their schema over HTTP: told to the sender, settled by management, shown to who may see people."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, signed_in

HERE = "/v1/manage/quarantine"
SECRET = "xylophagous"
"""A word that only stands in what a sender told of a person."""


@pytest.fixture
def officer(shop: Shop) -> Caller:
    """Who may see people."""
    return signed_in(shop.app, join(shop.app, "olga", "privacy-officer"), shop.clock())


@pytest.fixture
def analyst(shop: Shop) -> Caller:
    """Who deals with events, and may not see people."""
    return signed_in(shop.app, join(shop.app, "anna", "analyst"), shop.clock())


def send(shop: Shop, *events: dict[str, Any]) -> list[dict[str, Any]]:
    calls = [{"type": "track", "messageId": f"m{n}", "userId": SECRET, **event} for n, event in enumerate(events)]
    answer = shop.post("/v1/batch", {"batch": calls})
    assert answer.status_code == 200, answer.text
    receipts: list[dict[str, Any]] = answer.get_json()["receipts"]
    return receipts


WRONG = {"event": "Order Completed", "properties": {"total": SECRET, "coupon": SECRET}}
RIGHT = {"event": "Order Completed", "properties": {"total": 5}}


def test_the_sender_is_told_what_is_wrong_and_the_rest_counts(shop: Shop) -> None:
    wrong, right = send(shop, WRONG, RIGHT)
    assert (wrong["status"], right["status"]) == ("quarantined", "accepted")
    assert [one["field"] for one in wrong["breaches"]] == ["properties.total"]
    single = shop.post("/v1/track", {"messageId": "single", "userId": "ann", **WRONG})
    assert (single.status_code, single.get_json()["success"]) == (200, True)


def test_it_is_looked_at_corrected_and_taken_in(shop: Shop, officer: Caller) -> None:
    send(shop, WRONG)
    (row,) = officer("GET", HERE).get_json()["items"]
    assert (row["person"]["user_id"], row["properties"]) == (SECRET, WRONG["properties"])
    assert officer("GET", f"{HERE}/{row['id']}").get_json() == row
    assert officer("POST", f"{HERE}/{row['id']}/redrive", {}).get_json()["status"] == "quarantined"
    fixed = {"properties": {"total": 7.5}}
    done = [officer("POST", f"{HERE}/{row['id']}/redrive", body).get_json()["status"] for body in (fixed, {})]
    assert done == ["accepted", "duplicate"]
    profile = shop.house.profiles.get(f"user:{SECRET}")
    assert profile is not None and profile.counters["spend"] == 7.5
    assert officer("GET", HERE).get_json()["items"] == []
    late = officer("POST", f"{HERE}/{row['id']}/redrive", fixed)
    assert late.status_code == 422 and late.get_json()["errors"][0]["field"] == "ids"


def test_who_may_not_see_people_settles_events_and_sees_nobody(shop: Shop, analyst: Caller) -> None:
    send(shop, WRONG, WRONG)
    answers = [analyst("GET", HERE), analyst("GET", f"{HERE}/1"), analyst("POST", f"{HERE}/redrive", {"ids": [1, 2]})]
    answers += [analyst("POST", f"{HERE}/discard", {"ids": [1]}), analyst("GET", f"{HERE}?state=discarded")]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.text for answer in answers if SECRET in answer.text] == []
    assert answers[0].get_json()["items"][0]["breaches"][0]["field"] == "total"
    refused = [
        analyst("POST", f"{HERE}/2/redrive", {"properties": {}}),
        analyst("POST", f"{HERE}/redrive", {"ids": [2], "properties": {"2": {}}}),
    ]
    assert [answer.status_code for answer in refused] == [403, 403]


def test_pages_lead_to_each_event_once(shop: Shop, officer: Caller) -> None:
    send(shop, *[WRONG] * 7)
    seen, after = [], ""
    while True:
        page = officer("GET", f"{HERE}?limit=3&after={after}&name=Order%20Completed&reason=total%20pattern").get_json()
        seen += [row["id"] for row in page["items"]]
        after = page["next"]
        if not after:
            break
    assert sorted(seen) == list(range(1, 8))


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "?state=sung", None, 422),
        ("GET", "?after=nonsense", None, 422),
        ("GET", "?limit=0", None, 422),
        ("GET", "/99", None, 404),
        ("POST", "/99/redrive", {}, 404),
        ("POST", "/redrive", {"ids": [99]}, 404),
        ("POST", "/redrive", {"ids": []}, 422),
        ("POST", "/redrive", {"ids": ["x"]}, 422),
        ("POST", "/redrive", {"ids": [1], "properties": {"1": 7}}, 422),
        ("POST", "/discard", {}, 422),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, officer: Caller, method: str, path: str, body: Any, status: int) -> None:
    answer = officer(method, HERE + path, body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text


def test_a_registered_schema_goes_out_with_a_release_and_holds_from_then_on(shop: Shop, officer: Caller) -> None:
    admin = holder(shop.app, shop.secrets["all"])
    body = {"events": [{"type": "Lantern Lit", "schema": {"required": ["room"]}}]}
    assert admin("PUT", "/v1/manage/attributes/lanterns", body).status_code == 201
    lit: dict[str, Any] = {"event": "Lantern Lit"}
    assert send(shop, {**lit, "messageId": "draft"})[0]["status"] == "accepted", "a draft binds nobody"
    assert admin("POST", "/v1/manage/attributes/lanterns/publish", {}).status_code in {200, 201}
    assert send(shop, {**lit, "messageId": "a"})[0]["status"] == "quarantined"
    assert send(shop, {**lit, "messageId": "b", "properties": {"room": "hall"}})[0]["status"] == "accepted"
    assert officer("GET", HERE).get_json()["items"][0]["schema"].startswith("own-")
    wrong = {"events": [{"type": "Lantern Lit", "schema": {"type": "sing"}}]}
    refused = admin("PUT", "/v1/manage/attributes/lanterns", wrong)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "/events/0/schema", refused.text


def test_figures_are_told_by_route_and_to_scrapers(shop: Shop, analyst: Caller) -> None:
    send(shop, WRONG, RIGHT, RIGHT | {"messageId": "m1"}, {"event": "Order Completed", "timestamp": "2035-01-01"})
    assert shop.post("/v1/track", {"event": "Order Completed", "userId": []}).status_code == 422
    (row,) = analyst("GET", "/v1/manage/data-quality").get_json()["items"]
    told = {name: row[name] for name in ("source", "kind", "name", "accepted", "duplicate", "refused", "quarantined")}
    assert told == {
        "source": "all",
        "kind": "track",
        "name": "Order Completed",
        "accepted": 1,
        "duplicate": 1,
        "refused": 2,
        "quarantined": 1,
    }
    assert row["last_seen"] == shop.clock()
    text = shop.client.get("/metrics").text
    labels = 'event="Order Completed",kind="track",source="all"'
    assert f'intarsia_event_calls_total{{{labels},status="refused"}} 2.0' in text
    assert f"intarsia_event_last_seen_seconds{{{labels}}}" in text
    assert SECRET not in text
