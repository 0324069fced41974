"""The command line: content in, published, out again byte for byte; a mistake changes nothing."""

from __future__ import annotations

from filecmp import dircmp
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connectors import HIDDEN
from service.cli import cli
from service.lock import InUse, only_one

CONTENT = Path(__file__).resolve().parents[2] / "examples" / "shop" / "content"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that commands use."""
    folder = tmp_path / "data"
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(folder))
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def differences(compared: dircmp[str]) -> list[str]:
    own = [*compared.left_only, *compared.right_only, *compared.diff_files, *compared.funny_files]
    return own + [name for inner in compared.subdirs.values() for name in differences(inner)]


def test_content_comes_out_as_it_went_in_and_only_changes_are_counted(data: Path, tmp_path: Path) -> None:
    files = sum(path.is_file() for path in CONTENT.rglob("*"))
    assert f"{files} files read, {files} drafts changed" in run("import", CONTENT).output
    assert f"{files} files read, 0 drafts changed" in run("import", CONTENT).output
    assert "Published r1-" in run("publish").output
    assert run("export", tmp_path / "out").exit_code == 0
    assert differences(dircmp(CONTENT, tmp_path / "out", ignore=[HIDDEN])) == []


def test_a_malformed_rule_is_named_with_its_place_and_nothing_is_imported(data: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "in" / "rules"
    wrong.mkdir(parents=True)
    (wrong / "odd.json").write_text('{"title": "Odd", "logic": {">>": [1, 2]}}\n')
    done = run("import", tmp_path / "in")
    assert done.exit_code == 1
    assert "/rules/odd/logic" in done.output
    assert "0 files in" in run("export", tmp_path / "out").output


def test_nothing_cannot_be_published(data: Path) -> None:
    done = run("publish")
    assert done.exit_code == 1
    assert "nothing to publish" in str(done.exception) + done.output


def test_the_data_of_a_running_service_is_not_removed(data: Path) -> None:
    with only_one(data):
        assert isinstance(run("reset").exception, InUse)
        assert data.is_dir()
    assert run("reset").exit_code == 0
    assert not data.exists()


def test_training_on_nothing_says_what_is_missing(data: Path) -> None:
    done = run("train")
    assert done.exit_code == 1
    assert "nothing to learn from" in done.output


def test_keys_are_listed_without_their_secrets(data: Path) -> None:
    secret = run("keys", "issue", "shop", "track", "deliver").output.strip()
    listed = run("keys", "list").output
    assert "shop" in listed
    assert "deliver track" in listed
    assert secret not in listed
    assert "1 key" in run("keys", "revoke", "shop").output
    assert run("keys", "list").output == ""
