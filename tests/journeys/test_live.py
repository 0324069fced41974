"""A page that is open changes by itself, in a real browser, told by the real process that holds streams."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from accounts import Scope
from profiles import parse_call
from service.processes import Processes
from service.serving import ROOT, Plan, streams
from service.storefront import write_config
from tests.journeys.conftest import DemoShop
from tests.journeys.test_shop import hides, shows

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]


@pytest.fixture
def live_shop(demo_shop: DemoShop) -> Iterator[DemoShop]:
    """The shop with the process that holds streams."""
    settings = demo_shop.house.settings
    plan, processes = Plan(port=_free() - 2), Processes()
    object.__setattr__(settings, "live_url", f"http://127.0.0.1:{plan.live_port}")
    key = demo_shop.house.keys.issue("live", [Scope.TRACK, Scope.DELIVER], demo_shop.clock())
    config = {"track_key": key, "deliver_key": key, "currency": "USD", "people": [], "live": True}
    write_config(settings.data_dir, config)
    # A server that refuses: the truth is in SQL, and the streams are as well without copies.
    environ = {"INTARSIA_DATA_DIR": str(settings.data_dir.resolve()), "INTARSIA_REDIS_URL": "redis://127.0.0.1:1/0"}
    processes.start("live", streams(plan), {**environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait_for(plan, processes)
        yield demo_shop
    finally:
        processes.stop()


def test_what_happens_elsewhere_changes_the_page_that_is_open(page: Page, live_shop: DemoShop) -> None:
    with page.expect_response(lambda answer: "/v1/live?" in answer.url) as stream:
        page.goto(f"{live_shop.url}/shop/")
    assert stream.value.status == 200
    page.click("#consent-yes")
    shows(page, "footer", "footer-shop")
    hides(page, "message-cart")
    page.evaluate("window.stayed = true")
    anonymous = page.evaluate("JSON.parse(localStorage.getItem('larder:anonymous'))")
    assert anonymous not in stream.value.url

    now = live_shop.clock()
    call = {"messageId": "elsewhere", "anonymousId": anonymous, "event": "Product Added"}
    event = parse_call("track", {**call, "properties": {"product_id": "coffee-1"}}, source="app", received_at=now)
    live_shop.house.intake.accept([event], now)
    shows(page, "message", "message-cart")
    assert page.evaluate("window.stayed") is True
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
    expect(page.locator("#cart-count")).not_to_have_text("1")  # nobody clicked here


def _free() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(plan: Plan, processes: Processes) -> None:
    for _ in range(600):
        assert processes.ended() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{plan.live_port}/healthz", timeout=1) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the process that holds streams does not answer")
