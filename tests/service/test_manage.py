"""The management API over the wire: what is wrong is a problem, whatever was sent."""

from __future__ import annotations

import pytest

from tests.service.conftest import Shop


@pytest.mark.parametrize("path", ["/v1/manage/releases", "/v1/manage/releases/rollback"])
@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10_000,
        b'{"name": "x\\u0000y", "to": "\\u0000"}',
        b'{"name": "\\ud800", "to": "\\ud800"}',
        b"[]",
        b"7",
        b"{",
    ],
    ids=["deep", "NUL", "surrogate", "list", "number", "cut short"],
)
def test_bodies_that_are_nothing_are_refused(shop: Shop, path: str, data: bytes) -> None:
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", "Content-Type": "application/json"}
    answer = shop.client.post(path, data=data, headers=headers)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.content_type == "application/problem+json"


def test_a_cursor_that_is_no_key_is_refused(shop: Shop) -> None:
    assert shop.get("/v1/manage/modules?after=%00").status_code == 422


def test_a_module_without_a_required_field_is_not_saved(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {shop.secrets['all']}"}
    body = {"type": "card", "locales": {"en": {}}}
    answer = shop.client.put("/v1/manage/modules/empty", json=body, headers=headers)
    assert answer.status_code == 422
    assert any("heading" in error["field"] + error["message"] for error in answer.get_json()["errors"])


def test_what_is_saved_is_published_and_rolled_back_over_the_wire(shop: Shop) -> None:
    first = shop.home("x")["release"]
    headers = {"Authorization": f"Bearer {shop.secrets['all']}"}
    body = {"type": "card", "tags": ["hero"], "tier": 99, "locales": {"en": {"heading": "New"}}}
    assert shop.client.put("/v1/manage/modules/newest", json=body, headers=headers).status_code == 201
    made = shop.post("/v1/manage/releases", {"name": "second", "publish": True})
    assert made.status_code == 201
    assert shop.shown("x")["hero"] == ["newest"]
    assert shop.post("/v1/manage/releases/rollback", {}).get_json()["id"] == first
    assert shop.shown("x")["hero"] == ["hero"]


def test_why_a_module_is_not_shown_is_told_over_the_wire(shop: Shop) -> None:
    """Of a stranger, of somebody who did not consent, of another moment."""
    shop.track("Product Added", product_id="1")
    person = {"person": {"anonymous_id": "ada"}}
    told = shop.post("/v1/manage/explain", {**person, "module": "phone", "context": {"device": "desktop"}}).get_json()
    assert (told["passes"], told["accounts"][0]["remedy"]) == (False, 'It turns with Device from "desktop" to "mobile"')
    told = shop.post("/v1/manage/explain", {**person, "module": "wine"}).get_json()["accounts"][0]
    assert told["text"] == (
        'Unknown: Age is not known: there is no consent to “personalization” (wanted: one of "25-34", "35-44")'
    )
    shop.consent()
    shop.track("Product Added", product_id="2")
    assert shop.post("/v1/manage/explain", {**person, "segment": "cart-waiting"}).get_json()["passes"] is True
    later = {**person, "segment": "cart-waiting", "at": "2199-01-01T00:00:00Z"}
    told = shop.post("/v1/manage/explain", later).get_json()["accounts"][0]
    assert told["remedy"] == "It turns with one more “Product Added” within 10 minutes"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"module": "phones", "person": {"anonymous_id": "x"}}, 404, None),
        ({"module": "phone", "person": {}}, 422, "/person"),
        ({"module": "phone"}, 422, "/person"),
        ({"module": "phone", "person": {"anonymous_id": "x"}, "at": "soon"}, 422, "/at"),
        ({"module": "phone", "person": {"anonymous_id": "x"}, "context": {"mood": 1}}, 422, "/context/mood"),
        ({"logic": {"events": 1}, "person": {"anonymous_id": "x"}}, 422, "/events"),
        ({"person": {"anonymous_id": "x"}}, 422, "/module"),
    ],
)
def test_what_cannot_be_explained_names_the_field(shop: Shop, body: object, status: int, field: str | None) -> None:
    answer = shop.post("/v1/manage/explain", body)
    assert answer.status_code == status
    assert [error["field"] for error in answer.get_json().get("errors", [])] == ([field] if field else [])


def test_an_explanation_needs_the_scope(shop: Shop) -> None:
    body = {"module": "phone", "person": {"anonymous_id": "x"}}
    assert shop.post("/v1/manage/explain", body, key="browser").status_code == 403


def test_a_part_of_a_form_without_a_name_is_refused(shop: Shop) -> None:
    part = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", "Content-Type": "multipart/form-data; boundary=x"}
    answer = shop.client.post("/v1/manage/assets", data=part, headers=headers)
    assert answer.status_code == 422, answer.text
