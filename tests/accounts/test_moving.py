"""Keys of the first version are moved, both ways, and become no more than they were."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import text

from accounts import KeyRing, RoleBook, Scope, parse_grants
from storage import Database, migrate, roll_down

OLD = {
    "a": ("shop", "deliver track"),
    "b": ("shop", "deliver track"),
    "c": ("shop", "manage"),
    "d": ("ci", "manage track"),
}


@pytest.fixture
def filled(empty_database: Database) -> Database:
    """A database as it was before accounts, with four keys."""
    migrate(empty_database)
    roll_down(empty_database, "0007")
    with empty_database.write() as connection:
        for number, (secret, (name, scopes)) in enumerate(OLD.items()):
            row = {"d": sha256(f"int_{secret}".encode()).hexdigest(), "n": name, "s": scopes, "at": float(number)}
            connection.execute(
                text("INSERT INTO api_keys (digest, name, scopes, created_at) VALUES (:d, :n, :s, :at)"), row
            )
    return empty_database


def kept(database: Database) -> set[tuple[str, str]]:
    with database.read() as connection:
        return {tuple(row) for row in connection.execute(text("SELECT name, scopes FROM api_keys"))}  # type: ignore[misc]


def test_every_secret_works_on_and_may_what_it_could(filled: Database) -> None:
    migrate(filled)
    ring = KeyRing(filled)
    found = {secret: ring.find(f"int_{secret}", 10.0) for secret in OLD}
    keys = {secret: one[1] for secret, one in found.items() if one}
    assert {s: (k.name, set(k.scopes)) for s, k in keys.items()} == {
        "a": ("shop", {"deliver", "track"}),
        "b": ("shop", {"deliver", "track"}),
        "c": ("shop 2", {"manage"}),
        "d": ("ci", {"manage", "track"}),
    }
    assert len(ring.get("shop").secrets) == 2
    assert keys["d"].principal.may("release.publish") and not keys["d"].principal.may("account.manage")


def test_going_back_keeps_what_the_older_version_can_say(filled: Database) -> None:
    migrate(filled)
    ring = KeyRing(filled)
    RoleBook(filled).put("reads", "", parse_grants([{"actions": ["content.read"]}]), by="root", now=1.0)
    ring.issue("narrow", [Scope.MANAGE, Scope.TRACK], roles=["reads"], by="root", now=20.0)
    ring.issue("weak", [Scope.MANAGE], roles=["reads"], by="root", now=20.0)
    ring.issue("short", [Scope.TRACK], ends_at=99.0, by="root", now=20.0)
    ring.rotate("ci", old_ends_at=99.0, by="root", now=20.0)
    roll_down(filled, "0007")
    assert kept(filled) == {
        ("shop", "deliver track"), ("shop 2", "manage"), ("ci", "manage track"), ("narrow", "track")
    }  # fmt: skip
    migrate(filled)
    assert KeyRing(filled).find("int_a", 30.0)
    assert KeyRing(filled).find("int_d", 30.0) is None, "its end was set, and an older version would not end it"
