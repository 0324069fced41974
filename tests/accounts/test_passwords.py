"""Passwords: kept by Argon2id, refused when everybody would guess them."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters, profiles

from accounts import Passwords, WeakPassword


def test_a_password_is_kept_by_the_recommendation_of_rfc_9106() -> None:
    kept = Passwords().hash("ann", "under seven purple bridges")
    assert extract_parameters(kept) == profiles.RFC_9106_LOW_MEMORY
    assert "bridges" not in kept


def test_the_right_password_is_told_from_the_wrong_one(passwords: Passwords) -> None:
    kept = passwords.hash("ann", "under seven purple bridges")
    assert passwords.verify(kept, "under seven purple bridges")
    assert not passwords.verify(kept, "under seven purple Bridges")
    assert not passwords.verify("", "under seven purple bridges")
    assert not passwords.verify("nonsense", "under seven purple bridges")


def test_one_password_written_on_two_keyboards_is_one(passwords: Passwords) -> None:
    """A letter with its accent may be one character or two."""
    kept = passwords.hash("ann", "gr\u00fcne H\u00fcgel im Nebel")
    assert passwords.verify(kept, "gru\u0308ne Hu\u0308gel im Nebel")


def test_other_parameters_are_noticed(passwords: Passwords) -> None:
    kept = passwords.hash("ann", "under seven purple bridges")
    assert not passwords.outdated(kept)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.outdated(kept)
    assert not stronger.outdated(stronger.rehash("under seven purple bridges"))


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "x" * 300,
        "ababababababab",
        "abcdefghijklmnop",
        "123456789012345",
        "010203040506",
        "Password1234!",
        "P4ssw0rd2024!!",
        "qwertyuiop123",
        "correcthorsebatterystaple",
        "ann.smith-2024!",
        "Summer2024Winter2025",
        "admin@intarsia1",
    ],
)
def test_what_everybody_tries_first_is_refused(passwords: Passwords, password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        passwords.hash("ann.smith@example.com", password)
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["under seven purple bridges", "jK8#mQz2!vLp", "日本語のとても長い秘密の言葉", "ťažká úloha na zimu"]
)
def test_what_is_hard_to_guess_is_taken(passwords: Passwords, password: str) -> None:
    assert passwords.verify(passwords.hash("ann", password), password)
