"""Releases go out at their moment, once, whoever looks, in the hour that people meant; or they fail and say why."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from layouts import Action, Due, Release, Status, Taken
from service.app import create_house
from service.house import House
from service.publishing import publisher_of
from service.settings import Settings
from storage.outbox import news
from tests.service.conftest import Shop
from tests.service.shop import card, shop_contents

ROOT = Path(__file__).resolve().parents[2]


def wait(house: House, name: str, changes: dict[str, dict[str, Any] | None], at: float) -> Release:
    """A release of these modules (None: taken away) that is due at a moment."""
    for key, body in changes.items():
        if body is not None:
            house.contents.put("modules", key, orjson.dumps(body), author="ann", now=house.clock())
    release = house.waiting.create(name, author="ann", now=house.clock())
    drafts = {key: house.contents.get("modules", key) for key in changes}
    places = {("modules", key, ""): draft.digest if body and draft else None
              for (key, body), draft in zip(changes.items(), drafts.values(), strict=True)}  # fmt: skip
    house.waiting.put(release.id, places, by="ann", now=house.clock())
    return house.waiting.schedule(release.id, Due(at, "", "UTC"), by="ben", now=house.clock())


def test_a_release_goes_out_at_its_moment_in_the_name_of_who_chose_it(shop: Shop) -> None:
    house, at = shop.house, shop.clock() + 60
    release = wait(house, "Noon", {"noon": card("Noon", tags=["hero"], tier=99)}, at)
    shop.clock.now = at - 0.001
    house.publish_due()
    assert shop.shown("x")["hero"] != ["noon"]
    shop.clock.now = at
    house.publish_due()
    assert shop.shown("x")["hero"] == ["noon"]
    move = house.releases.publications()[0]
    assert (move.release, move.by, move.at) == (release.id, "ben", at)
    house.publish_due()
    assert len(house.releases.publications()) == 2


def test_what_waits_lies_over_what_is_served_at_its_moment(shop: Shop) -> None:
    """It was made over another state: what others published since then stays, and so does the order of moments."""
    house, now = shop.house, shop.clock()
    wait(house, "on", {"noon": card("Noon", tags=["hero"], tier=99)}, now + 10)
    wait(house, "off", {"noon": None}, now + 20)
    house.contents.put("modules", "more", orjson.dumps(card("More", tags=["hero"], tier=50)), author="x", now=now)
    house.publishing.publish_now({("modules", "more", ""): _draft(house, "more")}, "More", "x")
    shop.clock.forward(30)
    house.publish_due()
    assert [release.name for release in house.releases.history()[:3]] == ["More", "off", "on"]
    assert shop.shown("x")["hero"] == ["more"]
    assert [house.releases.get(move.release).name for move in house.releases.publications()[:2]] == ["off", "on"]


def test_what_is_wrong_by_then_fails_with_what_was_found_and_what_is_served_stays(shop: Shop) -> None:
    house, served = shop.house, shop.home("x")["release"]
    release = wait(house, "Later", {"late": card("Late", targeting="mobile")}, shop.clock() + 10)
    other = wait(house, "Fine", {"fine": card("Fine")}, shop.clock() + 11)
    for key in [key for kind, key in house.contents.manifest() if kind == "modules"]:
        if orjson.loads(_body(house, key)).get("targeting") == "mobile":
            house.contents.put("modules", key, orjson.dumps(card("All")), author="x", now=shop.clock())
    manifest = {
        n: d for n, d in house.contents.manifest().items() if n not in {("rules", "mobile"), ("modules", "late")}
    }
    house.releases.publish(manifest, name="no rule", author="x", now=shop.clock())
    shop.clock.forward(20)
    house.publish_due()
    failed = house.releases.get(release.id)
    assert failed.status is Status.FAILED
    (step,) = [step for step in house.waiting.steps(release.id) if step.action == "fail"]
    assert step.findings[0]["pointer"] == "/modules/late/targeting"
    assert (house.releases.published() or failed).id == other.id, "one that fails does not hinder the next"
    assert served != other.id
    house.publish_due()
    assert len(house.waiting.steps(release.id)) == 4, "it is not tried again"


def _draft(house: House, key: str) -> str:
    draft = house.contents.get("modules", key)
    assert draft is not None
    return draft.digest


def _body(house: House, key: str) -> bytes:
    digest = _draft(house, key)
    return house.contents.content([digest])[digest]


@pytest.mark.parametrize(
    ("at", "zone", "moment"),
    [
        ("2026-12-01T09:00", "Europe/Berlin", "2026-12-01T08:00:00+00:00"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:00:00+00:00"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T01:30:00+00:00"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00+00:00"),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:00:00+00:00"),
        ("2026-06-01T12:00", "UTC", "2026-06-01T12:00:00+00:00"),
    ],
    ids=["winter", "skipped", "twice", "the second", "half an hour", "New York", "UTC"],
)
def test_a_local_time_is_the_moment_that_people_mean(shop: Shop, at: str, zone: str, moment: str) -> None:
    """A time that the clocks skip is the end of the gap; one that they show twice is the first."""
    from datetime import datetime

    made = shop.post("/v1/manage/releases", {"name": "x"}).get_json()["id"]
    due = shop.post(f"/v1/manage/releases/{made}/schedule", {"at": at, "zone": zone}).get_json()["due"]
    assert due == {"at": at, "zone": zone, "instant": datetime.fromisoformat(moment).timestamp()}


def approve(house: House, release: str) -> None:
    """By a person: a key approves nothing."""
    house.waiting.step(release, Taken(Action.APPROVE, "cat", house.clock()))


def test_without_an_approval_nothing_goes_out_where_one_is_needed(open_shop: Callable[..., Shop]) -> None:
    open_shop()
    shop = open_shop(approval=True)
    body = {"type": "card", "tags": ["hero"], "tier": 99, "locales": {"en": {"heading": "New"}}}
    shop.client.put("/v1/manage/modules/new", json=body, headers={"Authorization": f"Bearer {shop.secrets['all']}"})
    for path, sent in (
        ("/v1/manage/releases", {"name": "all", "publish": True}),
        ("/v1/manage/modules/new/publish", {}),
    ):
        answer = shop.post(path, sent)
        assert (answer.status_code, "approve" in answer.text) == (409, True)
    wishes = [{"kind": "modules", "key": "new"}]
    made = shop.post("/v1/manage/releases", {"name": "new", "changes": wishes}).get_json()["id"]
    due = {"at": "2199-01-01T00:00"}
    assert shop.post(f"/v1/manage/releases/{made}/schedule", due).status_code == 409
    assert shop.post(f"/v1/manage/releases/{made}/publish", {}).status_code == 409
    approve(shop.house, made)
    assert shop.post(f"/v1/manage/releases/{made}/schedule", due).status_code == 200
    assert shop.post(f"/v1/manage/releases/{made}/reopen", {}).status_code == 200
    assert shop.post(f"/v1/manage/releases/{made}/publish", {}).status_code == 409, "opened again, approved no longer"
    approve(shop.house, made)
    assert shop.post(f"/v1/manage/releases/{made}/publish", {}).status_code == 200
    assert shop.shown("x")["hero"] == ["new"]
    assert shop.post("/v1/manage/releases/rollback", {}).status_code == 200


SCHEDULED = 8


@pytest.mark.slow
def test_two_workers_and_a_kill_publish_each_release_once(database_url: str, tmp_path: Path) -> None:
    house = create_house(Settings(data_dir=tmp_path, database_url=database_url))
    workers: list[subprocess.Popen[bytes]] = []
    try:
        house.contents.put_all(shop_contents(), author="test", now=time.time())
        publisher_of(house).publish("first", "test")
        made = [wait(house, f"s{n}", {f"m{n}": card(f"M{n}")}, time.time() + 3) for n in range(SCHEDULED)]
        workers += [_worker(tmp_path, database_url) for _ in range(2)]
        _until(lambda: sum(_is_out(house, one) for one in made) >= 1)
        workers[0].kill()
        workers[0].wait()
        workers.append(_worker(tmp_path, database_url))
        _until(lambda: all(_is_out(house, one) for one in made))
        time.sleep(0.5)
        moves = [move.release for move in house.releases.publications()]
        assert sorted(moves[:-1]) == sorted(one.id for one in made), "each once"
        with house.database.read() as connection:
            told = select(func.count()).where(news.c.topic == "release.published")
            assert connection.scalar(told) == SCHEDULED + 1
        served = house.releases.manifest(moves[0])
        assert {("modules", f"m{n}") for n in range(SCHEDULED)} <= served.keys()
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        house.close()


def _worker(folder: Path, url: str) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "INTARSIA_DATA_DIR": str(folder), "INTARSIA_DATABASE_URL": url}
    command = [sys.executable, "-m", "service.cli", "worker", "--every", "0.02"]
    return subprocess.Popen(command, env=environ, cwd=ROOT)


def _is_out(house: House, release: Release) -> bool:
    return house.releases.get(release.id).status is Status.PUBLISHED


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)
