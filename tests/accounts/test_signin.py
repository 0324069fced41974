"""Signing in: nobody learns who has an account, and guessing takes for ever."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text

from accounts import (
    Accounts,
    CodeNeeded,
    LinkSpent,
    Locked,
    Passwords,
    SecondFactor,
    Sessions,
    SignIn,
    SignInFailed,
    Throttle,
    WeakPassword,
)
from accounts.telling import network_of
from storage import Database
from storage.audit import log

from .conftest import GOOD, acts

HOME = "192.0.2.1"


def test_name_and_password_let_in(sign_in: SignIn, accounts: Accounts, database: Database) -> None:
    assert sign_in.with_password(" Ann ", GOOD, "", address=HOME, now=10.0) == "ann"
    assert accounts.get("ann").signed_in_at == 10.0
    assert acts(database)[-1] == ("ann", "signin.ok", "accounts/ann")


@pytest.mark.parametrize("name", ["ann", "nobody", "", "x" * 500, "a\x00b"])
def test_every_failure_is_the_same(sign_in: SignIn, accounts: Accounts, name: str) -> None:
    with pytest.raises(SignInFailed) as failed:
        sign_in.with_password(name, "wrong", "", address=HOME, now=10.0)
    assert str(failed.value) == str(SignInFailed())


def test_a_stranger_costs_as_much_work_as_somebody_who_is_known(database: Database, accounts: Accounts) -> None:
    counted: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 -- as argon2 calls it
            counted.append("verify")
            return super().verify(hash, password)

    sign_in = SignIn(database, Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1)), Throttle(database))
    accounts.set_active("ann", False, by="test", now=2.0)
    for name in ("root", "ann", "nobody"):
        with pytest.raises(SignInFailed):
            sign_in.with_password(name, "wrong", "", address=HOME, now=10.0)
    assert counted == ["verify"] * 3


def test_what_was_typed_is_nowhere(sign_in: SignIn, accounts: Accounts, database: Database) -> None:
    """Also where a password was typed into the field of the name."""
    for name in ("hunter2-in-the-wrong-field", "ann"):
        with pytest.raises(SignInFailed):
            sign_in.with_password(name, "hunter2 with typo", "hunter2-code", address=HOME, now=10.0)
    with database.read() as connection:
        rows = str(connection.execute(select(log)).all())
        tries = str(connection.execute(text("SELECT * FROM signin_attempts")).all())
    assert "hunter2" not in rows + tries
    assert [act[1:] for act in acts(database)[-2:]] == [
        ("signin.failed", "accounts/(unknown)"),
        ("signin.failed", "accounts/ann"),
    ]


def test_an_account_is_locked_longer_and_longer(sign_in: SignIn, accounts: Accounts, database: Database) -> None:
    now, waits = 10.0, []
    for _ in range(30):
        with pytest.raises((SignInFailed, Locked)) as refused:
            sign_in.with_password("ann", "wrong", "", address=HOME, now=now)
        if isinstance(refused.value, Locked):
            waits.append(refused.value.seconds)
            now += refused.value.seconds
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert max(waits) == 900
    assert ("(unknown)", "signin.locked", "accounts/ann") in acts(database)


def test_nobody_is_let_in_while_locked_and_a_stranger_is_locked_alike(sign_in: SignIn, accounts: Accounts) -> None:
    for name in ("ann", "nobody"):
        for _ in range(5):
            with pytest.raises(SignInFailed):
                sign_in.with_password(name, "wrong", "", address=HOME, now=10.0)
        with pytest.raises(Locked) as locked:
            sign_in.with_password(name, GOOD, "", address="198.51.100.7", now=10.0)
        assert locked.value.seconds >= 1
    assert sign_in.with_password("ann", GOOD, "", address=HOME, now=1000.0) == "ann"


def test_an_address_is_locked_whatever_names_it_tries(sign_in: SignIn, accounts: Accounts) -> None:
    for number in range(30):
        with pytest.raises(SignInFailed):
            sign_in.with_password(f"name{number}", "wrong", "", address=HOME, now=10.0)
    with pytest.raises(Locked):
        sign_in.with_password("ann", GOOD, "", address=HOME, now=10.0)
    assert sign_in.with_password("ann", GOOD, "", address="198.51.100.7", now=10.0) == "ann"


def test_an_account_of_one_s_own_frees_no_address(sign_in: SignIn, accounts: Accounts) -> None:
    """Who has an account could else guess others' for ever, signing in between."""
    for number in range(29):
        with pytest.raises(SignInFailed):
            sign_in.with_password(f"name{number}", "wrong", "", address=HOME, now=10.0)
    sign_in.with_password("ann", GOOD, "", address=HOME, now=10.0)
    with pytest.raises(SignInFailed):
        sign_in.with_password("root", "wrong", "", address=HOME, now=10.0)
    with pytest.raises(Locked):
        sign_in.with_password("ann", GOOD, "", address=HOME, now=10.0)


