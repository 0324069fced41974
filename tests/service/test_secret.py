"""A word in a field that somebody may not see is in no answer that they get, whatever they ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from accounts import ACTIONS, SCOPES, RoleBook, parse_grants
from admin.permissions import path_of
from modules import KINDS
from service.publishing import publisher_of
from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, signed_in

WORD = "Xylophagous"
"""It stands in the hidden field, and nowhere else."""

TYPE: dict[str, Any] = {
    "title": "Offer",
    "fields": {"heading": {"kind": "text", "required": True}, "cost": {"kind": "text", "sample": f"{WORD} sample"}},
}

BARE = {"title": "Offer", "fields": {"heading": TYPE["fields"]["heading"]}}
"""The type without the hidden field: what that would take away is told with examples."""

VALUES: Mapping[str, list[str]] = {
    "kind": list(KINDS),
    "key": ["coffee", "offer", "home"],
    "name": ["coffee", "root", "editor", "all"],
    "session_id": ["nothing"],
    "release": ["first", "waiting"],
    "webhook": ["hook"],
    "comment": ["said"],
    "preview": ["nothing"],
    "migration": ["carried"],
    "profile_id": ["nobody"],
    "seq": [str(number) for number in range(1, 12)],
}
"""What stands for the holes of an address. Who makes a route with another hole adds what it may be."""

COFFEE: Mapping[str, str] = {"kind": "modules", "key": "coffee"}
BULK: list[Any] = [
    {**COFFEE, "op": "save", "content": {"type": "offer", "locales": {"en": {"heading": 3}}}},
    {**COFFEE, "op": "save", "content": {"type": "offer", "locales": {"en": {"heading": "X"}}}, "if_match": "0" * 64},
    {**COFFEE, "op": "save", "content": {"type": "offer", "locales": {"en": {"heading": "X", "cost": 3}}}},
    {**COFFEE, "op": "save", "content": {"type": "offer", "tags": ["hero"], "locales": {"en": {"heading": "X"}}}},
    {"op": "save", "kind": "types", "key": "offer", "content": {"title": "Offer", "fields": {}}},
    {**COFFEE, "op": "publish", "locales": ["en"]},
    {**COFFEE, "op": "delete"},
]
ASKED: Mapping[str, list[Any]] = {
    "GET /v1/manage/{kind}": [{"include": "3"}, {"fields": "body"}, {"include": "3", "release": "waiting"}],
    "GET /v1/manage/search": [{"q": "cocoa", "include": "3", "fields": "*"}],
    "GET /v1/manage/{kind}/{key}": [
        {"revision": "old"},
        {"revision": "old", "fields": "body"},
        {"include": "3"},
        {"include": "3", "release": "first"},
    ],
    "GET /v1/manage/{kind}/{key}/diff": [{"from": "1"}, {"from": "1", "to": "2"}, {"from": "published"}],
    "POST /v1/manage/{kind}/{key}/merge": [{"base": 1, "body": {"type": "offer", "locales": {"en": {"heading": "X"}}}}],
    "POST /v1/manage/{kind}/{key}/restore": [{"version": 1}],
    "PATCH /v1/manage/comments/{comment}": [{"resolved": True}, {"text": "Yes"}],
    "POST /v1/manage/{kind}/{key}/comments": [
        {"text": "So?", "answer_to": "said"},
        {"text": "So?", "pointer": "/locales/en/cost"},
    ],
    "POST /v1/manage/explain": [{"module": "coffee", "person": {"anonymous_id": "x"}}],
    "POST /v1/manage/bulk": [{"atomic": atomic, "operations": BULK} for atomic in (False, True)],
    "POST /v1/manage/types/{key}/migrations": [{"type": BARE, "mapping": {"cost": {"drop": True}}, "dry_run": True}],
    "POST /v1/manage/could-see": [{"layout": "home", "slot": "hero", "logic": True}],
    "POST /v1/manage/delete": [{"names": ["modules/coffee"]}],
    "POST /v1/manage/archive": [{"names": ["modules/coffee"]}],
    "POST /v1/manage/releases": [{"name": "mine"}],
    "POST /v1/manage/releases/{release}/changes": [{"changes": [{"kind": "modules", "key": "coffee"}]}],
    "GET /v1/manage/releases/{release}/compare": [{"to": "first"}],
}
"""What makes a route say more than it does when it is asked for nothing: queries of a GET, bodies of the others."""

NOT_ASKED = ("/session", "/ping")
"""Signing out would end the sweep; a ping calls out."""


def offer(cost: str, heading: str = "Coffee") -> dict[str, Any]:
    """An offer with a secret, also in a variant."""
    words = {"heading": heading, "cost": f"{WORD} {cost}"}
    return {
        "type": "offer",
        "tags": ["hero"],
        "locales": {"en": words, "de": words},
        "variants": [{"key": "bold", "locales": {"en": {"cost": f"{WORD} bold"}}}],
    }


@pytest.fixture
def world(shop: Shop) -> dict[str, str]:
    """The offer saved three times, published in between, and in use; what stands for names that are made here."""
    admin = holder(shop.app, shop.secrets["all"])
    assert admin("PUT", "/v1/manage/types/offer", TYPE).status_code == 201
    old = admin("PUT", "/v1/manage/modules/coffee", offer("one")).get_json()["digest"]
    for cost, heading in (("two", "Tea"), ("three", "Cocoa")):
        publisher_of(shop.house).publish(cost, "test")
        assert admin("PUT", "/v1/manage/modules/coffee", offer(cost, heading)).status_code == 200
    served = shop.house.releases.published()
    assert served is not None
    about = {"text": f"{WORD} is much", "pointer": "/locales/en/cost"}
    said = admin("POST", "/v1/manage/modules/coffee/comments", about).get_json()["id"]
    told = {"url": "https://example.com/hooks", "topics": ["*"]}
    hook = admin("POST", "/v1/manage/webhooks", told)
    filled = {"name": "waiting", "changes": [{"kind": "modules", "key": "coffee", "locales": ["en"]}], "publish": False}
    waiting = admin("POST", "/v1/manage/releases", filled).get_json()["id"]
    dropped = admin("POST", "/v1/manage/types/offer/migrations", {"type": BARE, "mapping": {"cost": {"drop": True}}})
    assert dropped.status_code == 202, dropped.text
    others = {"hook": hook.get_json()["id"], "carried": str(dropped.get_json()["id"])}
    made = {"old": old, "said": said, "first": served.id, "waiting": waiting}
    return {**made, **others}


@pytest.fixture
def ann(shop: Shop, world: dict[str, str]) -> Caller:
    """Ann, who may do everything there is, but see what offers cost."""
    everything = [{"actions": sorted(set(ACTIONS) - SCOPES), "denied_fields": ["offer/cost"]}]
    RoleBook(shop.house.database).put("half-blind", "", parse_grants(everything), by="test", now=1.0)
    return signed_in(shop.app, join(shop.app, "ann", "half-blind"), shop.clock())


def routes(shop: Shop) -> list[tuple[str, str]]:
    """Every route of the management API; those that take something away come last."""
    order = ("GET", "POST", "PUT", "PATCH", "DELETE")
    rules = [rule for rule in shop.app.url_map.iter_rules() if rule.rule.startswith("/v1/manage")]
    there = {(m, path_of(rule.rule)) for rule in rules for m in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return sorted(there, key=lambda route: (order.index(route[0]), "session" in route[1], route))


def addresses(path: str, names: Mapping[str, str]) -> Iterator[str]:
    """The path with each value for each hole."""
    hole = path[path.index("{") + 1 : path.index("}")] if "{" in path else ""
    if not hole:
        yield path
        return
    assert hole in VALUES, f"add what {{{hole}}} may be to VALUES in {__file__}"
    for value in VALUES[hole]:
        yield from addresses(path.replace(f"{{{hole}}}", names.get(value, value), 1), names)


def asked(method: str, path: str, names: Mapping[str, str]) -> Iterator[Any]:
    """Nothing, and what the table has."""
    yield {} if method in {"POST", "PUT", "PATCH"} else None
    for body in ASKED.get(f"{method} {path}", []):
        yield {name: names.get(value, value) if isinstance(value, str) else value for name, value in body.items()}


def answers(shop: Shop, caller: Caller, names: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """What each route answers to everything that the tables have: route, status, and all that was told."""
    for method, path in routes(shop):
        if path.endswith(NOT_ASKED):
            continue
        for address in addresses(path, names):
            for body in asked(method, path, names):
                query = "?" + "&".join(f"{k}={v}" for k, v in body.items()) if method == "GET" and body else ""
                answer = caller(method, address + query, None if method == "GET" else body)
                told = answer.get_data(as_text=True) + str(answer.headers)
                yield f"{method} {address}{query}", answer.status_code, told


def test_a_hidden_word_is_in_no_answer(shop: Shop, world: dict[str, str], ann: Caller) -> None:
    told = list(answers(shop, ann, world))
    assert [route for route, _, text in told if WORD in text] == []
    assert [(route, status) for route, status, _ in told if status >= 500] == []
    assert sum(status == 200 for _, status, _ in told) > 20, "who is let in nowhere sees nothing, which proves nothing"


def test_the_word_is_there_for_who_may_see_it(shop: Shop, world: dict[str, str]) -> None:
    """Else the test above would look for nothing."""
    admin = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    telling = [route for route, _, text in answers(shop, admin, world) if WORD in text]
    assert "GET /v1/manage/modules/coffee" in telling
    assert "GET /v1/manage/types/offer" in telling
    assert f"GET /v1/manage/modules/coffee?revision={world['old']}" in telling


def test_who_does_not_see_it_saves_the_rest_and_loses_nothing(shop: Shop, world: dict[str, str], ann: Caller) -> None:
    seen = ann("GET", "/v1/manage/modules/coffee")
    body = seen.get_json()
    body["locales"]["en"]["heading"] = "Espresso"
    saved = ann("PUT", "/v1/manage/modules/coffee", body, If_Match=seen.headers["ETag"])
    assert saved.status_code == 200, saved.text
    body["locales"]["en"]["heading"] = "Ristretto"
    stale = ann("PUT", "/v1/manage/modules/coffee", body, If_Match=seen.headers["ETag"])
    assert stale.status_code == 409 and WORD not in stale.text
    assert stale.get_json()["theirs"]["body"]["locales"]["en"] == {"heading": "Espresso"}
    now = holder(shop.app, shop.secrets["all"])("GET", "/v1/manage/modules/coffee").get_json()
    assert now["locales"]["en"] == {"heading": "Espresso", "cost": f"{WORD} three"}
    assert now["variants"] == offer("three")["variants"]
    assert ann("POST", "/v1/manage/modules/coffee/restore", {"version": 1}).status_code == 200
    now = holder(shop.app, shop.secrets["all"])("GET", "/v1/manage/modules/coffee").get_json()
    assert now["locales"]["en"] == {"heading": "Coffee", "cost": f"{WORD} three"}, "only what they see comes back"
