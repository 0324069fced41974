"""People with quick passwords, on a real database."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from accounts import Accounts, Passwords, SignIn, Throttle
from storage import Database
from storage.audit import log

GOOD = "under seven purple bridges"
"""A password that nobody would guess; everybody's in these tests."""


@pytest.fixture
def passwords() -> Passwords:
    """Argon2id at its cheapest: what is asked here is not how long it takes."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def sign_in(database: Database, passwords: Passwords) -> SignIn:
    """Signing in with a password."""
    return SignIn(database, passwords, Throttle(database))


@pytest.fixture
def accounts(database: Database, passwords: Passwords) -> Accounts:
    """The register, with ann, an editor, and root, the admin."""
    book = Accounts(database)
    for name, role in (("ann", "editor"), ("root", "admin")):
        book.add(name, [role], by="test", now=1.0, password=passwords.hash(name, GOOD))
    return book


def acts(database: Database) -> list[tuple[str, str, str]]:
    """What stands in the audit log: who, what they did, to what."""
    with database.read() as connection:
        rows = connection.execute(select(log.c.who, log.c.action, log.c.what).order_by(log.c.seq))
        return [(row.who, row.action, row.what) for row in rows]
