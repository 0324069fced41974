"""Forty canaries fly through the running product: no log line, figure or address ever names one, and once their person
is erased, no file of the product does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from accounts import Scope
from service.app import create_house
from service.publishing import publisher_of
from service.settings import Settings
from tests.service.shop import shop_contents

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]

CANARIES = [f"canary-{n:02}@example.com" for n in range(40)]
USER, BROWSER = CANARIES[0], CANARIES[1]
ROOT = Path(__file__).resolve().parents[2]
PEOPLE = "/v1/manage/people"


@dataclass
class Product:
    """The product as its processes run it, and all that they said."""

    folder: Path
    port: int
    key: str
    log: Path
    urls: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, *, manage: bool = False, **more: Any) -> requests.Response:
        """Ask one of the servers."""
        url = f"http://127.0.0.1:{self.port + manage}{path}"
        self.urls.append(url)
        headers = {"Authorization": f"Bearer {self.key}"}
        return requests.request(method, url, json=body, headers=headers, timeout=20, **more)

    def batch(self, *calls: dict[str, Any]) -> list[str]:
        """Send calls; what became of each."""
        sent = [{"messageId": f"m{time.monotonic_ns()}-{n}", **call} for n, call in enumerate(calls)]
        answer = self.ask("POST", "/v1/batch", {"batch": sent})
        assert answer.status_code == 200, answer.text
        return [receipt["status"] for receipt in answer.json()["receipts"]]


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """The shop, served: two kinds of servers, the worker, an embedded Valkey, SQLite."""
    settings = Settings(data_dir=tmp_path / "data", webhook_private=True)
    house = create_house(settings)
    try:
        house.contents.put_all(shop_contents(), author="test", now=time.time())
        publisher_of(house).publish("first", "test")
        key = house.keys.issue("test", list(Scope), time.time(), roles=["admin"])
    finally:
        house.close()
    port, log = _free_port(), tmp_path / "product.log"
    environ = {
        **os.environ,
        "INTARSIA_DATA_DIR": str(settings.data_dir),
        "INTARSIA_LOG_LEVEL": "debug",
        "INTARSIA_WEBHOOK_PRIVATE": "yes",
    }
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--workers", "1"]
    with log.open("wb") as said:
        running = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=said, stderr=said, start_new_session=True)
        served = Product(settings.data_dir, port, key, log)
        try:
            _wait(lambda: _is_ready(served), 120, running)
            yield served
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(30)


def test_nothing_names_anybody_and_nothing_is_left_of_who_is_erased(product: Product) -> None:
    _fly(product)
    found = product.ask("POST", f"{PEOPLE}/find", {"user_id": USER}, manage=True)
    profile = found.json()["profile_id"]
    handed_out = product.ask("GET", f"{PEOPLE}/{profile}/export", manage=True).text
    assert [one for one in CANARIES if one not in handed_out] == [], "they are all there before"
    _stumble(product)
    _crash(product)
    figures = "".join(product.ask("GET", "/metrics", manage=manage).text for manage in (False, True))
    assert "intarsia_events_total" in figures
    said = product.log.read_text(errors="replace") + figures + "\n".join(product.urls)
    assert [one for one in CANARIES if one in said] == []

    asked = {"profile_id": profile, "kind": "erase", "asked_by": f"{CANARIES[2]} by phone"}
    seq = product.ask("POST", f"{PEOPLE}/requests", asked, manage=True).json()["id"]
    done = product.ask("POST", f"{PEOPLE}/requests/{seq}/carry-out", manage=True)
    assert done.status_code == 200, done.text
    assert done.json()["proof"]["left"] == 0
    again = {"type": "track", "event": "Note", "userId": USER, "properties": {"n": CANARIES[3]}}
    assert product.batch(again) == ["erased"]
    # The worker empties the write-ahead log and lets Valkey write its files anew.
    _wait(lambda: not _traces(product.folder), 60)
    assert _traces(product.folder) == []
    said = product.log.read_text(errors="replace")
    assert [one for one in CANARIES if one in said] == []


def _fly(product: Product) -> None:
    """All forty, as traits, properties, names, groups, in quarantine; and pages for their person."""
    consent = {"consent": {"categoryPreferences": {"personalization": True, "analytics": True}}}
    who = {"userId": USER, "anonymousId": BROWSER, "context": consent}
    traits = {f"t{n}": one for n, one in enumerate(CANARIES[4:20])}
    notes = [{"type": "track", "event": "Note", **who, "properties": {"n": one}} for one in CANARIES[20:38]]
    broken = {"type": "track", "event": "Order Completed", **who, "properties": {"total": "much", "by": CANARIES[38]}}
    group = {"type": "group", "groupId": CANARIES[39], **who, "traits": {"boss": CANARIES[2], "mate": CANARIES[3]}}
    identify = {"type": "identify", **who, "traits": {"email": USER, **traits}}
    statuses = product.batch(identify, group, broken, *notes)
    assert sorted(set(statuses)) == ["accepted", "quarantined"]
    for person in ({"user_id": USER}, {"anonymous_id": BROWSER}):
        answer = product.ask("POST", "/v1/assemble", {"layout": "home", "person": person})
        assert answer.status_code == 200, answer.text


def _stumble(product: Product) -> None:
    """Calls that are refused, each with a canary in it; and what management does with what it finds."""
    refused = [
        product.ask("POST", "/v1/track", {"event": CANARIES[4], "userId": {"id": USER}}),
        product.ask("POST", "/v1/identify", {"userId": USER, "traits": CANARIES[5]}),
        product.ask("POST", "/v1/batch", {"batch": CANARIES[6]}),
        product.ask("POST", "/v1/assemble", {"layout": "home", "person": {"user_id": USER, CANARIES[7]: 1}}),
        product.ask("POST", f"{PEOPLE}/find", {"user_id": CANARIES[8]}, manage=True),
        product.ask("POST", "/v1/manage/quarantine/redrive", {"ids": [CANARIES[9]]}, manage=True),
        requests.post(f"http://127.0.0.1:{product.port}/v1/track", json={"userId": USER}, auth=(USER, ""), timeout=20),
        requests.post(f"http://127.0.0.1:{product.port}/v1/track", data=f'{{"userId": "{USER}', timeout=20),
    ]
    assert {answer.status_code // 100 for answer in refused} == {4}
    hook = {"url": f"http://127.0.0.1:{_free_port()}/", "topics": ["*"]}
    assert product.ask("POST", "/v1/manage/webhooks", hook, manage=True).status_code == 201
    listed = product.ask("GET", "/v1/manage/quarantine", manage=True).json()["items"]
    seq = listed[0]["id"]
    assert product.ask("POST", f"/v1/manage/quarantine/{seq}/redrive", {}, manage=True).status_code == 200
    fixed = {"properties": {"total": 5, "by": CANARIES[38]}}
    assert product.ask("POST", f"/v1/manage/quarantine/{seq}/redrive", fixed, manage=True).status_code == 200
    person = {"user_id": USER}
    product.ask("POST", "/v1/manage/explain", {"layout": "home", "person": person}, manage=True)


def _crash(product: Product) -> None:
    """Valkey is killed with the copies of their person in it, and answers come from SQL until it is back."""
    valkey = next(p for p in psutil.process_iter(["name", "cwd"]) if _is_ours(p, product.folder))
    valkey.kill()
    for _ in range(3):
        answer = product.ask("POST", "/v1/assemble", {"layout": "home", "person": {"user_id": USER}})
        assert answer.status_code == 200, answer.text
    assert product.batch({"type": "track", "event": "Note", "userId": USER, "properties": {"n": USER}}) == ["accepted"]


def _is_ours(process: psutil.Process, folder: Path) -> bool:
    return process.info["name"] == "valkey-server" and str(process.info["cwd"] or "").startswith(str(folder.resolve()))


def _traces(folder: Path) -> list[str]:
    """Files of the product that name anybody."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue
        found += [f"{path.relative_to(folder)}: {one}" for one in CANARIES if one.encode() in content]
    return found


def _is_ready(product: Product) -> bool:
    try:
        answers = [product.ask("GET", "/readyz", manage=manage) for manage in (False, True)]
    except requests.RequestException:
        return False
    return all(answer.status_code == 200 for answer in answers)


def _wait(condition: Callable[[], bool], patience: float, running: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert running is None or running.poll() is None, "the product ended by itself"
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.2)


def _free_port() -> int:
    """A port with two free neighbours above it."""
    for _ in range(50):
        with socket.socket() as one, socket.socket() as other, socket.socket() as third:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port + 2))
            except OSError:
                continue
            return port
    raise AssertionError("no three free ports in a row")
