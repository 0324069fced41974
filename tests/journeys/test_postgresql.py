"""The real service on PostgreSQL: what an editor saves and publishes is served, told to others, and proved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from service.app import create_house
from service.cli import cli
from service.house import House
from service.keys import Scope
from service.publishing import publisher_of
from service.serving import Plan
from service.settings import Settings
from tests.connectors.receiver import proves, receiving
from tests.journeys.test_kill import _free_port, _serving
from tests.service.shop import card, shop_contents

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]


def test_saved_published_served_told_and_proved(
    tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    monkeypatch.setenv("INTARSIA_WEBHOOK_PRIVATE", "yes")
    settings = Settings(data_dir=tmp_path / "data", database_url=postgresql_url)
    key, plan = _set_up(settings), Plan(port=_free_port())
    editor = requests.Session()
    editor.headers["Authorization"] = f"Bearer {key}"
    manage = f"http://127.0.0.1:{plan.manage_port}/v1/manage"
    with receiving() as receiver, _serving(settings, plan):
        hook = _sent(editor, "POST", f"{manage}/webhooks", {"url": receiver.url, "topics": ["content.*", "release.*"]})
        _sent(editor, "PUT", f"{manage}/modules/newest", card("Brand new", tags=["hero"], tier=99))
        release = _sent(editor, "POST", f"{manage}/releases", {"name": "second", "publish": True})
        eventually(lambda: "newest" in _home(editor, plan), 30)
        told = [("content.saved", "modules/newest"), ("content.published", "modules/newest")]
        told += [("release.published", f"releases/{release['id']}")]
        eventually(lambda: {(one.body["type"], one.body["entity"]) for one in receiver.accepted()} >= set(told), 30)
        assert all(proves(one, hook["secret"]) for one in receiver.taken)
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("INTARSIA_DATABASE_URL", postgresql_url)
    done = CliRunner().invoke(cli, ["audit", "verify"])
    assert done.exit_code == 0, done.output


def _set_up(settings: Settings) -> str:
    house: House = create_house(settings)
    try:
        house.contents.put_all(shop_contents(), author="test", now=time.time())
        publisher_of(house).publish("first", "test")
        return house.keys.issue("test", [Scope.DELIVER, Scope.MANAGE], time.time(), roles=["admin"])
    finally:
        house.close()


def _sent(editor: requests.Session, method: str, url: str, body: object) -> dict[str, str]:
    answer = editor.request(method, url, json=body, timeout=30)
    assert answer.status_code in {200, 201}, answer.text
    told: dict[str, str] = answer.json()
    return told


def _home(editor: requests.Session, plan: Plan) -> list[str]:
    ask = {"layout": "home", "person": {"anonymous_id": "ada"}}
    answer = editor.post(f"http://127.0.0.1:{plan.port}/v1/assemble", json=ask, timeout=30).json()
    return [module["key"] for slot in answer["slots"] for module in slot["modules"]]
