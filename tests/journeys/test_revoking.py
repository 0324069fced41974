"""A key that is revoked stops in every worker of a running service within five seconds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from accounts import Scope
from service.app import create_house
from service.publishing import publisher_of
from service.serving import Plan
from service.settings import Settings
from tests.journeys.test_kill import _free_port, _serving
from tests.service.shop import shop_contents

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]

ASK = {"layout": "home", "person": {"anonymous_id": "x"}}


def test_a_revoked_key_stops_everywhere_within_five_seconds(tmp_path: Path) -> None:
    """Each connection stays with the worker that took it: many of them meet both."""
    settings = Settings(data_dir=tmp_path / "data")
    plan = Plan(port=_free_port(), workers=2)
    house = create_house(settings)
    house.contents.put_all(shop_contents(), author="test", now=time.time())
    publisher_of(house).publish("first", "test")
    secret = house.keys.issue("site", [Scope.DELIVER], time.time())
    other = house.keys.issue("other", [Scope.DELIVER], time.time())
    with _serving(settings, plan):
        clients = [requests.Session() for _ in range(12)]
        assert {_ask(plan, client, secret) for client in clients} == {200}
        house.keys.revoke("site")
        revoked = time.monotonic()
        while {_ask(plan, client, secret) for client in clients} != {401}:
            assert time.monotonic() - revoked < 5.0, "a worker still takes it"
            time.sleep(0.05)
        assert {_ask(plan, client, other) for client in clients} == {200}
    house.close()


def _ask(plan: Plan, client: requests.Session, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return client.post(f"http://127.0.0.1:{plan.port}/v1/assemble", json=ASK, headers=headers, timeout=10).status_code
