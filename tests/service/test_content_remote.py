"""A folder of content and a service elsewhere, over real HTTP."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from connectors import HIDDEN, read_folder
from service.app import create_app
from service.house import House
from service.keys import Scope
from service.settings import Settings
from tests.service.folders import change, make_site, run, write

CONTENT = Path(__file__).parents[2] / "examples/shop/content"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a type, two modules and a rule."""
    return make_site(tmp_path / "site")


@dataclass(frozen=True)
class Service:
    """A service on loopback, and the environment of a folder that leads to it."""

    house: House
    url: str

    def held(self) -> dict[tuple[str, str], bytes]:
        manifest = self.house.contents.manifest()
        bodies = self.house.contents.content(set(manifest.values()))
        return {name: bodies[digest] for name, digest in manifest.items()}


@pytest.fixture
def service(tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service of its own, not the database that commands work on."""
    app = create_app(Settings(data_dir=tmp_path / "elsewhere"), watch=False)
    house: House = app.extensions["intarsia"]
    key = house.keys.issue("pipeline", [Scope.MANAGE], house.clock(), roles=["admin"])
    house.keys.refresh()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    (site / HIDDEN).mkdir()
    (site / HIDDEN / "environments.toml").write_text(f'[staging]\nurl = "{url}"\nkey_from = "STAGING_KEY"\n')
    monkeypatch.setenv("STAGING_KEY", key)
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(tmp_path / "data"))
    yield Service(house, url)
    server.shutdown()
    thread.join()
    server.server_close()
    house.close()


@pytest.mark.network
@pytest.mark.enable_socket
def test_a_folder_is_pushed_to_a_service_and_pulled_from_it(service: Service, site: Path, tmp_path: Path) -> None:
    (site / "assets").mkdir()
    (site / "assets/tea.svg").write_bytes((CONTENT / "assets/tea.svg").read_bytes())
    run("push", site, "--to", "staging", "--yes")
    assert service.held() == read_folder(site)
    assert "No difference" in run("diff", site, "--against", "staging")
    run("pull", tmp_path / "clone", "--from", service.url, "--key", _key(), "--yes")
    assert read_folder(tmp_path / "clone") == read_folder(site)
    change(tmp_path / "clone", "modules/a", heading="from the clone")
    change(site, "modules/b", heading="from the site")
    run("push", tmp_path / "clone", "--to", service.url, "--key", _key(), "--yes")
    run("push", site, "--to", "staging", "--yes")
    run("pull", site, "--from", "staging", "--yes")
    assert service.held() == read_folder(site)
    assert json.loads(service.held()["modules", "a"])["locales"]["en"]["heading"] == "from the clone"
    (site / "modules/b.json").unlink()
    run("push", site, "--to", "staging", "--yes", "--delete")
    assert ("modules", "b") not in service.held()


@pytest.mark.network
@pytest.mark.enable_socket
def test_a_push_that_is_refused_half_way_tells_what_it_did_and_goes_on_later(service: Service, site: Path) -> None:
    write(site, "modules/b", {"type": "hero", "locales": {"en": {"heading": 3}}})
    told = run("push", site, "--to", "staging", "--yes", code=2)
    assert "3 done, 1 left" in told and "/locales/en/heading" in told and "does the rest" in told
    write(site, "modules/b", {"type": "hero", "locales": {"en": {"heading": "B"}}})
    assert "1 pushed" in run("push", site, "--to", "staging", "--yes")
    assert service.held() == read_folder(site)


@pytest.mark.network
@pytest.mark.enable_socket
def test_a_service_that_cannot_be_asked_is_no_difference_and_no_yes(service: Service, site: Path) -> None:
    assert "401" in run("diff", site, "--against", service.url, "--key", "wrong", code=2)
    assert "does not answer" in run("diff", site, "--against", "http://127.0.0.1:1", "--key", "k", code=2)
    assert "did you mean 'staging'" in run("diff", site, "--against", "stagin", code=2)
    assert "404" in run("diff", site, "--against", f"{service.url}/elsewhere", "--key", _key(), code=2)


def _key() -> str:
    return os.environ["STAGING_KEY"]
