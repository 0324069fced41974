"""Pages of other origins ask delivery and tracking, and never management."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.setting_texts import SettingError
from service.settings import read_settings
from tests.service.conftest import Shop

PAGE = "https://shop.example.com"
BEFOREHAND = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization",
}
HOME = {"layout": "home", "person": {"anonymous_id": "ada"}}
ALLOWED = "Access-Control-Allow-Origin"


def test_every_page_may_ask_what_a_browser_s_key_opens(shop: Shop) -> None:
    """Of an answer by the express lane, by Flask, and of a refusal, of which a page has to know as well."""
    key = {"Authorization": f"Bearer {shop.secrets['browser']}", "Origin": PAGE}
    for _ in range(2):
        assembled = shop.client.post("/v1/assemble", json=HOME, headers=key)
        assert (assembled.status_code, assembled.headers[ALLOWED]) == (200, "*")
        assert "X-Content-Version" in assembled.headers["Access-Control-Expose-Headers"]
    kept = shop.client.get("/v1/layouts/home", headers={"Authorization": key["Authorization"]})
    assert kept.headers[ALLOWED] == "*", "a cache hands it to browsers and others alike"
    refused = shop.client.post("/v1/track", json={}, headers={"Origin": PAGE})
    assert (refused.status_code, refused.headers[ALLOWED]) == (401, "*")
    assert "Access-Control-Allow-Credentials" not in assembled.headers


def test_what_a_browser_asks_beforehand_needs_no_key(shop: Shop) -> None:
    for path in ("/v1/assemble", "/v1/track", "/v1/layouts/home"):
        answer = shop.client.options(path, headers=BEFOREHAND)
        assert (answer.status_code, answer.headers[ALLOWED], answer.text) == (204, "*", "")
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_no_page_of_another_origin_reads_management(shop: Shop) -> None:
    for answer in (
        shop.client.options("/v1/manage/modules", headers=BEFOREHAND),
        shop.client.get(
            "/v1/manage/modules", headers={"Origin": PAGE, "Authorization": f"Bearer {shop.secrets['all']}"}
        ),
    ):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_only_the_origins_of_the_setting_may_ask(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(cors_origins=(PAGE, "http://localhost:5173"))
    key = {"Authorization": f"Bearer {shop.secrets['browser']}"}
    ours = shop.client.get("/v1/layouts/home", headers={**key, "Origin": PAGE})
    assert (ours.headers[ALLOWED], "Origin" in ours.vary) == (PAGE, True)
    other = shop.client.get("/v1/layouts/home", headers={**key, "Origin": "https://evil.example"})
    assert (ALLOWED in other.headers, "Origin" in other.vary) == (False, True)
    assert ALLOWED not in shop.client.options("/v1/assemble", headers={**BEFOREHAND, "Origin": "null"}).headers


def test_with_no_origin_only_pages_of_this_service_may_ask(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(cors_origins=())
    answer = shop.post("/v1/assemble", HOME, key="browser")
    assert answer.status_code == 200 and ALLOWED not in answer.headers


def test_origins_are_read_from_the_environment() -> None:
    assert read_settings({}).cors_origins == ("*",)
    assert read_settings({"INTARSIA_CORS_ORIGINS": ""}).cors_origins == ()
    told = read_settings({"INTARSIA_CORS_ORIGINS": f"{PAGE}/, http://localhost:5173"})
    assert told.cors_origins == (PAGE, "http://localhost:5173")
    for wrong in ("shop.example.com", f"{PAGE}/page", "ftp://x"):
        with pytest.raises(SettingError, match="no origin"):
            read_settings({"INTARSIA_CORS_ORIGINS": wrong})
