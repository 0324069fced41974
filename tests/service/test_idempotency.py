"""`Idempotency-Key` in a running house: shown secrets, what the document tells, what the worker clears."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.worker import chores_of
from storage.answers import answers
from tests.admin.retries import wrapped
from tests.service.conftest import Shop
from tests.service.people import GOOD, Caller, enter, join, signed_in

HERE = "/v1/manage"


def send(shop: Shop, path: str, body: Any, key: str = "one") -> TestResponse:
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", "Idempotency-Key": key}
    return shop.client.post(HERE + path, json=body, headers=headers)


def kept(shop: Shop) -> int:
    with shop.house.database.read() as connection:
        return connection.execute(select(func.count()).select_from(answers)).scalar() or 0


@pytest.mark.parametrize(
    ("path", "body", "secret"),
    [
        ("/keys", {"name": "new", "scopes": ["deliver"]}, "secret"),
        ("/webhooks", {"url": "https://example.com/", "topics": ["*"]}, "secret"),
        ("/previews", {"release": "drafts"}, "token"),
        ("/accounts", {"name": "zoe", "roles": ["author"]}, "token"),
    ],
)
def test_a_secret_that_was_lost_on_its_way_can_be_had_again(shop: Shop, path: str, body: Any, secret: str) -> None:
    first, again = send(shop, path, body), send(shop, path, body)
    assert first.get_json()[secret]
    assert (again.status_code, again.data) == (first.status_code, first.data)
    with shop.house.database.read() as connection:
        (row,) = connection.execute(select(answers)).all()
    assert first.get_json()[secret].encode() not in bytes(row.answer)


def test_who_is_told_to_wait_is_told_how_long(shop: Shop) -> None:
    slip, inside, go = wrapped(shop.app, "manage.Webhooks"), threading.Event(), threading.Event()
    slip.before = lambda: (inside.set(), go.wait(20), None)[-1]
    body = {"url": "https://example.com/", "topics": ["*"]}
    with ThreadPoolExecutor() as pool:
        first = pool.submit(send, shop, "/webhooks", body)
        assert inside.wait(20)
        second = send(shop, "/webhooks", body)
        go.set()
    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert first.result().status_code == 201


def test_a_key_under_which_somebody_signs_in_belongs_to_nobody_and_keeps_nothing(shop: Shop) -> None:
    send(shop, "/accounts", {"name": "ann", "roles": ["author"]})
    before = kept(shop)
    headers = {"Idempotency-Key": "sign in"}
    body = {"name": "ann", "password": GOOD}
    assert shop.client.post(f"{HERE}/session", json=body, headers=headers).status_code == enter(shop).status_code == 401
    assert kept(shop) == before


def test_the_document_names_the_header_on_each_post_of_management_that_asks_who_it_is(shop: Shop) -> None:
    document = shop.client.get("/openapi.json").get_json()
    named, wanted = set(), set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            if any(one.get("name") == "Idempotency-Key" for one in operation.get("parameters", ())):
                named.add((method, path))
            if method == "post" and path.startswith(HERE) and operation["security"]:
                wanted.add((method, path))
    assert len(wanted) > 40
    assert named == wanted


def test_the_worker_clears_answers_that_are_past_their_time(shop: Shop) -> None:
    send(shop, "/validate", {})
    (chore,) = (one for one in chores_of(shop.house, 1.0) if one.name == "old answers")
    chore.do()
    assert kept(shop) == 1
    shop.clock.forward(86_400)
    chore.do()
    assert kept(shop) == 0


def test_a_key_belongs_to_who_sent_it_whatever_session_they_have(shop: Shop) -> None:
    names = [join(shop.app, name, "editor") for name in ("ann", "bob")]

    def make(name: str) -> TestResponse:
        caller = signed_in(shop.app, name, shop.clock())
        return Caller(shop.app, {**caller.headers, "Idempotency-Key": "one"})(
            "POST", f"{HERE}/previews", {"release": "drafts"}
        )

    ann, again, bob = make(names[0]), make(names[0]), make(names[1])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ann.get_json() == again.get_json() != bob.get_json()
    assert "Idempotency-Replayed" not in bob.headers


def test_a_role_that_was_taken_away_opens_no_earlier_answer(shop: Shop) -> None:
    issued = send(shop, "/keys", {"name": "ci", "scopes": ["manage"], "roles": ["editor"]}).get_json()["secret"]
    headers = {"Authorization": f"Bearer {issued}", "Idempotency-Key": "one"}
    body = {"release": "drafts"}
    assert shop.client.post(f"{HERE}/previews", json=body, headers=headers).status_code == 201
    shop.house.keys.revoke("ci")
    assert shop.client.post(f"{HERE}/previews", json=body, headers=headers).status_code == 401


def test_a_house_that_manages_says_that_its_requests_are_alive(shop: Shop) -> None:
    assert "requests at work" in {one.name for one in shop.house.watches}
