"""People over the management API: found by a name, read by an id, each fact shown to who may see it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from accounts import RoleBook, parse_grants
from service.publishing import publisher_of
from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, signed_in

HERE = "/v1/manage/people"
ATTRIBUTES: dict[str, Any] = {
    "attributes": [
        {"path": "profile.plan", "type": "string", "title": "Plan"},
        {"path": "profile.illness", "type": "string", "sensitive": True, "purpose": "care"},
        {"path": "profile.city", "type": "string", "purpose": "ads"},
    ]
}


@pytest.fixture
def known(shop: Shop) -> str:
    """Ann, of whom some things are told; she consents to all but ads."""
    admin = holder(shop.app, shop.secrets["all"])
    assert admin("PUT", "/v1/manage/attributes/people", ATTRIBUTES).status_code == 201
    publisher_of(shop.house).publish("people", "test")
    shop.house.published.refresh()
    stamp = {"consent": {"categoryPreferences": {"personalization": True, "care": True, "ads": False}}}
    traits = {"plan": "gold", "illness": "cold", "city": "Riga"}
    call = {"messageId": "ann", "userId": "ann", "anonymousId": "a1", "traits": traits, "context": stamp}
    assert shop.post("/v1/identify", call).status_code == 200
    found = admin("POST", f"{HERE}/find", {"user_id": "ann"})
    return str(found.get_json()["profile_id"])


def caller(shop: Shop, name: str, grants: list[dict[str, Any]]) -> Caller:
    RoleBook(shop.house.database).put(name, "", parse_grants(grants), by="test", now=1.0)
    return signed_in(shop.app, join(shop.app, f"{name}-one", name), shop.clock())


def facts(answer: Any) -> dict[str, Any]:
    return {one["path"]: one for one in answer.get_json()["facts"]}


def test_somebody_is_found_by_any_name_and_told_by_id(shop: Shop, known: str) -> None:
    admin = holder(shop.app, shop.secrets["all"])
    for who in ({"user_id": "ann"}, {"anonymous_id": "a1"}, {"alias": "anon:a1"}):
        assert admin("POST", f"{HERE}/find", who).get_json() == {"profile_id": known}
    told = admin("GET", f"{HERE}/{known}").get_json()
    assert (told["profile_id"], sorted(told["aliases"])) == (known, ["anon:a1", "user:ann"])
    assert told["consent"] == {"personalization": True, "care": True, "ads": False}
    seen = facts(admin("GET", f"{HERE}/{known}"))
    plan = seen["profile.plan"]
    assert (plan["value"], plan["state"], plan["title"], plan["at"]) == ("gold", "known", "Plan", shop.clock())
    city = seen["profile.city"]
    assert (city["value"], city["state"], city["reason"]) == (None, "withheld", "no consent to ads")


def test_a_fact_is_shown_to_who_may_see_its_purpose_and_what_is_sensitive(shop: Shop, known: str) -> None:
    reader = caller(shop, "reader", [{"actions": ["profile.read"]}])
    assert "profile.plan" in facts(reader("GET", f"{HERE}/{known}"))
    assert "profile.illness" not in facts(reader("GET", f"{HERE}/{known}"))
    nurse = caller(shop, "nurse", [{"actions": ["profile.read", "profile.sensitive"], "purposes": ["care"]}])
    answer = nurse("GET", f"{HERE}/{known}")
    assert {path: one["value"] for path, one in facts(answer).items()} == {"profile.illness": "cold"}
    assert answer.get_json()["aliases"] == []
    assert "gold" not in answer.text
    editor = signed_in(shop.app, join(shop.app, "ed", "editor"), shop.clock())
    assert editor("GET", f"{HERE}/{known}").status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [({"user_id": "nobody"}, 404), ({}, 422), ({"user_id": "a", "alias": "b"}, 422), ({"user_id": 3}, 422)],
)
def test_who_is_not_there_or_not_named_is_told_so(shop: Shop, body: Any, status: int) -> None:
    admin = holder(shop.app, shop.secrets["all"])
    answer = admin("POST", f"{HERE}/find", body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert admin("GET", f"{HERE}/nothing").status_code == 404


def test_a_computed_attribute_is_published_counted_and_read_by_pages(shop: Shop) -> None:
    admin = holder(shop.app, shop.secrets["all"])
    shop.consent("ada")
    shop.track("Lamp Lit", "ada")
    body = {"path": "profile.lamps", "type": "number", "computed": {"count": "Lamp Lit", "within": "1d"}}
    assert admin("PUT", "/v1/manage/attributes/lamps", {"attributes": [body]}).status_code == 201
    publisher_of(shop.house).publish("lamps", "test")
    shop.house.published.refresh()
    here = f"{HERE}/{admin('POST', f'{HERE}/find', {'anonymous_id': 'ada'}).get_json()['profile_id']}"
    assert facts(admin("GET", here))["profile.lamps"]["state"] == "uncounted"
    while shop.house.recount.work(shop.clock()):
        pass
    seen = facts(admin("GET", here))["profile.lamps"]
    assert (seen["value"], seen["state"], seen["until"]) == (1, "known", shop.clock() + 86_400)
    shop.clock.forward(86_400)
    assert facts(admin("GET", here))["profile.lamps"]["value"] == 0


@pytest.mark.parametrize(
    ("more", "field", "word"),
    [
        ({"computed": {"cuont": "x"}}, "/attributes/0/computed", "count"),
        ({"computed": {"count": "x", "within": "3 days"}}, "/attributes/0/computed", "within"),
        ({"computed": {"count": "x"}, "type": "string"}, "/attributes/0/type", "number"),
        ({"computed": {"count": "x"}, "path": "context.x"}, "/attributes/0/path", "profile"),
        ({"computed": {"count": "x"}, "freshness": "3d"}, "/attributes/0/freshness", "within"),
        ({"freshness": "soon"}, "/attributes/0/freshness", "30d"),
    ],
)
def test_a_definition_that_cannot_be_is_refused_when_it_is_saved(shop: Shop, more: Any, field: str, word: str) -> None:
    admin = holder(shop.app, shop.secrets["all"])
    body = {"attributes": [{"path": "profile.x", "type": "number", **more}]}
    answer = admin("PUT", "/v1/manage/attributes/wrong", body)
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert error["field"] == field and word in error["message"], error


def test_the_past_of_somebody_is_told_as_far_as_one_may_see_it(shop: Shop, known: str) -> None:
    admin, then = holder(shop.app, shop.secrets["all"]), datetime.fromtimestamp(shop.clock(), UTC).isoformat()
    shop.clock.forward(100)
    call = {"userId": "ann", "traits": {"plan": "silver", "illness": "flu", "unheard": "of"}}
    assert shop.post("/v1/identify", {"messageId": "later", **call}).status_code == 200
    assert shop.post("/v1/track", {"messageId": "odd", "userId": "ann", "event": "Odd One"}).status_code == 200
    assert facts(admin("GET", f"{HERE}/{known}"))["profile.plan"]["value"] == "silver"
    assert facts(admin("GET", f"{HERE}/{known}?at={quote(then)}"))["profile.plan"]["value"] == "gold"
    assert admin("GET", f"{HERE}/{known}?at=2020-01-01").status_code == 404
    assert admin("GET", f"{HERE}/{known}?at=soon").status_code == 422
    turns = admin("GET", f"{HERE}/{known}/history?path=profile.plan").get_json()["items"]
    assert [(one["value"], one["message_id"], one["by"]) for one in turns] == [
        ("silver", "later", "user:ann"),
        ("gold", "ann", "user:ann"),
    ]
    city = admin("GET", f"{HERE}/{known}/history?path=profile.city").get_json()
    assert city == {"items": [], "withheld": "ads"}
    assert admin("GET", f"{HERE}/{known}/history?path=profile.unheard").status_code == 422
    page = admin("GET", f"{HERE}/{known}/events?limit=2").get_json()
    assert [one["message_id"] for one in page["items"]] == ["odd", "later"]
    assert page["items"][1]["traits"] == {"plan": "silver", "illness": "flu"}
    rest = admin("GET", f"{HERE}/{known}/events?limit=2&after={page['next']}").get_json()
    assert [one["message_id"] for one in rest["items"]] == ["ann"] and rest["next"] is None
    reader = caller(shop, "reader", [{"actions": ["profile.read"], "purposes": ["personalization"]}])
    assert reader("GET", f"{HERE}/{known}/history?path=profile.illness").status_code == 422
    answer = reader("GET", f"{HERE}/{known}/events")
    assert [one["traits"] for one in answer.get_json()["items"]] == [{}, {"plan": "silver"}, {"plan": "gold"}]
    assert "flu" not in answer.text and "ann" not in answer.text.replace('"message_id":"ann"', "")
