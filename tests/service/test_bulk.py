"""Bulk calls in a running house: what a body may be, and problems as the service tells them."""

from __future__ import annotations

from tests.service.conftest import Shop
from tests.service.shop import card

BULK = "/v1/manage/bulk"


def test_a_body_beyond_the_limit_is_told_the_limit(shop: Shop) -> None:
    most = shop.app.config["MAX_CONTENT_LENGTH"]
    text = "x" * most
    answer = shop.post(BULK, {"operations": [{"op": "save", "kind": "rules", "key": "x", "text": text}]})
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
