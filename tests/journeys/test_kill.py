"""kill -9 of the whole service while events stream in: what was acknowledged is there, once."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from accounts import Scope
from service.app import create_house
from service.house import House
from service.publishing import publisher_of
from service.serving import Plan, Running, environment
from service.settings import Settings
from tests.service.shop import shop_contents

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]

PEOPLE = 7
BATCH = 10


def test_every_acknowledged_event_is_there_exactly_once_after_kill_9(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    plan = Plan(port=_free_port())
    key = _set_up(settings)
    acknowledged: set[str] = set()
    for life in range(3):
        with _serving(settings, plan) as running:
            acknowledged |= _stream(plan, key, life, kill=running)
    with _serving(settings, plan):
        again = _send(plan, key, sorted(acknowledged))
    assert len(acknowledged) >= 60, "too few events came through to say anything"
    assert {receipt["status"] for receipt in again} == {"duplicate"}
    house = create_house(settings)
    try:
        _each_once(house, acknowledged)
    finally:
        house.close()


def _each_once(house: House, acknowledged: set[str]) -> None:
    counts = dict.fromkeys(range(PEOPLE), 0)
    for message in acknowledged:
        counts[_person(message)] += 1

    with house.database.read() as connection:
        stored = connection.execute(text("SELECT count(*) FROM events")).scalar_one()
    # An event may be committed and its answer lost with the server; it is then stored, not acknowledged.
    assert stored >= len(acknowledged)
    total = 0
    for person, least in counts.items():
        profile = house.profiles.get(f"anon:{person}")
        assert profile is not None
        assert profile.counters["coupons_redeemed"] >= least
        total += profile.counters["coupons_redeemed"]
    assert total == stored


def _set_up(settings: Settings) -> str:
    house = create_house(settings)
    try:
        house.contents.put_all(shop_contents(), author="test", now=time.time())
        publisher_of(house).publish("first", "test")
        return house.keys.issue("test", [Scope.TRACK], time.time())
    finally:
        house.close()


@contextmanager
def _serving(settings: Settings, plan: Plan) -> Iterator[Running]:
    with environment(settings, plan) as environ:
        running = Running(plan, environ)
        try:
            running.start()
            running.wait_ready()
            yield running
        finally:
            running.processes.stop()


def _stream(plan: Plan, key: str, life: int, kill: Running) -> set[str]:
    """Send batches until the service is killed in the middle; the message ids that were acknowledged."""
    acknowledged: set[str] = set()
    for number in range(1000):
        if number == 6 + life:
            _kill(kill)
        messages = [f"{life}-{number}-{n}" for n in range(BATCH)]
        try:
            acknowledged |= {receipt["message_id"] for receipt in _send(plan, key, messages)}
        except requests.RequestException:
            return acknowledged
    raise AssertionError("the service was not killed")


def _kill(running: Running) -> None:
    for child in running.processes.children.values():
        os.killpg(child.pid, signal.SIGKILL)


def _send(plan: Plan, key: str, messages: list[str]) -> list[dict[str, str]]:
    calls = [
        {"type": "track", "messageId": m, "anonymousId": str(_person(m)), "event": "Coupon Applied", "properties": {}}
        for m in messages
    ]
    answer = requests.post(
        f"http://127.0.0.1:{plan.port}/v1/batch", data=json.dumps({"batch": calls}), auth=(key, ""), timeout=10
    )
    assert answer.status_code == 200, answer.text
    receipts: list[dict[str, str]] = answer.json()["receipts"]
    return receipts


def _person(message: str) -> int:
    return sum(message.encode()) % PEOPLE


def _free_port() -> int:
    """A port with a free neighbour above it."""
    for _ in range(50):
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)
    raise AssertionError("no two free ports in a row")
