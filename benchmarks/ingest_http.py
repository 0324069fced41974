"""Events over HTTP, to the real service: how many it takes, and how soon the next page knows."""

from __future__ import annotations

import argparse
import http.client
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from accounts import Scope
from benchmarks.shoppers import CONSENT, calls, greetings, release
from benchmarks.world import publish
from service.keys import Keys
from service.processes import Processes
from service.serving import Plan, command, environment
from service.settings import Settings
from storage import Database, migrate

PORT = 8493
PROBES = 300
SERIAL = count()


@dataclass(slots=True)
class Answers:
    """What senders were told: seconds of each request that was acknowledged, and how many were not."""

    times: list[float] = field(default_factory=list)
    refused: int = 0


def over_http(kind: str, url: str, folder: Path, chosen: argparse.Namespace) -> None:
    """The capacity, then how soon events are visible at half of it."""
    with served(url, folder / f"served-{kind}") as key:
        for start in range(0, chosen.people, chosen.batch):
            _post(_connection(), "/v1/batch", {"batch": greetings(chosen.people)[start : start + chosen.batch]}, key)
        whole = load(bodies(int(chosen.seconds * 400), chosen), key, senders=8, seconds=chosen.seconds)
        capacity = len(whole.times) * chosen.batch / chosen.seconds
        print(
            f"{kind:<11} over HTTP: {capacity:>7,.0f} events/s acknowledged, p99 of a request of {chosen.batch} "
            f"{1e3 * _p99(whole.times):.0f} ms, {whole.refused} told to come again",
            flush=True,
        )
        pause = chosen.batch / (capacity / 2)
        half, seen = Answers(), list[float]()
        stop = threading.Event()
        paced = threading.Thread(
            target=lambda: half.__init__(**_of(load(bodies(int(PROBES * 40), chosen), key, 4, 600, pause, stop)))  # type: ignore[misc]
        )
        paced.start()
        time.sleep(1)
        for number in range(PROBES):
            seen.append(visible(key, f"{kind}-{number}"))
        stop.set()
        paced.join()
        print(
            f"{kind:<11} at half of that ({len(half.times) * chosen.batch} events, {half.refused} told to come again): "
            f"from sending an event to the answer that knows it p50 {1e3 * statistics.median(seen):.0f} ms, "
            f"p99 {1e3 * _p99(seen):.0f} ms (goal 100)",
            flush=True,
        )


def _of(answers: Answers) -> dict[str, Any]:
    return {"times": answers.times, "refused": answers.refused}


@contextmanager
def served(url: str, folder: Path) -> Iterator[str]:
    """The real service over this database: two server processes, the worker, the embedded Valkey. Gives a key."""
    settings = Settings(data_dir=folder, database_url=url, base_url=f"http://127.0.0.1:{PORT}")
    folder.mkdir(parents=True)
    database = Database(settings.database)
    migrate(database)
    publish(database, release(), time.time())
    key = Keys(database).issue("benchmark", [Scope.DELIVER, Scope.TRACK], time.time())
    database.close()
    plan, processes = Plan(port=PORT), Processes()
    with environment(settings, plan) as environ:
        processes.start("delivery", command(plan, PORT, plan.workers), {**environ, "SERVED_PARTS": "delivery,tracking"})
        try:
            _wait(f"http://127.0.0.1:{PORT}/readyz")
            yield key
        finally:
            processes.stop()


def bodies(most: int, chosen: argparse.Namespace) -> Callable[[], bytes]:
    """The next request each time it is asked, each of them new."""
    templates = [
        orjson.dumps({"batch": calls(chosen.batch, chosen.people, seed=seed, prefix="SERIAL")}) for seed in range(200)
    ]
    return lambda: templates[(serial := next(SERIAL)) % 200].replace(b"SERIAL", b"s%d" % serial)


def load(
    following: Callable[[], bytes],
    key: str,
    senders: int,
    seconds: float,
    pause: float = 0.0,
    stop: threading.Event | None = None,
) -> Answers:
    """Send for so long, each sender as fast as it is answered; with a `pause`, one request in so many seconds in all,
    whether or not the ones before were answered."""
    answers, lock = Answers(), threading.Lock()
    begun = time.perf_counter()
    turns = count()

    def send() -> None:
        connection = _connection()
        while time.perf_counter() < begun + seconds and not (stop is not None and stop.is_set()):
            with lock:
                body, due = following(), begun + next(turns) * pause
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            started = time.perf_counter()
            status = _send(connection, "/v1/batch", body, key)[0]
            with lock:
                if status == 200:
                    answers.times.append(time.perf_counter() - started)
                else:
                    answers.refused += 1
            if status == 429:
                time.sleep(0.05)

    threads = [threading.Thread(target=send) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def visible(key: str, name: str) -> float:
    """Seconds from sending somebody's first order until an answer shows what is for buyers alone."""
    connection = _connection()
    ids = {"userId": f"probe-{name}", "messageId": f"probe-{name}-{next(SERIAL)}"}
    order = {**ids, "event": "Order Completed", "properties": {"total": 5}, "context": CONSENT}
    ask = {"layout": "home", "channel": "headless", "person": {"user_id": ids["userId"]}, "why": False}
    begun = time.perf_counter()
    while _post(connection, "/v1/track", order, key)[0] != 200:
        time.sleep(0.01)
    while b'"buyers-only"' not in _post(connection, "/v1/assemble", ask, key)[1]:
        if time.perf_counter() > begun + 30:
            raise SystemExit("an event was acknowledged, and no page knew of it in 30 s")
    return time.perf_counter() - begun


def _connection() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)


def _post(connection: http.client.HTTPConnection, path: str, body: Any, key: str) -> tuple[int, bytes]:
    return _send(connection, path, orjson.dumps(body), key)


def _send(connection: http.client.HTTPConnection, path: str, body: bytes, key: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def _wait(url: str) -> None:
    for _ in range(1_200):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the service did not start")
