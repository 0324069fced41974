"""Content goes to files and comes back byte for byte; what is no content is refused by file and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import CONNECTORS, FileError, read_folder, write_folder
from modules import BadKey

CONTENTS = {
    ("modules", "welcome"): '{\n  "type": "hero",\n  "note": "Grüße ☕"\n}\n'.encode(),
    ("rules", "adults"): b'{"title":"Adults" ,"logic":true}',
    ("assets", "coffee.svg"): b"<svg/>\r\n",
    ("assets", "dot.png"): bytes(range(256)),
}


def write(folder: Path, name: str, content: bytes = b"{}") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def refusal(folder: Path) -> FileError:
    with pytest.raises(FileError) as refused:
        read_folder(folder)
    return refused.value


def test_a_round_trip_keeps_every_byte(tmp_path: Path) -> None:
    assert write_folder(tmp_path / "out", CONTENTS) == []
    assert read_folder(tmp_path / "out") == CONTENTS


def test_files_that_are_not_in_the_contents_are_told_and_left_alone(tmp_path: Path) -> None:
    write_folder(tmp_path, CONTENTS)
    left = {name: body for name, body in CONTENTS.items() if name[0] == "assets"}
    assert write_folder(tmp_path, left) == ["modules/welcome.json", "rules/adults.json"]
    assert read_folder(tmp_path) == CONTENTS


def test_a_file_with_the_same_bytes_is_not_touched(tmp_path: Path) -> None:
    write_folder(tmp_path, CONTENTS)
    file = tmp_path / "modules/welcome.json"
    before = file.stat().st_mtime_ns, file.stat().st_ino
    write_folder(tmp_path, CONTENTS)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_no_half_written_file_is_left_behind(tmp_path: Path) -> None:
    write_folder(tmp_path, CONTENTS)
    names = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()}
    assert names == {"modules/welcome.json", "rules/adults.json", "assets/coffee.svg", "assets/dot.png"}


def test_a_key_that_would_leave_the_folder_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(BadKey):
        write_folder(tmp_path / "out", {("modules", "../../evil"): b"{}"})
    assert list(tmp_path.iterdir()) == []


def test_a_readme_and_hidden_files_are_welcome(tmp_path: Path) -> None:
    write(tmp_path, "README.md", b"# words")
    write(tmp_path, ".git/config", b"x")
    write(tmp_path, "rules/.DS_Store", b"x")
    write(tmp_path, "rules/a.json")
    assert list(read_folder(tmp_path)) == [("rules", "a")]


def test_a_missing_folder_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    assert "did you mean" in str(refusal(tmp_path / "contnet"))


@pytest.mark.parametrize(
    ("name", "content", "line", "column", "words"),
    [
        ("module/a.json", b"{}", None, None, "did you mean 'modules'"),
        ("modules/Big.json", b"{}", None, None, "small letters"),
        ("modules/a.yaml", b"a: b", None, None, "name the file a.json"),
        ("modules/deep/a.json", b"{}", None, None, "move the files up"),
        ("a.json", b"{}", None, None, "folder of its kind"),
        ("assets/run.exe", b"MZ", None, None, "ends in"),
        ("rules/a.json", b'{\n  "a": \n}', 3, 1, "not JSON"),
        ("rules/a.json", b'{\n "a": "\xff"}', 2, 8, "UTF-8"),
        ("rules/a.json", b'{"a": 1, "a": 2}', None, None, "stands twice"),
        ("rules/a.json", b'{"a": Infinity}', None, None, "Infinity"),
        ("rules/big.json", b" " * 5_000_001, None, None, "at most"),
    ],
)
def test_what_is_no_content_is_refused_by_file_and_place(
    tmp_path: Path, name: str, content: bytes, line: int | None, column: int | None, words: str
) -> None:
    write(tmp_path, name, content)
    error = refusal(tmp_path)
    assert words in error.message
    assert (error.line, error.column) == (line, column)
    assert name.split("/")[0] in str(error.path)


def test_the_table_names_each_connector_by_its_own_name() -> None:
    assert "files" in CONNECTORS
    assert all(name == entry.name and entry.directions <= {"source", "sink"} for name, entry in CONNECTORS.items())
