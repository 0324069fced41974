"""Tracking: what SDKs send is taken in once; what is wrong is named and nothing is half-written."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from tests.service.conftest import Shop

CALL = {"messageId": "m1", "anonymousId": "ada", "event": "Product Viewed", "properties": {"product_id": "7"}}


def basic(secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{secret}:".encode()).decode()}


def test_a_write_key_comes_by_basic_auth_as_sdks_send_it(shop: Shop) -> None:
    answer = shop.client.post("/v1/track", json=CALL, headers=basic(shop.secrets["browser"]))
    assert answer.get_json() == {"success": True, "receipts": [{"index": 0, "message_id": "m1", "status": "accepted"}]}


def test_the_same_message_counts_once(shop: Shop) -> None:
    statuses = [shop.post("/v1/track", CALL).get_json()["receipts"][0]["status"] for _ in range(3)]
    assert statuses == ["accepted", "duplicate", "duplicate"]
    profile = shop.house.profiles.get("anon:ada")
    assert profile is not None and len(profile.events["Product Viewed"]) == 1


def test_a_bad_event_in_a_batch_does_not_refuse_the_good_ones(shop: Shop) -> None:
    future = {**CALL, "messageId": "m2", "timestamp": "2035-01-01T00:00:00Z"}
    calls: list[Any] = [{"type": "track", **future}, {"type": "track", **CALL}, {"type": "sing"}, 7]
    told = shop.post("/v1/batch", {"batch": calls}).get_json()
    assert [r["status"] for r in told["receipts"]] == ["refused", "accepted", "refused", "refused"]
    assert [r["index"] for r in told["receipts"]] == [0, 1, 2, 3]
    assert told["success"] is False
    assert "timestamp" in told["receipts"][0]["field"]


def test_a_gzipped_batch_is_read(shop: Shop) -> None:
    data = gzip.compress(json.dumps({"batch": [{"type": "track", **CALL}]}).encode())
    headers = {**basic(shop.secrets["all"]), "Content-Encoding": "gzip"}
    assert shop.client.post("/v1/batch", data=data, headers=headers).get_json()["success"] is True


def test_page_calls_are_events_too(shop: Shop) -> None:
    body = {"messageId": "p1", "anonymousId": "ada", "name": "Home"}
    assert shop.post("/v1/page", body).status_code == 200
    profile = shop.house.profiles.get("anon:ada")
    assert profile is not None and "Page Viewed" in profile.events


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"anonymousId": None}, 422, "userId"),
        ({"messageId": None}, 422, "messageId"),
        ({"timestamp": "2035-01-01T00:00:00Z"}, 422, "timestamp"),
        ({"timestamp": "yesterday"}, 422, "timestamp"),
        ({"event": 7}, 422, "event"),
        ({"properties": "none"}, 422, "properties"),
        ({"event": "Product Added", "properties": {"quantity": 1e308}}, 422, "properties.quantity"),
        (
            {"event": "Order Completed", "properties": {"products": [{"price": 1}, {"price": -1e13}]}},
            422,
            "properties.products.1.price",
        ),
    ],
)
def test_each_wrong_field_is_named_and_nothing_is_written(
    shop: Shop, change: dict[str, Any], status: int, field: str
) -> None:
    answer = shop.post("/v1/track", {**CALL, **change})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert field in answer.get_json()["errors"][0]["field"]
    assert shop.house.profiles.count() == 0


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"x" * 2_000_000, {}, 413),
        (gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}, 413),
        (b"not gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"{}" * 500)[:-9], {"Content-Encoding": "gzip"}, 400),
        (b'{"messageId": "\xff\xfe"}', {}, 400),
        (b'{"messageId": ', {}, 400),
        (b"[" * 200_000, {}, 400),
        (b"", {}, 400),
        (b'"text"', {}, 422),
        (b"{}", {"Content-Encoding": "br"}, 415),
    ],
    ids=["2 MB", "bomb", "no gzip", "cut short", "no UTF-8", "no JSON", "too deep", "empty", "no object", "brotli"],
)
def test_bodies_that_are_no_calls_are_refused(shop: Shop, data: bytes, headers: dict[str, str], status: int) -> None:
    answer = shop.client.post("/v1/track", data=data, headers={**basic(shop.secrets["all"]), **headers})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert shop.house.profiles.count() == 0


def test_a_wrong_write_key_is_401(shop: Shop) -> None:
    assert shop.client.post("/v1/track", json=CALL, headers=basic("nope")).status_code == 401


def test_an_amount_beyond_measure_costs_a_batch_that_event_alone(shop: Shop) -> None:
    huge = {"product_id": "1", "quantity": 1e308}
    calls = [
        {**CALL, "messageId": "sound"},
        {**CALL, "messageId": "huge", "event": "Product Added", "properties": huge},
        {**CALL, "messageId": "text", "event": "Product Added", "properties": {**huge, "quantity": "1e308"}},
    ]
    answer = shop.post("/v1/batch", {"batch": [{"type": "track", **call} for call in calls]})
    assert answer.status_code == 200
    profile = shop.house.profiles.get("anon:ada")
    assert profile is not None
    assert profile.cart == {"1": 1}, "an amount in words that is none counts as one"
    assert CALL["event"] in profile.events


def test_the_largest_amounts_add_up_without_end(shop: Shop) -> None:
    line = {"product_id": "1", "category": "tea", "quantity": 1e12, "price": 1e12}
    for number in range(3):
        order = {"messageId": f"order-{number}", "event": "Order Completed", "properties": {"products": [line] * 9}}
        assert shop.post("/v1/track", {**CALL, **order}).status_code == 200
    profile = shop.house.profiles.get("anon:ada")
    assert profile is not None and profile.counters["orders"] == 3
