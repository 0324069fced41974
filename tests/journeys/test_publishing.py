"""Publishing under load: fifty readers, two hundred publications, and a kill in the middle of it.

Every text says the number of its release: an answer that mixes two of them shows it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from layouts import Status
from service.app import create_house
from service.keys import Scope
from service.publishing import publisher_of
from service.serving import Plan, Running, environment
from service.settings import Settings
from tests.journeys.publisher import contents
from tests.journeys.test_kill import _free_port

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]

ASK = orjson.dumps({"layout": "home", "person": {"anonymous_id": "x"}})
READERS, PUBLICATIONS, KILLED_AT = 50, 200, 90


@dataclass
class Seen:
    """What the readers saw: release -> the numbers that its answers said."""

    numbers: dict[str, set[str]] = field(default_factory=dict)
    answers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, page: dict[str, Any]) -> None:
        """Keep what one answer said."""
        said = {module["fields"]["words"] for slot in page["slots"] for module in slot["modules"]}
        with self.lock:
            self.answers += 1
            self.numbers.setdefault(page["release"], set()).update(said)


def test_every_answer_is_wholly_of_one_release_whoever_is_killed(tmp_path: Path) -> None:
    settings, plan, seen = Settings(data_dir=tmp_path / "data"), Plan(port=_free_port()), Seen()
    key = _set_up(settings)
    with _serving(settings, plan) as running, _reading(plan, key, seen):
        last = _publish(settings, 1, stop=KILLED_AT)
        _kill_a_worker(running)
        assert _publish(settings, last + 1, stop=None) == PUBLICATIONS
        _wait_for(plan, key, str(PUBLICATIONS))
    assert seen.answers > 5 * READERS
    mixed = {release: said for release, said in seen.numbers.items() if len(said) != 1}
    assert not mixed
    assert len(seen.numbers) > 5, "too few releases were seen to say anything"
    _is_whole(settings, seen)


def _is_whole(settings: Settings, seen: Seen) -> None:
    """Each release is there with its number, none half made, and what readers saw is what it holds."""
    house = create_house(settings)
    try:
        history = house.releases.history()
        assert {release.status for release in history} == {Status.PUBLISHED}
        assert len(house.releases.publications()) == len(history)
        for release in history:
            assert seen.numbers.get(release.id, {release.name}) == {release.name}
    finally:
        house.close()


def _set_up(settings: Settings) -> str:
    house = create_house(settings)
    try:
        house.contents.put_all(contents(0), author="test", now=time.time())
        publisher_of(house).publish("0", "test")
        return house.keys.issue("test", [Scope.DELIVER], time.time())
    finally:
        house.close()


@contextmanager
def _serving(settings: Settings, plan: Plan) -> Iterator[Running]:
    with environment(settings, plan) as environ:
        running = Running(plan, environ)
        try:
            running.start()
            running.wait_ready(patience=90)  # a busy machine is not a wrong answer
            yield running
        finally:
            running.processes.stop()


@contextmanager
def _reading(plan: Plan, key: str, seen: Seen) -> Iterator[None]:
    stop = threading.Event()
    readers = [threading.Thread(target=_read, args=(plan, key, seen, stop)) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        stop.set()
        for reader in readers:
            reader.join()


def _read(plan: Plan, key: str, seen: Seen, stop: threading.Event) -> None:
    with closing(HTTPConnection("127.0.0.1", plan.port, timeout=10)) as connection:
        while not stop.wait(0.25):
            try:
                seen.note(_home(connection, key))
            except (OSError, HTTPException):  # of the worker that was killed
                connection.close()


def _home(connection: HTTPConnection, key: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/assemble", ASK, headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    page: dict[str, Any] = orjson.loads(body)
    return page


def _publish(settings: Settings, first: int, *, stop: int | None) -> int:
    """Publish from a process of its own; kill -9 it when it has told `stop`. The last number that it told."""
    command = [sys.executable, "-m", "tests.journeys.publisher", str(settings.data_dir), str(first), str(PUBLICATIONS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[2])
    assert process.stdout is not None
    told = first - 1
    for line in process.stdout:
        told = int(line)
        if told == stop:
            process.kill()
            break
    process.communicate()
    return told


def _kill_a_worker(running: Running) -> None:
    """kill -9 of one of the two processes that deliver; the server starts another."""
    workers = psutil.Process(running.processes.children["delivery"].pid).children()
    assert len(workers) >= 2
    workers[-1].kill()


def _wait_for(plan: Plan, key: str, number: str) -> None:
    """Until both workers serve the last release."""
    deadline, in_a_row = time.monotonic() + 10, 0
    while in_a_row < 20:
        with closing(HTTPConnection("127.0.0.1", plan.port, timeout=10)) as connection:
            page = _home(connection, key)
        in_a_row = in_a_row + 1 if page["slots"][0]["modules"][0]["fields"]["words"] == number else 0
        assert time.monotonic() < deadline, f"{page['release']} is served, not release {number}"
