"""Accounts, roles and keys over the wire: made, changed, ended; and nobody rises by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import Shop
from tests.service.people import GOOD, SESSION, browser, cookie_of, enter, join, nobody, signed_in, with_password


@pytest.fixture
def ann(shop: Shop) -> str:
    """Ann, an editor with a password."""
    return with_password(shop)


def test_an_account_is_made_gets_a_link_and_chooses_a_password(shop: Shop) -> None:
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    made = root("POST", "/v1/manage/accounts", {"name": "ann", "roles": ["author"]})
    assert made.status_code == 201, made.text
    link, token = made.get_json()["link"], made.get_json()["token"]
    assert link == f"http://127.0.0.1:8322/v1/manage/signin/link#{token}"
    page = nobody(shop.app)("GET", "/v1/manage/signin/link")
    assert "Choose a password" in page.text and "script-src 'sha256-" in page.headers["Content-Security-Policy"]
    weak = nobody(shop.app)("POST", f"{SESSION}/link", {"token": token, "password": "short"})
    assert weak.status_code == 422
    assert nobody(shop.app)("POST", f"{SESSION}/link", {"token": token, "password": GOOD}).status_code == 204
    assert nobody(shop.app)("POST", f"{SESSION}/link", {"token": token, "password": GOOD}).status_code == 410
    assert enter(shop).get_json()["roles"] == ["author"]


def test_who_is_put_out_is_out_at_once(shop: Shop, ann: str) -> None:
    mine = browser(shop, enter(shop))
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    assert root("PATCH", "/v1/manage/accounts/ann", {"active": False}).get_json()["active"] is False
    assert mine("GET", SESSION).status_code == 401
    assert enter(shop).status_code == 401
    assert root("PATCH", "/v1/manage/accounts/ann", {"active": True}).status_code == 200
    assert enter(shop).status_code == 200


def test_an_admin_who_changes_their_own_roles_stays_signed_in_anew(shop: Shop) -> None:
    join(shop.app, "other", "admin")
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    changed = root("PATCH", "/v1/manage/accounts/root", {"roles": ["admin", "viewer"]})
    assert changed.status_code == 200
    assert root("GET", SESSION).status_code == 401
    assert cookie_of(changed)["value"]


def test_nobody_gives_or_takes_over_more_than_they_have(shop: Shop) -> None:
    """Else whoever may make accounts, roles or keys would be an admin a minute later."""
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    grants = [{"actions": ["account.manage", "role.manage", "key.manage", "content.read"], "locales": None}]
    del grants[0]["locales"]
    assert root("PUT", "/v1/manage/roles/office", {"summary": "Office", "grants": grants}).status_code == 200
    clerk = signed_in(shop.app, join(shop.app, "clerk", "office"), shop.clock())
    shop.house.keys.issue("strong", ["manage"], shop.clock(), roles=["admin"])  # type: ignore[list-item]
    tries: list[tuple[str, str, Any]] = [
        ("POST", "/accounts", {"name": "me2", "roles": ["admin"]}),
        ("PATCH", "/accounts/clerk", {"roles": ["office", "editor"]}),
        ("PATCH", "/accounts/root", {"active": False}),
        ("POST", "/accounts/root/link", None),
        ("DELETE", "/accounts/root/totp", None),
        ("PUT", "/roles/more", {"grants": [{"actions": ["content.write"]}]}),
        ("POST", "/keys", {"name": "mine", "scopes": ["manage"], "roles": ["admin"]}),
        ("POST", "/keys", {"name": "mine", "scopes": ["manage"]}),
        ("POST", "/keys/strong/rotate", {}),
    ]
    for method, path, body in tries:
        assert clerk(method, f"/v1/manage{path}", body).status_code == 403, path
    assert clerk("POST", "/v1/manage/accounts", {"name": "me2", "roles": ["office"]}).status_code == 201
    narrower = {"grants": [{"actions": ["content.read"], "kinds": ["modules"], "denied_fields": ["cost"]}]}
    assert clerk("PUT", "/v1/manage/roles/less", narrower).status_code == 200
    assert (
        clerk("POST", "/v1/manage/keys", {"name": "mine", "scopes": ["manage"], "roles": ["less"]}).status_code == 201
    )


@pytest.mark.parametrize(
    ("grants", "field"),
    [
        ([{"actions": ["content.raed"]}], "/grants/0/actions"),
        ([{"actions": ["deliver"]}], "/grants/0/actions"),
        ([{"actions": []}], "/grants/0/actions"),
        ([{"actions": ["content.read"], "kinds": ["modles"]}], "/grants/0/kinds"),
        ([{"actions": ["content.read"], "locale": ["de"]}], "/grants/0/locale"),
        ([{"kinds": ["modules"]}], "/grants/0"),
        ([], "/grants"),
    ],
)
def test_a_grant_that_cannot_be_is_refused_with_its_place(shop: Shop, grants: Any, field: str) -> None:
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    refused = root("PUT", "/v1/manage/roles/odd", {"grants": grants})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "data", [b"[" * 10_000, b'{"grants": NaN}', b'{"summary": "\\ud800", "grants": []}', b'{"a": 1, "a": 2}', b"{"]
)
def test_bodies_that_two_readers_could_read_differently_are_refused(shop: Shop, data: bytes) -> None:
    """As strictly as content, whatever the method."""
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", "Content-Type": "application/json"}
    for method, path in (("PUT", "roles/odd"), ("PATCH", "accounts/nobody"), ("POST", "keys")):
        answer = shop.client.open(f"/v1/manage/{path}", method=method, data=data, headers=headers)
        assert answer.status_code in {400, 422}, (method, answer.text)


def test_two_people_do_not_change_one_role_unseen(shop: Shop) -> None:
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    path, grants = "/v1/manage/roles/office", [{"actions": ["content.read"]}]
    assert root("PUT", path, {"grants": grants}, If_Match='"any"').status_code == 412, "there is none yet"
    assert root("PUT", path, {"grants": grants}, If_None_Match="*").status_code == 200
    assert root("PUT", path, {"grants": grants}, If_None_Match="*").status_code == 412
    read = root("GET", path).headers["ETag"]
    assert root("GET", path, If_None_Match=read).status_code == 304
    my = root("PUT", path, {"summary": "My", "grants": grants}, If_Match=read)
    mine = root("PUT", path, {"summary": "Mine", "grants": grants}, If_Match=my.headers["ETag"])
    assert (my.status_code, mine.status_code) == (200, 200)
    assert root("PUT", path, {"summary": "Yours", "grants": grants}, If_Match=read).status_code == 412
    assert root("DELETE", path, If_Match=read).status_code == 412
    assert root("GET", path).get_json()["summary"] == "Mine"
    assert root("DELETE", path, If_Match=root("GET", path).headers["ETag"]).status_code == 204
