"""Preview links: what is not public yet, for who has a link, and for nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer
from werkzeug.test import TestResponse

from accounts import Grant, RoleBook, Scope
from accounts.previews import SALT
from tests.service.conftest import Shop
from tests.service.people import Caller, join, signed_in
from tests.service.shop import CARD

MANAGE = "/v1/manage"
RED = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="red" d="M0 0h9"/></svg>\n'


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()


@pytest.fixture
def eve(shop: Shop) -> Caller:
    return signed_in(shop.app, join(shop.app, "eve", "editor"), shop.clock())


def change(shop: Shop, eve: Caller, words: str = "Not yet") -> str:
    """Another heading in the draft of the hero that everybody sees; its key."""
    key = shop.shown()["hero"][0]
    body = json.loads(eve("GET", f"{MANAGE}/modules/{key}").data)
    for fields in [*body["locales"].values(), *(one["locales"]["en"] for one in body.get("variants", []))]:
        fields["heading"] = words
    assert eve("PUT", f"{MANAGE}/modules/{key}", body).status_code == 200
    return key


def link(caller: Caller, expect: int = 201, **body: Any) -> Any:
    answer = caller("POST", f"{MANAGE}/previews", body)
    assert answer.status_code == expect, answer.text
    return answer.get_json()


def seen(shop: Shop, token: str, **more: Any) -> TestResponse:
    body = {"layout": "home", "person": {"anonymous_id": "ada"}, **more}
    return shop.client.post("/v1/assemble", json=body, headers={"Authorization": f"Preview {token}"})


def page(shop: Shop, token: str, more: str = "") -> TestResponse:
    return shop.client.get(f"/v1/pages/home?preview={token}{more}")


def test_a_draft_is_seen_under_the_link_alone(shop: Shop, eve: Caller) -> None:
    change(shop, eve)
    public = shop.get("/v1/pages/home?anonymous_id=ada")
    made = link(eve, layouts=["home"])
    assert made["links"]["home"].endswith(f"/v1/pages/home?preview={made['token']}")
    there = page(shop, made["token"])
    assert there.status_code == 200 and "Not yet" in there.text and "Not yet" not in public.text
    assert there.headers["Cache-Control"] == "private, no-store"
    assert page(shop, made["token"], "&preview=other").status_code == 422
    assert there.headers["X-Robots-Tag"] == "noindex"
    assert there.headers["X-Intarsia-Preview"] == "drafts"
    assert "Not yet" in seen(shop, made["token"]).text
    assert "Not yet" not in shop.get("/v1/pages/home?anonymous_id=ada").text
    assert shop.home()["release"] != seen(shop, made["token"]).get_json()["release"]


def test_a_release_that_waits_is_seen_whole_and_nothing_else(shop: Shop, eve: Caller) -> None:
    key = change(shop, eve, "In the release")
    made = eve("POST", f"{MANAGE}/releases", {"name": "R", "changes": [{"kind": "modules", "key": key}]}).get_json()
    change(shop, eve, "After it")
    token = link(eve, release=made["id"])["token"]
    assert "In the release" in page(shop, token).text
    assert "After it" not in page(shop, token).text


def test_what_a_draft_names_is_of_the_same_state(shop: Shop, eve: Caller) -> None:
    """A new picture of a new draft is served to who has the link, and to nobody else."""
    store = shop.house.contents
    pictured = {**CARD, "fields": {**CARD["fields"], "image": {"kind": "image", "role": "image"}}}
    store.put("types", "card", json.dumps(pictured).encode(), author="eve", now=shop.clock())
    store.put("assets", "red.svg", RED, author="eve", now=shop.clock())
    key = shop.shown()["hero"][0]
    body = json.loads(eve("GET", f"{MANAGE}/modules/{key}").data)
    for fields in body["locales"].values():
        fields["image"] = {"asset": "red.svg", "alt": "Red"}
    answer = eve("PUT", f"{MANAGE}/modules/{key}", body)
    assert answer.status_code == 200, answer.text
    token = link(eve)["token"]
    digest = store.get("assets", "red.svg").digest[:12]  # type: ignore[union-attr]
    address = f"/assets/{digest}/red.svg"
    assert f"{address}?preview={token}" in page(shop, token).text.replace("&amp;", "&")
    private = shop.client.get(f"{address}?preview={token}")
    assert (private.data, private.headers["Cache-Control"]) == (RED, "private, no-store")
    assert shop.client.get(address).status_code == 404


@pytest.mark.parametrize("scope", [*Scope, "all"])
def test_no_key_sees_a_draft(shop: Shop, eve: Caller, scope: str) -> None:
    change(shop, eve)
    if scope != "all":
        shop.secrets[scope] = shop.house.keys.issue(f"only {scope}", [Scope(scope)], shop.clock())
    person = {"anonymous_id": "ada"}
    for path, body in (
        ("/v1/assemble", {"layout": "home", "person": person}),
        ("/v1/assemble", {"layout": "home", "person": person, "channel": "web"}),
        ("/v1/render/email", {"layout": "home", "person": person}),
        ("/v1/chat/slack", {"layout": "home", "person": person}),
    ):
        for more in ({}, {"release": "drafts"}, {"preview": True}):
            assert "Not yet" not in shop.post(path, {**body, **more}, key=scope).text
    for query in ("", "&release=drafts", "&preview=", "&preview=drafts"):
        assert "Not yet" not in shop.get(f"/v1/pages/home?anonymous_id=ada{query}", key=scope).text


def test_only_what_was_signed_here_opens_anything(shop: Shop, eve: Caller) -> None:
    change(shop, eve)
    token = link(eve)["token"]
    forged = URLSafeSerializer("guessed", salt=SALT).dumps([link(eve)["id"], 9e9])
    for wrong in (token[:-1], token + "x", token[1:], forged, "x", "%00", "a" * 5000):
        for answer in (page(shop, wrong), seen(shop, wrong.replace("%00", "0"))):
            assert answer.status_code == 401, wrong
            assert answer.content_type == "application/problem+json"
            assert "Not yet" not in answer.text


def test_a_link_of_one_service_opens_nothing_at_another(
    shop: Shop, eve: Caller, open_shop: Callable[..., Shop]
) -> None:
    token = link(eve)["token"]
    other = open_shop(data_dir=shop.house.settings.data_dir / "other", redis_prefix="other")
    link(signed_in(other.app, join(other.app, "max", "editor"), other.clock()))
    assert page(other, token).status_code == 401


def test_a_link_ends(shop: Shop, eve: Caller) -> None:
    short, long = link(eve, expires_in=60)["token"], link(eve, expires_in=3600)
    shop.clock.forward(61)
    expired = page(shop, short)
    assert expired.status_code == 401 and "expired" in expired.get_json()["detail"]
    assert page(shop, long["token"]).status_code == 200
    assert [one["id"] for one in eve("GET", f"{MANAGE}/previews").get_json()["items"]] == [long["id"]]
    assert "token" not in eve("GET", f"{MANAGE}/previews").text
    assert eve("DELETE", f"{MANAGE}/previews/{long['id']}").status_code == 204
    revoked = page(shop, long["token"])
    assert revoked.status_code == 401 and "revoked" in revoked.get_json()["detail"]
    assert eve("DELETE", f"{MANAGE}/previews/{long['id']}").status_code == 404


def test_one_persons_links_are_not_anothers(shop: Shop, eve: Caller) -> None:
    mine = link(eve)["id"]
    dora = signed_in(shop.app, join(shop.app, "dora", "author"), shop.clock())
    assert dora("GET", f"{MANAGE}/previews").get_json()["items"] == []
    assert dora("DELETE", f"{MANAGE}/previews/{mine}").status_code == 404
    boss = signed_in(shop.app, join(shop.app, "max", "admin"), shop.clock())
    assert [one["by"] for one in boss("GET", f"{MANAGE}/previews").get_json()["items"]] == ["eve"]


def test_what_a_link_binds_cannot_be_changed(shop: Shop, eve: Caller) -> None:
    person, other = {"user_id": "ada"}, {"user_id": "bob"}
    token = link(eve, person=person, at="2026-12-24T18:00", zone="Europe/Berlin", layouts=["home"])["token"]
    assert seen(shop, token, person=None).status_code == 200
    assert seen(shop, token, person=person).status_code == 200
    for field, more in (("/person", {"person": other}), ("/at", {"person": None, "at": "2026-01-01T00:00:00Z"})):
        answer = seen(shop, token, **more)
        assert answer.status_code == 403
        assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    elsewhere = seen(shop, token, person=None, layout="mail")
    assert elsewhere.status_code == 403 and elsewhere.get_json()["errors"][0]["field"] == "/layout"
    assert page(shop, token, "&user_id=bob").status_code == 403


def test_the_future_is_seen_as_it_will_be(shop: Shop, eve: Caller) -> None:
    """What opens on a day is not shown before, but in a preview of that day."""
    key = change(shop, eve, "On the day")
    body = json.loads(eve("GET", f"{MANAGE}/modules/{key}").data)
    then = datetime.fromtimestamp(shop.clock() + 86_400, UTC)
    body["schedule"] = {"from": then.isoformat(), "zone": "UTC"}
    assert eve("PUT", f"{MANAGE}/modules/{key}", body).status_code == 200
    assert "On the day" not in page(shop, link(eve)["token"]).text
    later = datetime.fromtimestamp(shop.clock() + 90_000, UTC).replace(tzinfo=None).isoformat()
    assert "On the day" in page(shop, link(eve, at=later)["token"]).text
    free = link(eve)["token"]
    assert "On the day" in page(shop, free, f"&at={later}Z").text, "an unbound moment is the reader's choice"


def test_the_past_is_seen_as_it_was(shop: Shop, eve: Caller) -> None:
    before = datetime.fromtimestamp(shop.clock(), UTC).replace(tzinfo=None).isoformat()
    old = shop.home()["release"]
    shop.clock.forward(100)
    key = change(shop, eve, "New")
    assert eve("POST", f"{MANAGE}/modules/{key}/publish", {}).status_code == 201
    assert "New" in shop.get("/v1/pages/home?anonymous_id=ada").text
    token = link(eve, release="as-of", at=before)["token"]
    was = seen(shop, token)
    assert was.get_json()["release"] == old and "New" not in was.text


def test_who_may_not_see_all_shares_nothing(shop: Shop, eve: Caller) -> None:
    blind = Grant(frozenset({"content.read", "preview.share"}), denied_fields=frozenset({"heading"}))
    RoleBook(shop.house.database).put("half-blind", "", [blind], by="test", now=1.0)
    ann = signed_in(shop.app, join(shop.app, "ann", "half-blind"), shop.clock())
    link(ann, expect=403)
    approver = signed_in(shop.app, join(shop.app, "ada", "approver"), shop.clock())
    link(approver)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expires_in": 1}, "/expires_in"),
        ({"expires_in": 10**9}, "/expires_in"),
        ({"at": "soon"}, "/at"),
        ({"at": "9999-12-31T23:59"}, "/at"),
        ({"at": "2026-12-24T18:00", "zone": "Mars"}, "/zone"),
        ({"release": "as-of"}, "/at"),
        ({"person": {}}, "/person/user_id"),
        ({"layouts": []}, "/layouts"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_is_named(eve: Caller, body: dict[str, Any], field: str) -> None:
    assert field in {error["field"] for error in link(eve, expect=422, **body)["errors"]}


def test_a_release_that_is_not_there_is_told(eve: Caller) -> None:
    link(eve, expect=404, release="r99-nothing")


def test_previews_count_no_page(shop: Shop, eve: Caller) -> None:
    def pages() -> str:
        return "".join(line for line in shop.client.get("/metrics").text.splitlines() if "pages" in line)

    token = link(eve)["token"]
    before = pages()
    page(shop, token)
    assert pages() == before
