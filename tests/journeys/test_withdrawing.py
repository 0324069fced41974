"""Who takes their consent back is met by no worker that still knows better: two real processes deliver and track."""

from __future__ import annotations

import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from accounts import Scope
from service.app import create_house
from service.publishing import publisher_of
from service.serving import Plan
from service.settings import Settings
from tests.journeys.test_kill import _free_port
from tests.journeys.test_publishing import _serving
from tests.service.shop import shop_contents

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]

ROUNDS, ASKS = 4, 12


def test_the_next_request_in_every_worker_knows_of_a_withdrawal(tmp_path: Path) -> None:
    settings, plan = Settings(data_dir=tmp_path / "data"), Plan(port=_free_port())
    key = _set_up(settings)
    with _serving(settings, plan) as running:
        workers = psutil.Process(running.processes.children["delivery"].pid).children()
        assert len(workers) >= 2
        _call(plan, key, "/v1/identify", {"traits": {"first_name": "Ada"}, "messageId": "ada"})
        for turn in range(ROUNDS):
            _says(plan, key, True, turn)
            assert {_greets(plan, key) for _ in range(ASKS)} == {True}
            _says(plan, key, False, turn)
            # Each ask is a connection of its own: either worker may take it. None of them may be late.
            assert {_greets(plan, key) for _ in range(ASKS)} == {False}


def _set_up(settings: Settings) -> str:
    house = create_house(settings)
    try:
        house.contents.put_all(shop_contents(), author="test", now=time.time())
        publisher_of(house).publish("first", "test")
        return house.keys.issue("test", [Scope.DELIVER, Scope.TRACK], time.time())
    finally:
        house.close()


def _says(plan: Plan, key: str, yes: bool, turn: int) -> None:
    stamp = {"consent": {"categoryPreferences": {"personalization": yes}}}
    about = {"event": "Segment Consent Preference Updated", "messageId": f"{turn}-{yes}", "context": stamp}
    _call(plan, key, "/v1/track", about)


def _greets(plan: Plan, key: str) -> bool:
    answer = _call(plan, key, "/v1/assemble", {"layout": "home"})
    return "Ada" in orjson.dumps(answer["slots"]).decode()


def _call(plan: Plan, key: str, path: str, body: dict[str, Any]) -> Any:
    who = {"person": {"anonymous_id": "ada"}} if path == "/v1/assemble" else {"anonymousId": "ada"}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with closing(HTTPConnection("127.0.0.1", plan.port, timeout=20)) as connection:
        connection.request("POST", path, orjson.dumps({**body, **who}), headers)
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == 200, told
        return orjson.loads(told)
