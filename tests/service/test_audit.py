"""The audit log over the wire and on the command line: proved, searched, taken out; content is as it tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from service.app import create_house
from service.cli import cli
from service.publishing import publisher_of
from service.settings import Settings
from tests.service.shop import shop_contents


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that commands use, with content that was published."""
    folder = tmp_path / "data"
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(folder))
    house = create_house(Settings(data_dir=folder))
    house.contents.put_all(shop_contents(), author="ann", now=house.clock())
    publisher_of(house).publish("first", "ann")
    house.close()
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def tamper(folder: Path, *statements: str) -> None:
    house = create_house(Settings(data_dir=folder))
    with house.database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))
    house.close()


def test_what_was_done_is_proved_and_its_head_can_be_kept_elsewhere(data: Path, tmp_path: Path) -> None:
    head = run("audit", "seal").output.strip()
    (tmp_path / "heads").write_text(f"{head}\n")
    assert run("publish").exit_code == 0
    done = run("audit", "verify", "--heads", tmp_path / "heads", "--against", head)
    assert done.exit_code == 0, done.output
    assert "2 kept head(s) agree" in done.output
    assert run("audit", "verify", "--against", f"3:{'0' * 64}").exit_code == 1
    assert run("audit", "verify", "--against", "three").exit_code == 2


def test_a_row_that_was_changed_is_named(data: Path) -> None:
    tamper(data, "DROP TRIGGER audit_log_keeps_rows", "UPDATE audit_log SET who = 'mallory' WHERE seq = 7")
    done = run("audit", "verify")
    assert done.exit_code == 1
    assert "Error: row 7: what it says does not match its hash" in done.output
    assert "audit_log_keeps_rows is missing" in done.output


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE revisions SET author = 'mallory' WHERE seq = 4", "revisions has content.save of"),
        ("DELETE FROM revisions WHERE seq = 4", "but revisions has nothing like it"),
        ("UPDATE publications SET at = at + 1", "publications has release.publish of releases/r1-"),
        (
            "UPDATE bodies SET content = x'00' WHERE digest = (SELECT min(digest) FROM bodies)",
            "are not those that were",
        ),
    ],
)
def test_content_that_is_not_as_the_log_tells_is_named(data: Path, statement: str, words: str) -> None:
    tamper(data, statement)
    done = run("audit", "verify")
    assert done.exit_code == 1
    assert words in done.output
    assert run("audit", "verify", "--log-only").exit_code == 0


def test_a_log_sealed_with_another_key_is_not_ours(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = (data / "secrets" / "audit.key").read_text().strip()
    monkeypatch.setenv("INTARSIA_AUDIT_KEY", "k" * 32)
    assert "row 1: it is sealed with a key that is not ours" in run("audit", "verify").output
    monkeypatch.setenv("INTARSIA_AUDIT_KEY", f"{'k' * 32}, {older}")
    assert run("audit", "verify").exit_code == 0


def test_the_log_comes_out_as_json_lines(data: Path, tmp_path: Path) -> None:
    assert run("audit", "export", tmp_path / "log.jsonl", "--what", "modules/*", "--who", "ann").exit_code == 0
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert len(rows) == sum(kind == "modules" for kind, _ in shop_contents())
    assert {row["action"] for row in rows} == {"content.save"}
    assert [row["seq"] for row in rows] == sorted(row["seq"] for row in rows)
    assert run("audit", "export").output.count("\n") == int(run("audit", "seal").output.partition(":")[0])
