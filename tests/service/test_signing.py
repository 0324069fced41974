"""Signing in over the wire: cookies, what a stranger's page cannot do, who am I."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from tests.service.conftest import Shop
from tests.service.people import (
    GOOD,
    SESSION,
    browser,
    cookie_of,
    enter,
    holder,
    join,
    nobody,
    signed_in,
    with_password,
)


@pytest.fixture
def ann(shop: Shop) -> str:
    """Ann, an editor with a password."""
    return with_password(shop)


def test_signing_in_gives_a_cookie_that_no_script_reads(shop: Shop, ann: str) -> None:
    answer = enter(shop)
    assert answer.status_code == 200, answer.text
    cookie = cookie_of(answer)
    assert cookie["name"] == "intarsia"
    assert "httponly" in cookie and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert "secure" not in cookie and "domain" not in cookie
    told = answer.get_json()
    assert (told["name"], told["kind"], told["roles"]) == ("ann", "person", ["editor"])
    assert "release.publish" in told["actions"] and "account.manage" not in told["actions"]
    assert browser(shop, answer)("GET", SESSION).get_json() == told
    assert answer.headers["Cache-Control"] == "no-store"


def test_over_https_the_cookie_is_of_this_host_alone(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(admin_url="https://content.example.com")
    with_password(shop)
    cookie = cookie_of(enter(shop))
    assert cookie["name"] == "__Host-intarsia"
    assert "secure" in cookie and cookie["path"] == "/" and "domain" not in cookie


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_a_failure_says_nothing(shop: Shop, ann: str, name: str) -> None:
    answer = enter(shop, "wrong", name)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.get_json()["detail"] == "name, password or code is wrong, or the account is not active"
    assert "Set-Cookie" not in answer.headers


def test_whoever_guesses_has_to_wait(shop: Shop, ann: str) -> None:
    for _ in range(5):
        assert enter(shop, "wrong").status_code == 401
    locked = enter(shop)
    assert locked.status_code == 429
    shop.clock.forward(float(locked.headers["Retry-After"]))
    assert enter(shop).status_code == 200


def test_a_change_takes_the_token_of_the_session(shop: Shop, ann: str) -> None:
    """A form on a stranger's page sends the cookie, and cannot know the token."""
    mine = browser(shop, enter(shop))
    body = {"title": "Mine", "logic": True}
    for forged in ({"X_CSRF_Token": ""}, {"X_CSRF_Token": "0" * 64}):
        answer = mine("PUT", "/v1/manage/rules/mine", body, **forged)
        assert answer.status_code == 403
        assert "X-CSRF-Token" in answer.get_json()["detail"]
    other = browser(shop, enter(shop))
    assert mine("PUT", "/v1/manage/rules/mine", body, X_CSRF_Token=other.headers["X-CSRF-Token"]).status_code == 403
    assert mine("GET", "/v1/manage/rules", X_CSRF_Token="").status_code == 200
    assert mine("PUT", "/v1/manage/rules/mine", body).status_code == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, 201),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "none"}, 403),
        ({"Origin": "http://localhost"}, 201),
        ({"Origin": "http://127.0.0.1:8322"}, 201),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 201),
    ],
)
def test_a_change_comes_from_our_own_pages(shop: Shop, ann: str, headers: dict[str, str], status: int) -> None:
    mine = browser(shop, enter(shop))
    assert mine("PUT", "/v1/manage/rules/mine", {"title": "Mine", "logic": True}, **headers).status_code == status


def test_nobody_is_signed_in_by_another_s_page(shop: Shop, ann: str) -> None:
    """Else one would write into the account of whoever set the trap."""
    body = {"name": "ann", "password": GOOD}
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert nobody(shop.app)("POST", SESSION, body, **headers).status_code == 403


def test_a_key_needs_no_token_and_wins_over_a_cookie(shop: Shop, ann: str) -> None:
    mine = browser(shop, enter(shop))
    secret = f"Bearer {shop.secrets['all']}"
    told = mine("PUT", "/v1/manage/rules/mine", {"title": "M", "logic": True}, X_CSRF_Token="", Authorization=secret)
    assert (told.status_code, told.get_json()["author"]) == (201, "all")
    who = holder(shop.app, shop.secrets["all"])("GET", SESSION).get_json()
    assert (who["kind"], who["session"], who["csrf_token"]) == ("key", None, None)


def test_a_key_that_a_browser_remembers_is_no_way_in_for_others(shop: Shop) -> None:
    """What was typed into the browser's own window is sent along as a cookie is."""
    import base64

    basic = "Basic " + base64.b64encode(f"{shop.secrets['all']}:".encode()).decode()
    body = {"title": "M", "logic": True}
    put = nobody(shop.app)
    assert put("PUT", "/v1/manage/rules/m", body, Authorization=basic, Sec_Fetch_Site="cross-site").status_code == 403
    assert put("PUT", "/v1/manage/rules/m", body, Authorization=basic).status_code == 201


