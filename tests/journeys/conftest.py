"""A browser, and the demo shop served over a clock that the test moves."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright
from werkzeug.serving import make_server

from accounts import Scope
from connectors import read_folder
from profiles import parse_call
from recommender import Item
from service.app import create_app
from service.house import House
from service.publishing import publisher_of
from service.settings import Settings
from service.storefront import write_config
from service.training import train_model
from storage import Valkey
from tests.conftest import FixedClock

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "examples" / "shop"
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CATEGORIES = ("coffee", "milk", "bread", "cereal", "pasta-sauce", "frozen-pizza", "fresh-fruit", "cheese", "laundry")


@dataclass
class DemoShop:
    """The shop in the browser's reach."""

    url: str
    house: House
    clock: FixedClock


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on PATH: apt-get install chromium")
    chromium = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a visitor who was never here; anything the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    heard = tuple(complaints)  # closing breaks off what is under way, which is no complaint about the page
    context.close()
    assert not heard


@pytest.fixture
def demo_shop(tmp_path: Path, valkey: Valkey) -> Iterator[DemoShop]:
    """The demo's content and storefront over a small assortment, served on loopback."""
    clock = FixedClock(time.time())
    settings = Settings(
        data_dir=tmp_path / "data",
        redis_url=valkey.url,
        redis_prefix=tmp_path.name,
        storefront=SHOP / "storefront",
    )
    app = create_app(settings, clock, watch=False)
    house: House = app.extensions["intarsia"]
    house.contents.put_all(read_folder(SHOP / "content"), author="test", now=clock())
    publisher_of(house).publish("first", "test")
    _stock(house, clock())
    key = house.keys.issue("storefront", [Scope.TRACK, Scope.DELIVER], clock())
    write_config(settings.data_dir, {"track_key": key, "deliver_key": key, "currency": "USD", "people": []})
    house.published.refresh()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # The address is known only now; assets of the shop are asked for by it.
    object.__setattr__(settings, "base_url", f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield DemoShop(settings.base_url, house, clock)
    server.shutdown()
    thread.join()
    server.server_close()
    house.close()


def _stock(house: House, now: float) -> None:
    """Six things of each category, bought by forty people with tastes, and a model of them."""
    items = [
        Item(id=f"{category}-{n}", name=f"{category.title()} {n}", category=category, price=2.0 + n, url="/shop/")
        for category in CATEGORIES
        for n in range(6)
    ]
    house.items.upsert(items, now)
    calls = []
    for person in range(40):
        for order in range(4):
            taste = [items[(person * 7 + order * 5 + n * 3) % len(items)] for n in range(6)]
            products = [{"product_id": i.id, "category": i.category, "price": i.price, "quantity": 1} for i in taste]
            body = {
                "messageId": f"{person}-{order}",
                "userId": f"taster-{person}",
                "event": "Order Completed",
                "properties": {"products": products, "total": 20},
                "context": {"consent": {"categoryPreferences": {"personalization": True}}},
            }
            at = now - 86_400 * (order * 12 + 1)
            calls.append(parse_call("track", body, source="test", received_at=at))
    house.intake.accept(calls, now)
    train_model(house.database, house.items, house.models, now, lambda *_: None)
