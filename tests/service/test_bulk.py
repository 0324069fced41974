"""Bulk calls in a running house: what a body may be, and problems as the service tells them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from accounts import RoleBook, parse_grants
from tests.service.conftest import Shop
from tests.service.people import join, signed_in
from tests.service.shop import card

BULK = "/v1/manage/bulk"


def test_a_body_beyond_the_limit_is_told_the_limit(shop: Shop) -> None:
    most = shop.app.config["MAX_CONTENT_LENGTH"]
    words = "x" * most
    answer = shop.post(BULK, {"operations": [{"op": "save", "kind": "rules", "key": "x", "text": words}]})
    assert answer.status_code == 413
    assert str(most) in answer.get_json()["detail"]


def test_a_problem_of_an_operation_is_problem_json_with_fields_and_remedies(shop: Shop) -> None:
    wrong = {**card("One"), "locales": {"en": {"headin": "One"}}}
    operations = [{"op": "save", "kind": "modules", "key": key, "content": wrong} for key in ("one", "two")]
    each = shop.post(BULK, {"operations": operations}).get_json()["results"]
    whole = shop.post(BULK, {"operations": operations, "atomic": True})
    assert (whole.status_code, whole.content_type) == (422, "application/problem+json")
    for results in (each, whole.get_json()["results"]):
        for number, one in enumerate(results):
            assert one["problem"]["status"] == one["status"] == 422
            fields = [error["field"] for error in one["problem"]["errors"]]
            assert all(field.startswith(f"/operations/{number}/content/locales/en") for field in fields)
            assert all(error["remedy"] for error in one["problem"]["errors"])


def test_an_unknown_field_of_an_operation_is_refused_by_name(shop: Shop) -> None:
    operation = {"op": "save", "kind": "modules", "key": "one", "contents": {}}
    told = shop.post(BULK, {"operations": [operation]}).get_json()
    assert {error["field"]: error["remedy"] for error in told["errors"]}["/operations/0/contents"] == (
        "did you mean 'content'?"
    )


def test_where_we_fail_ourselves_a_call_of_all_or_none_fails_whole_and_can_be_sent_again(shop: Shop) -> None:
    """What a grant keeps from somebody is held against the body that is there: it cannot be read for a while."""
    grants = [{"actions": ["content.read", "content.write"], "denied_fields": ["card/cost"]}]
    RoleBook(shop.house.database).put("half-blind", "", parse_grants(grants), by="test", now=1.0)
    ann = signed_in(shop.app, join(shop.app, "ann", "half-blind"), shop.clock())
    assert shop.post(BULK, {"operations": [_news("One")]}).get_json()["results"][0]["status"] == 201
    _rename(shop, "bodies", "away")
    body = {"atomic": True, "operations": [_news("Two")]}
    told = ann("POST", BULK, body, Idempotency_Key="one")
    assert (told.status_code, told.get_json()["title"]) == (500, "Internal error")
    _rename(shop, "away", "bodies")
    again = ann("POST", BULK, body, Idempotency_Key="one")
    assert (again.status_code, again.get_json()["results"][0]["status"]) == (200, 200)


def _news(heading: str) -> dict[str, Any]:
    return {"op": "save", "kind": "modules", "key": "news", "content": card(heading)}


def _rename(shop: Shop, table: str, other: str) -> None:
    with shop.house.database.write() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {other}"))
