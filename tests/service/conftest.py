"""A running house with a small shop, asked through Flask's test client."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import Scope
from service.app import create_app
from service.house import House
from service.publishing import publisher_of
from service.settings import Settings
from storage import Valkey
from tests.conftest import FixedClock
from tests.service.shop import shop_contents


@dataclass
class Shop:
    """The house behind the client, and short ways to ask."""

    app: Flask
    house: House
    client: FlaskClient
    clock: FixedClock
    secrets: dict[str, str]

    def post(self, path: str, body: Any, key: str = "all", **more: Any) -> TestResponse:
        """POST JSON with a key."""
        return self.client.post(path, json=body, headers={"Authorization": f"Bearer {self.secrets[key]}"}, **more)

    def get(self, path: str, key: str = "all", **more: Any) -> TestResponse:
        """GET with a key."""
        return self.client.get(path, headers={"Authorization": f"Bearer {self.secrets[key]}"}, **more)

    def home(self, who: str = "ada", **more: Any) -> Any:
        """The home page of somebody as headless JSON."""
        body = {"layout": "home", "person": {"anonymous_id": who}, **more}
        answer = self.post("/v1/assemble", body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def shown(self, who: str = "ada", **more: Any) -> dict[str, list[str]]:
        """Slot -> modules of somebody's home page."""
        return {slot["slot"]: [m["key"] for m in slot["modules"]] for slot in self.home(who, **more)["slots"]}

    def track(self, event: str, who: str = "ada", message_id: str = "", **properties: Any) -> TestResponse:
        """Something that somebody did, now."""
        self.serial += 1
        body = {
            "messageId": message_id or f"m-{self.serial}",
            "anonymousId": who,
            "event": event,
            "properties": properties,
        }
        return self.post("/v1/track", body)

    def consent(self, who: str = "ada", yes: bool = True) -> None:
        """Somebody says whether their shop may be personal."""
        self.serial += 1
        stamp = {"consent": {"categoryPreferences": {"personalization": yes}}}
        body = {"messageId": f"c-{self.serial}", "anonymousId": who, "event": "Segment Consent Preference Updated"}
        assert self.post("/v1/track", {**body, "context": stamp}).status_code == 200

    def publish_unjudged(self) -> None:
        """Serve the drafts as a release that went out before it was judged as strictly as it is now."""
        house = self.house
        house.releases.publish(house.contents.manifest(), name="unjudged", author="test", now=self.clock())
        house.published.refresh()

    serial: int = 0


@pytest.fixture(scope="session")
def filled_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the shop is published: migrating and publishing takes most of the time of opening one."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    clock = FixedClock()
    house: House = create_app(Settings(data_dir=folder, redis_url=""), clock, watch=False).extensions["intarsia"]
    _fill(house, clock)
    house.close()
    return folder


@pytest.fixture
def open_shop(tmp_path: Path, valkey: Valkey, clock: FixedClock, filled_data: Path) -> Iterator[Callable[..., Shop]]:
    """Opens shops over a data folder of this test: `open_shop(redis_url=…)`; published once."""
    opened: list[House] = []

    def make(**settings: Any) -> Shop:
        chosen = {"data_dir": tmp_path / "data", "redis_url": valkey.url, "redis_prefix": tmp_path.name, **settings}
        if not chosen["data_dir"].exists() and "database_url" not in chosen and clock.now == FixedClock.now:
            shutil.copytree(filled_data, chosen["data_dir"])
        app = create_app(Settings(**chosen), clock, watch=False)
        house: House = app.extensions["intarsia"]
        opened.append(house)
        if house.releases.published() is None:
            _fill(house, clock)
        house.published.refresh()
        secrets = {
            name: _issued(house, name, scopes, clock())
            for name, scopes in {
                "all": list(Scope),
                "browser": [Scope.TRACK, Scope.DELIVER],
                "none": [],
            }.items()
        }
        return Shop(app, house, app.test_client(), clock, secrets)

    yield make
    for house in opened:
        house.close()


def _fill(house: House, clock: FixedClock) -> None:
    house.contents.put_all(shop_contents(), author="test", now=clock())
    publisher_of(house).publish("first", "test")


def _issued(house: House, name: str, scopes: list[Scope], now: float) -> str:
    """A key for this shop; one that opened before over the same data may have left its own."""
    house.keys.revoke(name)
    return house.keys.issue(name, scopes, now, roles=["admin"] if Scope.MANAGE in scopes else [])


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """An open shop."""
    return open_shop()
