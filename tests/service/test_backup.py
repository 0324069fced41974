"""A whole service moves to the other kind of database, while somebody writes, and answers as before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from service.app import create_app
from service.cli import cli
from service.house import House
from service.lock import InUse, only_one
from service.settings import Settings
from storage import Valkey
from tests.conftest import FixedClock
from tests.service.conftest import Shop
from tests.service.whole import answers, fill


@pytest.fixture(params=[("sqlite", "postgresql"), ("postgresql", "sqlite")], ids=" to ".join)
def urls(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A database of one kind, and one of the other."""
    here, there = (request.getfixturevalue(f"{kind}_url") for kind in request.param)
    return here, there


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A command over a database and a data folder."""

    def call(url: str, folder: Path, *arguments: object) -> Result:
        monkeypatch.setenv("INTARSIA_DATA_DIR", str(folder))
        monkeypatch.setenv("INTARSIA_DATABASE_URL", url)
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return call


@contextmanager
def writing(house: House) -> Iterator[None]:
    """Somebody who saves and saves."""
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            body = b'{"title": "%d", "logic": false}' % number
            house.contents.put("rules", "busy", body, author="eve", now=house.clock() + number)
            wrote.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert wrote.wait(30)
    yield
    stop.set()
    thread.join()


def test_a_service_moves_to_the_other_database_and_answers_as_before(
    urls: tuple[str, str],
    tmp_path: Path,
    open_shop: Callable[..., Shop],
    valkey: Valkey,
    clock: FixedClock,
    run: Callable[..., Result],
) -> None:
    here, there = urls
    old = open_shop(database_url=here, data_dir=tmp_path / "here")
    fill(old)
    before = answers(old)
    with writing(old.house):
        done = run(here, tmp_path / "here", "backup", tmp_path / "backup.zip")
    assert done.exit_code == 0, done.output
    assert run(here, tmp_path / "here", "backup", "--check", tmp_path / "backup.zip").exit_code == 0
    done = run(there, tmp_path / "there", "restore", tmp_path / "backup.zip")
    assert done.exit_code == 0, done.output

    # The snapshot is one moment: no revision without its act, no act without its revision.
    done = run(there, tmp_path / "there", "audit", "verify")
    assert done.exit_code == 0, done.output
    settings = Settings(
        data_dir=tmp_path / "there", database_url=there, redis_url=valkey.url, redis_prefix=f"{tmp_path.name}-there"
    )
    app = create_app(settings, clock, watch=False)
    house: House = app.extensions["intarsia"]
    house.published.refresh()
    new = Shop(app, house, app.test_client(), clock, old.secrets)
    assert answers(new) == before
    assert house.published.model_version == old.house.published.model_version is not None
    with house.database.read() as connection:
        assert (connection.scalar(text("SELECT count(*) FROM revisions WHERE author = 'eve'")) or 0) > 0
        last = connection.scalar(text("SELECT action FROM audit_log ORDER BY seq DESC LIMIT 1"))
    assert last == "database.restore"
    # And it goes on: numbers are given that nobody had.
    assert new.post("/v1/manage/releases", {"name": "third", "publish": True}).status_code == 201
    assert run(there, tmp_path / "there", "audit", "verify").exit_code == 0
    house.close()


def test_a_running_service_is_not_restored_over(tmp_path: Path, sqlite_url: str, run: Callable[..., Result]) -> None:
    with only_one(tmp_path / "data"):
        done = run(sqlite_url, tmp_path / "data", "restore", tmp_path / "backup.zip")
    assert isinstance(done.exception, InUse)


def test_what_is_no_backup_is_told_in_one_sentence(tmp_path: Path, sqlite_url: str, run: Callable[..., Result]) -> None:
    (tmp_path / "odd.zip").write_bytes(b"odd")
    done = run(sqlite_url, tmp_path / "data", "backup", "--check", tmp_path / "odd.zip")
    assert (done.exit_code, "is not a whole backup" in done.output) == (1, True)
