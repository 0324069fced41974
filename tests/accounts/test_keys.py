"""API keys: shown once, found by scanners, two secrets while one is exchanged, an end."""

from __future__ import annotations

import re

import pytest

from accounts import KeyRing, NameTaken, RoleBook, Scope, TwoSecrets, UnknownName, could_be_key, parse_grants
from storage import Database

from .conftest import acts

PATTERN = re.compile(r"\bintarsia_[0-9A-Za-z]{38}\b")


@pytest.fixture
def ring(database: Database) -> KeyRing:
    return KeyRing(database)


def test_a_secret_is_shown_once_and_kept_nowhere(ring: KeyRing, database: Database) -> None:
    secret = ring.issue("shop", [Scope.TRACK, Scope.DELIVER], by="root", now=1.0)
    with database.read() as connection:
        for table in ("api_keys", "api_key_secrets", "audit_log", "outbox"):
            assert secret not in str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
    found = ring.find(secret, 2.0)
    assert found is not None
    assert (found[1].name, found[1].scopes) == ("shop", {"track", "deliver"})
    assert found[1].principal.actions == {"track", "deliver"}
    assert acts(database) == [("root", "key.issued", "keys/shop")]


def test_a_scanner_tells_a_key_from_other_text(ring: KeyRing) -> None:
    secret = ring.issue("shop", [Scope.TRACK], by="root", now=1.0)
    assert PATTERN.fullmatch(secret)
    assert could_be_key(secret)
    typo = secret[:20] + ("A" if secret[20] != "A" else "B") + secret[21:]
    for other in (typo, secret[:-1], "intarsia_", "", "x" * 47, "intarsia_" + "é" * 38):
        assert not could_be_key(other)
    assert could_be_key("int_of-the-first-version")


def test_a_key_manages_what_its_roles_allow(ring: KeyRing, database: Database) -> None:
    RoleBook(database).put("reads", "", parse_grants([{"actions": ["content.read"]}]), by="root", now=1.0)
    narrow = ring.issue("narrow", [Scope.MANAGE], roles=["reads"], by="root", now=1.0)
    usual = ring.issue("usual", [Scope.MANAGE], by="root", now=1.0)
    deliver = ring.issue("deliver", [Scope.DELIVER], roles=["admin"], by="root", now=1.0)
    allowed = [ring.find(secret, 2.0)[1].principal.actions for secret in (narrow, usual, deliver)]  # type: ignore[index]
    assert allowed[0] == {"content.read"}
    assert "release.publish" in allowed[1] and "account.manage" not in allowed[1]
    assert allowed[2] == {"deliver"}, "without the scope `manage` a role gives nothing"
    with pytest.raises(UnknownName):
        ring.issue("other", [Scope.MANAGE], roles=["redas"], by="root", now=1.0)


def test_a_key_ends(ring: KeyRing) -> None:
    secret = ring.issue("shop", [Scope.TRACK], ends_at=10.0, by="root", now=1.0)
    assert ring.find(secret, 9.9)
    assert ring.find(secret, 10.0) is None
    assert ring.live(9.9) and not ring.live(10.0)


def test_two_secrets_live_while_one_is_exchanged(ring: KeyRing, database: Database) -> None:
    old = ring.issue("shop", [Scope.TRACK], by="root", now=1.0)
    new = ring.rotate("shop", by="root", now=2.0)
    assert ring.find(old, 3.0) and ring.find(new, 3.0)
    with pytest.raises(TwoSecrets):
        ring.rotate("shop", by="root", now=3.0)
    assert ring.end_old("shop", by="root", now=4.0) == 1
    assert ring.find(old, 5.0) is None and ring.find(new, 5.0)
    newest = ring.rotate("shop", old_ends_at=10.0, by="root", now=6.0)
    assert ring.find(new, 9.0) and ring.find(newest, 9.0)
    assert ring.find(new, 10.0) is None and ring.find(newest, 10.0)
    assert ring.rotate("shop", by="root", now=11.0), "the one that ended is no second secret any more"
    assert len(ring.get("shop").secrets) == 2
    assert [act[1] for act in acts(database)] == ["key.issued", *["key.rotated"] * 4]


def test_a_revoked_key_is_gone_with_all_its_secrets(ring: KeyRing) -> None:
    secrets = [ring.issue("shop", [Scope.TRACK], by="root", now=1.0), ring.rotate("shop", by="root", now=2.0)]
    with pytest.raises(NameTaken):
        ring.issue("shop", [Scope.TRACK], by="root", now=3.0)
    assert ring.revoke("shop", by="root", now=3.0) == 2
    assert [ring.find(secret, 4.0) for secret in secrets] == [None, None]
    assert ring.revoke("shop", by="root", now=5.0) == 0
    assert ring.issue("shop", [Scope.TRACK], by="root", now=6.0)


def test_use_is_written_down_and_never_goes_back(ring: KeyRing) -> None:
    secret = ring.issue("shop", [Scope.TRACK], by="root", now=1.0)
    digest = ring.find(secret, 2.0)[0]  # type: ignore[index]
    assert ring.get("shop").secrets[0].used_at is None
    ring.note_use([digest], 50.0)
    ring.note_use([digest], 40.0)
    (told,) = ring.get("shop").secrets
    assert (told.used_at, told.hint) == (50.0, secret[-4:])