def test_what_is_kept_follows_the_parameters_of_today(database: Database, accounts: Accounts, sign_in: SignIn) -> None:
    stronger = SignIn(
        database, Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)), Throttle(database)
    )
    before = _kept(database)
    stronger.with_password("ann", GOOD, "", address=HOME, now=10.0)
    assert _kept(database) != before
    assert not stronger.passwords.outdated(_kept(database))
    assert stronger.with_password("ann", GOOD, "", address=HOME, now=11.0) == "ann"


def test_a_new_password_ends_every_session(sign_in: SignIn, accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database)
    token = sessions.open("ann", address=HOME, agent="x", now=10.0).token
    with pytest.raises(WeakPassword):
        sign_in.choose("ann", "password1234", by="ann", now=11.0)
    assert sessions.find(token, 11.0)
    sign_in.choose("ann", "three green umbrellas", by="ann", now=11.0)
    assert sessions.find(token, 11.0) is None
    with pytest.raises(SignInFailed):
        sign_in.with_password("ann", GOOD, "", address=HOME, now=12.0)


def test_a_link_is_good_once_and_not_for_long(sign_in: SignIn, accounts: Accounts) -> None:
    first = accounts.new_link("ann", by="root", now=10.0)
    token = accounts.new_link("ann", by="root", now=10.0)
    for spent in (first, "nonsense"):
        with pytest.raises(LinkSpent):
            sign_in.redeem(spent, "three green umbrellas", now=11.0)
    with pytest.raises(WeakPassword):
        sign_in.redeem(token, "short", now=11.0)
    assert sign_in.redeem(token, "three green umbrellas", now=11.0) == "ann"
    with pytest.raises(LinkSpent):
        sign_in.redeem(token, "four grey umbrellas", now=12.0)
    late = accounts.new_link("ann", by="root", now=20.0)
    with pytest.raises(LinkSpent):
        sign_in.redeem(late, "four grey umbrellas", now=20.0 + 2 * 86_400)
    assert sign_in.with_password("ann", "three green umbrellas", "", address=HOME, now=21.0) == "ann"


