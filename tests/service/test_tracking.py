"""Tracking: what SDKs send is taken in once; what is wrong is named and nothing is half-written."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from profiles import CALLS
from service.tracking import OTHER
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


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch"])
def test_every_address_of_batches_takes_every_kind_of_call(shop: Shop, path: str) -> None:
    calls = [
        {"type": "track", "userId": "ann", "event": "Product Viewed", "properties": {"category": "Tea"}},
        {"type": "identify", "userId": "ann", "traits": {"first_name": "Ann"}},
        {"type": "page", "userId": "ann", "name": "Home"},
        {"type": "screen", "userId": "ann", "name": "Basket"},
        {"type": "group", "userId": "ann", "groupId": "acme", "traits": {"plan": "pro"}},
        {"type": "alias", "userId": "ann", "previousId": "ada"},
    ]
    sent = {"batch": [{"messageId": f"m{n}", **call} for n, call in enumerate(calls)]}
    assert [r["status"] for r in shop.post(path, sent).get_json()["receipts"]] == ["accepted"] * len(CALLS)
    assert [r["status"] for r in shop.post(path, sent).get_json()["receipts"]] == ["duplicate"] * len(CALLS)
    ann = shop.house.profiles.get("user:ann")
    assert ann is not None and ann == shop.house.profiles.get("anon:ada")
    assert set(ann.events) == {"Product Viewed", "Page Viewed", "Screen Viewed"}
    assert ann.traits == {"first_name": "Ann"}
    assert ann.counters["group"] == {"id": "acme", "plan": "pro"}


@pytest.mark.parametrize("kind", CALLS)
def test_each_call_has_its_own_address_and_the_one_letter_of_the_browser_sdk(shop: Shop, kind: str) -> None:
    body = {"userId": "ann", "event": "E", "groupId": "g", "previousId": "p"}
    for number, path in enumerate((f"/v1/{kind}", f"/v1/{kind[0]}")):
        answer = shop.post(path, {**body, "messageId": f"m{number}"})
        assert answer.get_json()["receipts"][0]["status"] == "accepted", answer.text


def test_browsers_send_their_write_key_in_the_body_as_plain_text_from_any_page(shop: Shop) -> None:
    data = json.dumps({**CALL, "writeKey": shop.secrets["browser"]})
    headers = {"Origin": "https://shop.example", "Content-Type": "text/plain"}
    answer = shop.client.post("/v1/t", data=data, headers=headers)
    assert answer.get_json()["success"] is True
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    asked = shop.client.options("/v1/t", headers={**headers, "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204 and "Authorization" in asked.headers["Access-Control-Allow-Headers"]


def test_a_beacon_names_its_write_key_in_the_address(shop: Shop) -> None:
    body = {"batch": [{"type": "track", **CALL}]}
    assert shop.client.post(f"/beacon/v1/batch?writeKey={shop.secrets['browser']}", json=body).status_code == 200
    assert shop.client.post("/beacon/v1/batch?writeKey=nope", json=body).status_code == 401


@pytest.mark.parametrize("body", ["{", "[]", "7", '{"writeKey": 7}', '{"writeKey": "nope"}', "{}", "x" * 40_000])
def test_who_brings_no_key_is_told_nothing_else(shop: Shop, body: str) -> None:
    assert shop.client.post("/v1/track", data=body).status_code == 401


def test_a_key_in_the_header_is_the_one_that_counts(shop: Shop) -> None:
    body = {**CALL, "writeKey": shop.secrets["all"]}
    assert shop.client.post("/v1/track", json=body, headers=basic("nope")).status_code == 401
    assert shop.client.post("/v1/track", json={**body, "writeKey": shop.secrets["none"]}).status_code == 403


def test_a_call_without_an_id_is_given_one_and_the_receipt_says_so(shop: Shop) -> None:
    body = {name: value for name, value in CALL.items() if name != "messageId"}
    told = [shop.post("/v1/track", body).get_json()["receipts"][0] for _ in range(2)]
    assert [one["status"] for one in told] == ["accepted", "accepted"]
    assert all("no messageId" in one["note"] for one in told)
    assert told[0]["message_id"] != told[1]["message_id"]


def test_another_event_under_an_id_that_was_used_does_not_count_and_the_receipt_says_so(shop: Shop) -> None:
    other = {**CALL, "properties": {"product_id": "8"}}
    calls = [{"type": "track", **CALL}, {"type": "track", **other}, {"type": "track", **CALL}]
    told = shop.post("/v1/batch", {"batch": calls}).get_json()
    assert [one["status"] for one in told["receipts"]] == ["accepted", "duplicate", "duplicate"]
    assert [one.get("note") for one in told["receipts"]] == [None, OTHER, None]
    assert shop.post("/v1/track", other).get_json()["receipts"][0]["note"] == OTHER
    assert told["success"] is True, "nothing is gained by sending it again"


def test_what_a_batch_says_for_all_holds_for_calls_that_say_nothing(shop: Shop) -> None:
    stamp = {"consent": {"categoryPreferences": {"personalization": True}}}
    calls = [{"type": "track", **CALL, "context": None}, {"type": "track", **CALL, "messageId": "m2", "userId": "bob"}]
    own = {"consent": {"categoryPreferences": {"personalization": False}}}
    calls[1] |= {"anonymousId": None, "context": own}
    assert shop.post("/v1/batch", {"batch": calls, "context": stamp}).get_json()["success"] is True
    people = [shop.house.profiles.get(alias) for alias in ("anon:ada", "user:bob")]
    assert [one.consent if one else None for one in people] == [{"personalization": True}, {"personalization": False}]


def test_a_call_that_is_too_large_costs_a_batch_that_call_alone(shop: Shop) -> None:
    large = {**CALL, "messageId": "large", "properties": {"text": "x" * 33_000}}
    told = shop.post("/v1/batch", {"batch": [{"type": "track", **large}, {"type": "track", **CALL}]}).get_json()
    assert [one["status"] for one in told["receipts"]] == ["refused", "accepted"]
    assert "32768 bytes" in told["receipts"][0]["remedy"]
    assert shop.post("/v1/track", large).status_code == 413


@pytest.mark.parametrize("size", [500 * 1024, 600_000])
def test_a_batch_is_bounded_after_it_was_inflated(shop: Shop, size: int) -> None:
    padding = " " * (size - len(json.dumps({"batch": [{"type": "track", **CALL}]})))
    data = gzip.compress((json.dumps({"batch": [{"type": "track", **CALL}]}) + padding).encode())
    answer = shop.client.post(
        "/v1/batch", data=data, headers={**basic(shop.secrets["all"]), "Content-Encoding": "gzip"}
    )
    assert answer.status_code == (200 if size <= 500 * 1024 else 413)


def test_what_is_nested_too_deeply_costs_a_batch_that_call_alone(shop: Shop) -> None:
    deep: Any = {}
    for _ in range(400):
        deep = {"in": deep}
    calls = [{"type": "track", **CALL, "messageId": "deep", "properties": deep}, {"type": "track", **CALL}]
    told = shop.post("/v1/batch", {"batch": calls}).get_json()["receipts"]
    assert [(one["status"], one.get("field")) for one in told] == [("refused", "properties"), ("accepted", None)]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"anonymousId": None}, 422, "userId"),
        ({"messageId": ["m"]}, 422, "messageId"),
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
        (b"[" * 20_000, {}, 400),
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
    assert [one["status"] for one in answer.get_json()["receipts"]] == ["accepted", "refused", "quarantined"]
    assert set(profile.events) == {CALL["event"]}


def test_the_largest_amounts_add_up_without_end(shop: Shop) -> None:
    line = {"product_id": "1", "category": "tea", "quantity": 1e12, "price": 1e12}
    for number in range(3):
        order = {"messageId": f"order-{number}", "event": "Order Completed", "properties": {"products": [line] * 9}}
        assert shop.post("/v1/track", {**CALL, **order}).status_code == 200
    profile = shop.house.profiles.get("anon:ada")
    assert profile is not None and profile.counters["orders"] == 3
