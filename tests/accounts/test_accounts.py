"""Accounts, sessions and roles: what is taken away is gone at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import (
    Accounts,
    BadName,
    KeyRing,
    LastAdmin,
    NameTaken,
    RoleBook,
    RoleInUse,
    Scope,
    Sessions,
    UnknownName,
    Who,
    csrf_token,
    is_csrf_token,
    parse_grants,
)
from storage import Database

from .conftest import acts

READ = parse_grants([{"actions": ["content.read"]}])


def test_names_are_told_apart_in_the_log(accounts: Accounts, database: Database) -> None:
    """A person and a key never share one."""
    KeyRing(database).issue("robot", [Scope.TRACK], by="root", now=1.0)
    for name in ("robot", "ann", " ANN "):
        with pytest.raises(NameTaken):
            accounts.add(name, [], by="root", now=1.0)
    with pytest.raises(NameTaken):
        KeyRing(database).issue("ann", [Scope.TRACK], by="root", now=1.0)


@pytest.mark.parametrize("name", ["", "../etc", "a b", "ann\x00", "x" * 101, "bÿ"])
def test_a_name_fits_into_an_address_and_a_log(accounts: Accounts, name: str) -> None:
    with pytest.raises(BadName):
        accounts.add(name, [], by="root", now=1.0)


def test_a_role_that_is_not_there_is_not_given(accounts: Accounts) -> None:
    with pytest.raises(UnknownName, match="did you mean 'editor'"):
        accounts.add("bob", ["editr"], by="root", now=1.0)
    with pytest.raises(UnknownName):
        accounts.get("bob")


def test_a_session_is_a_person_with_what_their_roles_give_now(accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database)
    opened = sessions.open("ann", address="192.0.2.1", agent="x", now=10.0)
    found = sessions.find(opened.token, 11.0)
    assert found is not None
    session, principal = found
    assert (session.id, principal.name, principal.kind) == (opened.session.id, "ann", Who.PERSON)
    assert principal.may("release.publish") and not principal.may("account.manage")
    assert sessions.find(opened.token[:-1], 11.0) is None
    assert sessions.find("", 11.0) is None


def test_a_session_ends_when_it_is_not_used_and_in_any_case(accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database, idle=timedelta(hours=1), lifetime=timedelta(hours=3))
    token = sessions.open("ann", address="", agent="", now=0.0).token
    assert sessions.find(token, 3599.0)
    assert sessions.find(token, 3599.0 + 3599.0)
    assert sessions.find(token, 3599.0 + 3599.0 + 3600.0) is None
    token = sessions.open("ann", address="", agent="", now=0.0).token
    for minute in range(0, 180, 30):
        assert sessions.find(token, minute * 60.0)
    assert sessions.find(token, 180 * 60.0) is None


def test_a_session_s_secret_is_new_each_time_and_kept_nowhere(accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database)
    first = sessions.open("ann", address="", agent="", now=1.0)
    second = sessions.open("ann", address="", agent="", now=2.0, instead_of=first.token)
    assert sessions.find(first.token, 3.0) is None
    assert [one.id for one in sessions.of("ann", 3.0)] == [second.session.id]
    with database.read() as connection:
        assert second.token not in str(connection.exec_driver_sql("SELECT * FROM sessions").all())


def test_a_csrf_token_belongs_to_one_session() -> None:
    assert is_csrf_token(csrf_token("one"), "one")
    assert not is_csrf_token(csrf_token("two"), "one")
    assert not is_csrf_token("", "one")
    assert not is_csrf_token("é", "one")


@pytest.mark.parametrize("change", ["roles", "deactivate", "factor"])
def test_whoever_may_something_else_signs_in_anew(accounts: Accounts, database: Database, change: str) -> None:
    sessions = Sessions(database)
    token = sessions.open("ann", address="", agent="", now=1.0).token
    if change == "roles":
        accounts.set_roles("ann", ["viewer"], by="root", now=2.0)
    elif change == "deactivate":
        accounts.set_active("ann", False, by="root", now=2.0)
    else:
        accounts.drop_second_factor("ann", by="root", now=2.0)
    assert sessions.find(token, 3.0) is None
    assert acts(database)[-1] == ("root", "account.changed", "accounts/ann")


def test_somebody_can_always_manage_accounts(accounts: Accounts) -> None:
    with pytest.raises(LastAdmin):
        accounts.set_active("root", False, by="root", now=2.0)
    with pytest.raises(LastAdmin):
        accounts.set_roles("root", ["editor"], by="root", now=2.0)
    accounts.set_roles("ann", ["admin", "viewer"], by="root", now=2.0)
    assert accounts.set_roles("root", ["editor"], by="ann", now=3.0).roles == ("editor",)


def test_a_session_is_listed_and_ended(accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database)
    tokens = [sessions.open("ann", address="192.0.2.1", agent=f"a{n}", now=float(n)).token for n in range(3)]
    listed = sessions.of("ann", 5.0)
    assert [one.agent for one in listed] == ["a2", "a1", "a0"]
    sessions.end(listed[2], by="ann", now=5.0)
    assert sessions.find(tokens[0], 5.0) is None
    assert sessions.end_others("ann", listed[0].id, by="ann", now=5.0) == 1
    assert [bool(sessions.find(token, 5.0)) for token in tokens] == [False, False, True]
    assert acts(database)[-1] == ("ann", "session.revoked", "accounts/ann")


def test_a_role_of_one_s_own_binds_whoever_has_it_at_once(accounts: Accounts, database: Database) -> None:
    book, sessions = RoleBook(database), Sessions(database)
    book.put(
        "german", "Writes German", parse_grants([{"actions": ["content.write"], "locales": ["de"]}]), by="root", now=1.0
    )
    accounts.set_roles("ann", ["german"], by="root", now=2.0)
    token = sessions.open("ann", address="", agent="", now=3.0).token
    found = sessions.find(token, 3.0)
    assert found and found[1].may_locale("content.write", "modules", "hero", "de-AT")
    assert not found[1].may("content.read")
    book.put("german", "Reads", READ, by="root", now=4.0)
    found = sessions.find(token, 5.0)
    assert found and found[1].may("content.read") and not found[1].may("content.write")
    with pytest.raises(RoleInUse, match="ann"):
        book.delete("german", by="root", now=6.0)
    accounts.set_roles("ann", [], by="root", now=6.0)
    book.delete("german", by="root", now=7.0)
    with pytest.raises(UnknownName):
        book.get("german")
    assert acts(database)[-1] == ("root", "role.deleted", "roles/german")


def test_a_built_in_role_means_the_same_everywhere(database: Database) -> None:
    with pytest.raises(BadName, match="built in"):
        RoleBook(database).put("editor", "", READ, by="root", now=1.0)
    with pytest.raises(BadName, match="built in"):
        RoleBook(database).delete("editor", by="root", now=1.0)
