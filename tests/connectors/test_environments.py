"""Environments: names for places, and keys that no file holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import HIDDEN, FileError, SourceError, find_environment


@pytest.mark.parametrize(
    ("words", "name", "variables", "complaint"),
    [
        ("", "staging", {}, "there is no environment"),
        ('[staging]\nurl = "https://x.example"\n', "stagin", {}, "did you mean 'staging'"),
        ('[staging]\nurl = "https://x.example"\n', "staging", {}, "REMOTE_KEY holds no key"),
        ('[staging]\nurl = "https://x.example"\nkey_from = "K"\n', "staging", {}, "K holds no key"),
        ('[staging]\nurl = "https://x.example"\nkey = "secret"\n', "staging", {}, "a file is no place for it"),
        ('[staging]\nurl = "https://x.example"\nkey_from = "INTARSIA_X"\n', "staging", {}, "are settings"),
        ('[staging]\nurl = "https://u:p@x.example"\n', "staging", {"REMOTE_KEY": "k"}, "no address of a service"),
        ('[staging]\nurl = "ftp://x.example"\n', "staging", {"REMOTE_KEY": "k"}, "no address of a service"),
        ('[staging]\nurl = "http://x.example"\n', "staging", {"REMOTE_KEY": "k"}, "without https"),
        ('[staging]\nurl = "https://x.example"\nkey_form = "K"\n', "staging", {}, "known are url and key_from"),
        ("[staging\n", "staging", {}, "no TOML"),
        ("staging = 1\n", "staging", {}, "is not a table"),
    ],
)
def test_an_environment_that_cannot_be_used_says_why(
    tmp_path: Path, words: str, name: str, variables: dict[str, str], complaint: str
) -> None:
    (tmp_path / HIDDEN).mkdir()
    (tmp_path / HIDDEN / "environments.toml").write_text(words)
    with pytest.raises((FileError, SourceError), match=complaint) as refused:
        find_environment(tmp_path, name, None, variables)
    assert "secret" not in str(refused.value)


def test_a_key_comes_from_the_variable_that_is_named(tmp_path: Path) -> None:
    (tmp_path / HIDDEN).mkdir()
    (tmp_path / HIDDEN / "environments.toml").write_text('[live]\nurl = "https://x.example/"\nkey_from = "LIVE"\n')
    found = find_environment(tmp_path, "live", None, {"LIVE": "abc", "REMOTE_KEY": "other"})
    assert (found.url, found.key) == ("https://x.example", "abc")
    local = find_environment(tmp_path, "http://127.0.0.1:8322", "given", {})
    assert (local.url, local.key) == ("http://127.0.0.1:8322", "given")
