"""A folder of content and a service elsewhere, over real HTTP."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from connectors import HIDDEN, Environment, Interrupted, Remote, read_folder
from connectors.workspace.parcels import MOST_OPERATIONS
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
def test_a_push_that_is_refused_writes_nothing_and_tells_what_is_wrong_where(service: Service, site: Path) -> None:
    write(site, "modules/b", {"type": "hero", "locales": {"en": {"heading": 3}}})
    told = run("push", site, "--to", "staging", "--yes", code=2)
    assert "0 done, 4 left" in told and "Nothing was written" in told
    assert "modules/b: /locales/en/heading" in " ".join(told.split())
    assert service.held() == {}
    write(site, "modules/b", {"type": "hero", "locales": {"en": {"heading": "B"}}})
    assert "4 pushed" in run("push", site, "--to", "staging", "--yes")
    assert service.held() == read_folder(site)


@pytest.mark.network
@pytest.mark.enable_socket
def test_a_type_and_its_modules_are_pushed_as_one_change(service: Service, site: Path) -> None:
    """Neither fits without the other."""
    run("push", site, "--to", "staging", "--yes")
    write(site, "types/hero", {"title": "Hero", "fields": {"words": {"kind": "text", "required": True}}})
    for key in ("a", "b"):
        write(site, f"modules/{key}", {"type": "hero", "locales": {"en": {"words": key}}})
    assert "3 pushed" in run("push", site, "--to", "staging", "--yes")
    assert service.held() == read_folder(site)


@pytest.mark.network
@pytest.mark.enable_socket
def test_more_than_a_call_takes_goes_out_call_by_call_and_goes_on_later(service: Service, site: Path) -> None:
    for number in range(MOST_OPERATIONS):
        write(site, f"modules/m-{number:04}", {"type": "hero", "locales": {"en": {"heading": "M"}}})
    write(site, "modules/zzz", {"type": "hero", "locales": {"en": {"heading": 3}}})
    told = run("push", site, "--to", "staging", "--yes", code=2)
    assert "1000 done, 5 left" in told and "does the rest" in told
    write(site, "modules/zzz", {"type": "hero", "locales": {"en": {"heading": "Z"}}})
    assert "5 pushed" in run("push", site, "--to", "staging", "--yes")
    assert service.held() == read_folder(site)


class Lossy(requests.Session):
    """A line that loses the answers to some POSTs; those who sent them cannot know whether they arrived."""

    def __init__(self, lost: int) -> None:
        super().__init__()
        self.lost = lost
        self.sent: list[str] = []

    def request(self, method: Any, url: Any, *rest: Any, **more: Any) -> requests.Response:
        answer = super().request(method, url, *rest, **more)
        if method == "POST":
            self.sent.append(more["headers"]["Idempotency-Key"])
            if self.lost:
                self.lost -= 1
                raise requests.ConnectionError("the line is cut")
        return answer


@pytest.mark.network
@pytest.mark.enable_socket
@pytest.mark.parametrize(("lost", "arrives"), [(1, True), (2, True), (3, False)])
def test_a_push_whose_answer_is_lost_is_sent_again_and_done_once(
    service: Service, site: Path, lost: int, arrives: bool
) -> None:
    pauses: list[float] = []
    remote = Remote(Environment("staging", service.url, _key()), session=Lossy(lost), pause=pauses.append)
    files = read_folder(site)
    expect = dict.fromkeys(files)
    if arrives:
        remote.apply(files, (), expect)
    else:
        with pytest.raises(Interrupted, match="does not answer"):
            remote.apply(files, (), expect)
    assert len(set(remote.session.sent)) == 1, "every try has the same key"
    assert pauses == [1] * min(lost, 2)
    assert service.held() == files
    assert {len(service.house.contents.history(*name)) for name in files} == {1}


@pytest.mark.network
@pytest.mark.enable_socket
def test_a_service_that_cannot_be_asked_is_no_difference_and_no_yes(service: Service, site: Path) -> None:
    assert "401" in run("diff", site, "--against", service.url, "--key", "wrong", code=2)
    assert "does not answer" in run("diff", site, "--against", "http://127.0.0.1:1", "--key", "k", code=2)
    assert "did you mean 'staging'" in run("diff", site, "--against", "stagin", code=2)
    assert "404" in run("diff", site, "--against", f"{service.url}/elsewhere", "--key", _key(), code=2)


def _key() -> str:
    return os.environ["STAGING_KEY"]
