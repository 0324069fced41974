"""The first account, keys and help for those who are locked out, from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from accounts import Accounts
from service.opening import open_house
from service.signing import sign_in_of

from .test_cli import data, run

__all__ = ["data"]

GOOD = "under seven purple bridges"


def test_the_first_account_gets_a_link(data: Path) -> None:
    made = run("accounts", "add", "Ann@Example.com", "--role", "admin")
    assert made.exit_code == 0, made.output
    link = re.search(r"^http://127.0.0.1:8322/v1/manage/signin/link#(\S+)$", made.output, re.MULTILINE)
    assert link
    with open_house() as house:
        assert sign_in_of(house).redeem(link[1], GOOD, now=house.clock()) == "ann@example.com"
        assert Accounts(house.database).get("ann@example.com").roles == ("admin",)
    assert "ann@example.com" in run("accounts", "list").output
    assert "#" in run("accounts", "link", "ann@example.com").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "ann", "--role", "amdin"), "did you mean 'admin'"),
        (("add", "a b", "--role", "admin"), "cannot name an account"),
        (("deactivate", "ann"), "last active account"),
        (("roles", "ann", "viewer"), "last active account"),
        (("link", "an"), "did you mean 'ann'"),
    ],
)
def test_a_mistake_is_one_sentence(data: Path, arguments: tuple[str, ...], words: str) -> None:
    assert run("accounts", "add", "ann", "--role", "admin").exit_code == 0
    done = run("accounts", *arguments)
    assert done.exit_code == 1
    assert words in str(done.exception)


def test_accounts_are_put_out_and_let_in_again(data: Path) -> None:
    for name, role in (("ann", "admin"), ("bob", "viewer")):
        run("accounts", "add", name, "--role", role)
    assert "sign in no more" in run("accounts", "deactivate", "bob").output
    assert "not active" in run("accounts", "list").output
    assert "may sign in" in run("accounts", "activate", "bob").output
    assert "editor, analyst" in run("accounts", "roles", "bob", "editor", "analyst").output
    assert "password alone" in run("accounts", "drop-totp", "bob").output


def test_keys_are_rotated_and_end(data: Path) -> None:
    run("keys", "issue", "ci", "manage", "--role", "viewer", "--days", "30")
    listed = run("keys", "list").output
    assert "as viewer" in listed and "until" in listed and "never used" in listed
    assert run("keys", "rotate", "ci").output.startswith("intarsia_")
    assert "two secrets" in run("keys", "list").output
    assert run("keys", "rotate", "ci").exit_code == 1
    assert "1 secret(s) ended" in run("keys", "end-old", "ci").output
    assert "two secrets" not in run("keys", "list").output