def test_a_secret_is_new_at_each_step_and_the_old_one_ends(shop: Shop, ann: str) -> None:
    first = enter(shop)
    mine = browser(shop, first)
    again = mine("POST", SESSION, {"name": "ann", "password": GOOD})
    assert cookie_of(again)["value"] != cookie_of(first)["value"]
    assert mine("GET", SESSION).status_code == 401
    mine = browser(shop, again)
    body = {"old": GOOD, "password": "three green umbrellas"}
    changed = mine("PUT", f"{SESSION}/password", body)
    assert changed.status_code == 200, changed.text
    assert mine("GET", SESSION).status_code == 401
    assert browser(shop, changed)("GET", SESSION).status_code == 200
    assert enter(shop).status_code == 401
    assert enter(shop, "three green umbrellas").status_code == 200


def test_another_password_takes_the_one_before_and_strength(shop: Shop, ann: str) -> None:
    mine = browser(shop, enter(shop))
    wrong = mine("PUT", f"{SESSION}/password", {"old": "wrong", "password": "three green umbrellas"})
    assert wrong.status_code == 401
    weak = mine("PUT", f"{SESSION}/password", {"old": GOOD, "password": "password1234"})
    assert weak.status_code == 422
    assert weak.get_json()["errors"][0]["field"] == "/password"
    assert "password1234" not in weak.text


def test_signing_out_and_ending_sessions(shop: Shop, ann: str) -> None:
    phone, desk = browser(shop, enter(shop)), browser(shop, enter(shop))
    listed = desk("GET", "/v1/manage/sessions").get_json()["items"]
    assert [one["current"] for one in listed] in ([True, False], [False, True])
    other = next(one["id"] for one in listed if not one["current"])
    assert desk("DELETE", f"/v1/manage/sessions/{other}").status_code == 204
    assert phone("GET", SESSION).status_code == 401
    tablet = browser(shop, enter(shop))
    assert desk("DELETE", "/v1/manage/sessions").status_code == 204
    assert tablet("GET", SESSION).status_code == 401
    out = desk("DELETE", SESSION)
    assert (out.status_code, cookie_of(out)["max-age"]) == (204, "0")
    assert desk("GET", SESSION).status_code == 401


def test_others_sessions_are_the_admin_s_affair(shop: Shop, ann: str) -> None:
    mine = browser(shop, enter(shop))
    bob = signed_in(shop.app, join(shop.app, "bob", "editor"), shop.clock())
    root = signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())
    session = mine("GET", SESSION).get_json()["session"]["id"]
    assert bob("GET", "/v1/manage/sessions?account=ann").status_code == 403
    assert bob("DELETE", f"/v1/manage/sessions/{session}").status_code == 403
    assert [one["id"] for one in root("GET", "/v1/manage/sessions?account=ann").get_json()["items"]] == [session]
    assert root("DELETE", f"/v1/manage/sessions/{session}").status_code == 204
    assert mine("GET", SESSION).status_code == 401


def test_a_second_factor_over_the_wire(shop: Shop, ann: str) -> None:
    mine = browser(shop, enter(shop))
    assert mine("POST", f"{SESSION}/totp", {"password": "wrong"}).status_code == 401
    begun = mine("POST", f"{SESSION}/totp", {"password": GOOD}).get_json()
    assert begun["qr"].startswith("data:image/svg+xml")
    clock = pyotp.TOTP(begun["secret"])
    wrong = mine("POST", f"{SESSION}/totp/confirm", {"code": "000000"})
    assert wrong.status_code == 401
    on = mine("POST", f"{SESSION}/totp/confirm", {"code": clock.at(int(shop.clock()))})
    assert on.status_code == 200, on.text
    assert on.get_json()["second_factor"] is True and len(on.get_json()["recovery_codes"]) == 10
    assert mine("GET", SESSION).status_code == 401, "the secret of the session is a new one"
    asked = enter(shop)
    assert (asked.status_code, asked.get_json()["title"]) == (401, "Code needed")
    assert asked.get_json()["errors"][0]["field"] == "/code"
    later = shop.clock.forward(60)
    mine = browser(shop, enter(shop, code=clock.at(int(later))))
    later = shop.clock.forward(60)
    off = mine("POST", f"{SESSION}/totp/off", {"password": GOOD, "code": clock.at(int(later))})
    assert off.get_json()["second_factor"] is False
    assert enter(shop).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "told", "counted"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "nonsense", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_an_address_is_believed_as_far_as_proxies_tell_it(
    open_shop: Callable[..., Shop], proxies: int, told: str, counted: str
) -> None:
    shop = open_shop(proxies=proxies)
    with shop.app.test_request_context(headers={"X-Forwarded-For": told}, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        assert shop.house.door.address() == counted
