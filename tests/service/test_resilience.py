"""A broken module, a dead Redis, a new release: the visitor never pays."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from channels import RenderFailure
from engine import CatalogueError
from service.publishing import publisher_of
from storage import Valkey
from tests.service.conftest import Shop
from tests.service.shop import card


def save(shop: Shop, kind: str, key: str, body: object) -> None:
    shop.house.contents.put(kind, key, orjson.dumps(body), author="test", now=shop.clock())


FRAGILE = {"type": "fragile", "tags": ["hero"], "tier": 9, "locales": {"en": {"heading": "Save", "amount": 0}}}


def test_a_module_whose_template_raises_yields_its_slot_and_is_named(shop: Shop) -> None:
    save(shop, "modules", "fragile", FRAGILE)
    shop.publish_unjudged()
    told = shop.home("x", channel="web")
    hero = told["slots"][1]
    assert hero["modules"][0]["key"] == "hero"
    stop = next(s for s in hero["why"]["stopped"] if s["module"] == "fragile")
    assert stop["gate"] == "broken"
    assert "ZeroDivision" in stop["detail"]
    page = shop.get("/v1/pages/home?anonymous_id=x").text
    assert "Welcome there" in page or "WELCOME!" in page


def test_a_module_that_cannot_be_rendered_is_refused_when_it_is_published(shop: Shop) -> None:
    save(shop, "modules", "fragile", FRAGILE)
    with pytest.raises(CatalogueError) as refused:
        publisher_of(shop.house).publish("second", "test")
    (finding,) = refused.value.findings
    assert finding.pointer == "/modules/fragile/locales/en"
    assert "cannot be rendered for 'web': ZeroDivisionError" in finding.message


def test_strict_mode_raises_instead(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(strict=True)
    save(shop, "modules", "fragile", FRAGILE)
    shop.publish_unjudged()
    shop.app.testing = True
    with pytest.raises(RenderFailure, match="fragile"):
        shop.app.extensions["intarsia"].assemble(_wanted(shop))
    assert (
        shop.post("/v1/assemble", {"layout": "home", "person": {"anonymous_id": "x"}, "channel": "web"}).status_code
        == 500
    )


def _wanted(shop: Shop) -> object:
    from service.asking import Visitor
    from service.house import Wanted

    return Wanted("home", Visitor("anon:x", "x"), "web", shop.clock())


def test_a_release_is_swapped_whole_and_rolled_back_by_one_call(shop: Shop) -> None:
    first = shop.home("x")["release"]
    save(shop, "modules", "phone", card("Second", tags=["hero"], tier=2, targeting="mobile"))
    second = publisher_of(shop.house).publish("second", "test")
    assert shop.home("x")["release"] == second.id
    assert publisher_of(shop.house).roll_back(None, "test").id == first
    assert shop.home("x")["release"] == first


def test_a_draft_is_not_served_before_it_is_published(shop: Shop) -> None:
    save(shop, "modules", "extra", card("Draft", tags=["hero"], tier=99))
    shop.house.published.refresh()
    assert shop.shown("x")["hero"] == ["hero"]


def test_redis_killed_while_serving_is_said_and_heals(
    open_shop: Callable[..., Shop], eventually: Callable[..., None]
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="intarsia-valkey-"))
    server = Valkey.start(folder)
    try:
        shop = open_shop(redis_url=server.url)
        shop.consent()
        shop.track("Product Added", product_id="1")
        assert shop.home()["level"] == 0
        assert server.pid is not None
        os.kill(server.pid, signal.SIGSTOP)
        # Until the server is asked again, what the process keeps of it is whole, and nothing is to be said.
        eventually(lambda: shop.home()["notes"])
        assert shop.home()["level"] == 1
        assert shop.shown()["message"] == ["reminder"]
        shop.track("Order Completed", products=[{"product_id": "1"}])
        assert shop.shown()["message"] == ["thanks"]
        os.kill(server.pid, signal.SIGKILL)
        assert shop.shown()["message"] == ["thanks"]
        eventually(lambda: not shop.home()["notes"], 15.0)
        assert shop.shown()["message"] == ["thanks"]
    finally:
        server.stop()


def test_ready_only_when_something_is_published(shop: Shop) -> None:
    assert shop.client.get("/healthz").status_code == 200
    ready = shop.client.get("/readyz").get_json()
    assert (ready["status"], ready["hot_copies"]) == ("ready", "ok")


def test_metrics_count_pages_and_events(shop: Shop) -> None:
    shop.home("x")
    shop.track("Product Viewed", product_id="1")
    text = shop.client.get("/metrics").text
    assert 'intarsia_pages_total{channel="headless",layout="home",level="0"} 1.0' in text
    assert 'intarsia_events_total{status="accepted"} 1.0' in text
