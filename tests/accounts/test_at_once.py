"""Many at once gain nothing: guesses are counted before they are looked at, and what is good once is good once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp

from accounts import Accounts, LinkSpent, Locked, Role, RoleBook, SecondFactor, SignIn, SignInFailed, parse_grants
from storage import Database

from .conftest import GOOD

HOME = "192.0.2.1"
NOW = 1_750_000_000.0


def together(count: int, do: Callable[[], object]) -> Counter[str]:
    """What came of each of them: its result, or the name of its error."""

    def one(_: int) -> str:
        try:
            return str(do())
        except (SignInFailed, Locked, LinkSpent) as error:
            return type(error).__name__

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


def test_guesses_at_once_are_as_few_as_one_after_another(sign_in: SignIn, accounts: Accounts) -> None:
    came = together(12, lambda: sign_in.with_password("ann", "wrong", "", address=HOME, now=NOW))
    assert came == {"SignInFailed": 5, "Locked": 7}


def test_a_code_lets_in_one_of_those_who_bring_it(sign_in: SignIn, accounts: Accounts, database: Database) -> None:
    factor = SecondFactor(database)
    clock = pyotp.TOTP(factor.begin("ann").secret)
    factor.confirm("ann", clock.at(int(NOW)), now=NOW)
    later = NOW + 60
    came = together(4, lambda: sign_in.with_password("ann", GOOD, clock.at(int(later)), address=HOME, now=later))
    assert came == {"ann": 1, "SignInFailed": 3}


def test_a_link_is_used_by_one(sign_in: SignIn, accounts: Accounts) -> None:
    token = accounts.new_link("ann", by="root", now=NOW)
    came = together(4, lambda: sign_in.redeem(token, "three green umbrellas", now=NOW))
    assert came == {"ann": 1, "LinkSpent": 3}


def test_of_two_admins_who_put_out_each_other_one_stays(accounts: Accounts) -> None:
    """Both are the last one, if nobody looks while the other does."""
    from accounts import LastAdmin

    accounts.set_roles("ann", ["admin"], by="root", now=NOW)

    def put_out(name: str) -> str:
        try:
            accounts.set_active(name, False, by="test", now=NOW)
        except LastAdmin:
            return "kept"
        return "out"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(put_out, ["ann", "root"])) == ["kept", "out"]


def test_of_those_who_change_the_role_that_they_read_one_does(database: Database) -> None:
    book = RoleBook(database)
    read = book.put("office", "as it was", parse_grants([{"actions": ["content.read"]}]), by="root", now=NOW)

    def unchanged(found: Role | None) -> None:
        if found != read:
            raise LinkSpent

    def change() -> str:
        return book.put("office", "changed", read.grants, by="root", now=NOW, admit=unchanged).summary

    assert together(4, change) == {"changed": 1, "LinkSpent": 3}