def test_a_locked_account_is_freed_by_a_link(sign_in: SignIn, accounts: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(SignInFailed):
            sign_in.with_password("ann", "wrong", "", address=HOME, now=10.0)
    sign_in.redeem(accounts.new_link("ann", by="root", now=10.0), "three green umbrellas", now=10.0)
    assert sign_in.with_password("ann", "three green umbrellas", "", address=HOME, now=10.0) == "ann"


def test_a_second_factor_is_asked_for_and_no_code_is_good_twice(
    sign_in: SignIn, accounts: Accounts, database: Database
) -> None:
    now, factor = 1_750_000_000.0, SecondFactor(database)
    secret = _enrol(factor, now)
    with pytest.raises(CodeNeeded):
        sign_in.with_password("ann", GOOD, "", address=HOME, now=now + 60)
    with pytest.raises(SignInFailed):
        sign_in.with_password("ann", "wrong", "", address=HOME, now=now + 60)
    code = _code(secret, now + 60)
    assert sign_in.with_password("ann", GOOD, f"{code[:3]} {code[3:]}", address=HOME, now=now + 60) == "ann"
    for moment in (now + 60, now + 75):
        with pytest.raises(SignInFailed):
            sign_in.with_password("ann", GOOD, code, address=HOME, now=moment)
    # The code of the step before was not used, but it is older than the last that was.
    with pytest.raises(SignInFailed):
        sign_in.with_password("ann", GOOD, _code(secret, now + 30), address=HOME, now=now + 60)
    assert sign_in.with_password("ann", GOOD, _code(secret, now + 120), address=HOME, now=now + 120) == "ann"


def test_codes_cannot_be_guessed_by_who_has_the_password(
    sign_in: SignIn, accounts: Accounts, database: Database
) -> None:
    """Asking for the code anew must not wipe out the failures."""
    now = 1_750_000_000.0
    _enrol(SecondFactor(database), now)
    tries: list[str] = []
    with pytest.raises(Locked):
        while True:
            with pytest.raises(CodeNeeded):
                sign_in.with_password("ann", GOOD, "", address=HOME, now=now)
            with pytest.raises(SignInFailed):
                sign_in.with_password("ann", GOOD, "000000", address=HOME, now=now)
            tries.append("000000")
    assert len(tries) <= 5


def test_a_recovery_code_is_good_once(sign_in: SignIn, accounts: Accounts, database: Database) -> None:
    now, factor = 1_750_000_000.0, SecondFactor(database)
    secret = factor.begin("ann").secret
    codes = factor.confirm("ann", _code(secret, now), now=now)
    assert len(set(codes)) == 10
    with database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM recovery_codes")).all())
    assert codes[0] not in kept and codes[0].replace("-", "") not in kept
    assert sign_in.with_password("ann", GOOD, codes[0].lower(), address=HOME, now=now) == "ann"
    with pytest.raises(SignInFailed):
        sign_in.with_password("ann", GOOD, codes[0], address=HOME, now=now)
    assert sign_in.with_password("ann", GOOD, codes[1].replace("-", ""), address=HOME, now=now) == "ann"


def test_a_second_factor_counts_when_it_is_confirmed_and_is_not_swapped(
    sign_in: SignIn, accounts: Accounts, database: Database
) -> None:
    now, factor = 1_750_000_000.0, SecondFactor(database)
    enrolment = factor.begin("ann")
    assert "Intarsia" in enrolment.uri and enrolment.secret in enrolment.uri
    assert sign_in.with_password("ann", GOOD, "", address=HOME, now=now) == "ann"
    with pytest.raises(SignInFailed):
        factor.confirm("ann", "000000", now=now)
    factor.confirm("ann", _code(enrolment.secret, now), now=now)
    with pytest.raises(SignInFailed):
        factor.begin("ann")
    accounts.drop_second_factor("ann", by="root", now=now)
    assert sign_in.with_password("ann", GOOD, "", address=HOME, now=now) == "ann"


def _enrol(factor: SecondFactor, now: float) -> str:
    secret = factor.begin("ann").secret
    factor.confirm("ann", _code(secret, now), now=now)
    return secret


def _code(secret: str, now: float) -> str:
    import pyotp

    return pyotp.TOTP(secret).at(int(now))


def _kept(database: Database) -> str:
    with database.read() as connection:
        kept: str = connection.execute(text("SELECT password FROM accounts WHERE name = 'ann'")).scalar_one()
    return kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "somewhere"),
        ("a socket", "somewhere"),
    ],
)
def test_the_log_tells_the_network_that_somebody_came_from_and_no_address(address: str, network: str) -> None:
    assert network_of(address) == network
