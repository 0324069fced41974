"""Pictures and models can be proved, moved and cleared up from the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from modules import ContentStore
from service.app import create_house
from service.cli import cli
from service.settings import Settings
from storage import Blobs

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>\n'


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that commands use, with one picture that was saved by an older version."""
    folder = tmp_path / "data"
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(folder))
    house = create_house(Settings(data_dir=folder))
    ContentStore(house.database).put("assets", "old.svg", SVG, author="ann", now=1.0)
    house.contents.put("assets", "new.svg", SVG + b"\n", author="ann", now=2.0)
    house.close()
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_pictures_are_moved_and_proved(data: Path) -> None:
    assert "1 picture(s) moved" in run("blobs", "move").output
    assert "2 picture(s) and 0 model(s), each as it was saved" in run("blobs", "check").output
    path = next(path for path in (data / "blobs").glob("*/*"))
    path.write_bytes(b"nonsense")
    done = run("blobs", "check")
    assert done.exit_code == 1
    assert f"the picture {path.name} is damaged" in done.output
    audited = run("audit", "verify")
    assert audited.exit_code == 1 and f"the picture {path.name} is damaged" in audited.output


def test_only_what_nothing_refers_to_is_taken_away(data: Path) -> None:
    blobs = Blobs(data / "blobs")
    spare, young = blobs.put(b"spare"), blobs.put(b"young")
    for digest, _ in blobs.ages():
        if digest != young:
            os.utime(blobs.path(digest), (1, 1))
    assert "1 blob(s) would be taken away" in run("blobs", "collect", "--dry-run").output
    assert "1 blob(s) taken away, 2 needed" in run("blobs", "collect").output
    assert not blobs.has(spare) and blobs.has(young)
    assert run("blobs", "check").exit_code == 0


def test_blobs_follow_to_another_place(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTARSIA_BLOBS", str(tmp_path / "elsewhere"))
    assert run("blobs", "check").exit_code == 1
    assert "1 blob(s) copied" in run("blobs", "copy", data / "blobs").output
    assert run("blobs", "check").exit_code == 0


def test_a_place_that_cannot_be_stops_the_start(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTARSIA_BLOBS", "ftp://example.com/pictures")
    done = run("blobs", "check")
    assert done.exit_code == 1
    assert "INTARSIA_BLOBS" in str(done.exception) and "s3://bucket/prefix" in str(done.exception)
