"""The vault: what is sealed under a person's key is gone when the key is, and is nobody's without the secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from storage import Database, Unreadable, Vault, person_keys

OURS, NEWER = b"a secret of this house" * 2, b"a newer secret of this house"


@pytest.fixture
def sealed(database: Database) -> Iterator[Database]:
    """A database whose people are kept under our secret."""
    opened = Database(database.url, vault=Vault(OURS))
    yield opened
    opened.close()


def test_what_is_sealed_is_opened_by_its_own_key_and_says_nothing_by_itself(sealed: Database) -> None:
    with sealed.write() as connection:
        one = sealed.vault.seal(connection, "ann", b'{"email": "ann@example.com"}')
        same = sealed.vault.seal(connection, "ann", b'{"email": "ann@example.com"}')
        assert b"ann" not in one
        assert one != same, "equal things do not look equal"
        assert sealed.vault.open_all(connection, [one, b'{"old": 1}', same]) == [
            b'{"email": "ann@example.com"}',
            b'{"old": 1}',
            b'{"email": "ann@example.com"}',
        ]
        assert connection.scalars(select(person_keys.c.owner)).all() == ["ann"]


def test_a_key_that_is_destroyed_takes_all_with_it_and_nothing_of_others(sealed: Database) -> None:
    vault = sealed.vault
    with sealed.write() as connection:
        hers, his = vault.seal(connection, "ann", b"hers"), vault.seal(connection, "bob", b"his")
        assert vault.destroy(connection, ["ann", "nobody"]) == 1
        assert vault.open_all(connection, [hers, his]) == [None, b"his"]
    with sealed.write() as connection:
        again = vault.seal(connection, "ann", b"a new life")
        assert vault.open_all(connection, [hers, again]) == [None, b"a new life"]


def test_another_process_opens_it_by_the_table_and_not_without_the_secret(sealed: Database) -> None:
    with sealed.write() as connection:
        one = sealed.vault.seal(connection, "ann", b"hers")
    with sealed.read() as connection:
        assert Vault(OURS).open(connection, one) == b"hers"
        with pytest.raises(Unreadable):
            Vault(NEWER).open(connection, one)
        changed = one[:-1] + bytes([one[-1] ^ 1])
        with pytest.raises(Unreadable):
            Vault(OURS).open(connection, changed)


def test_a_hot_copy_brings_its_key_along(sealed: Database) -> None:
    with sealed.write() as connection:
        key = sealed.vault.keys(connection, ["ann"])["ann"]
    copy = key.copy(b"hers")
    assert Vault(OURS).open_carried(copy) == b"hers"
    with pytest.raises(Unreadable):
        Vault(NEWER).open_carried(copy)


def test_a_secret_is_changed_by_writing_the_new_one_in_front(sealed: Database) -> None:
    """Marks stay; keys are wrapped anew; then what only the old one opened is opened by the new one."""
    with sealed.write() as connection:
        one = sealed.vault.seal(connection, "ann", b"hers")
    both = Vault(NEWER, OURS)
    assert both.mark("user:ann") == sealed.vault.mark("user:ann") != Vault(NEWER).mark("user:ann")
    with sealed.write() as connection:
        assert both.rewrap(connection) == "ann"
        assert both.rewrap(connection, after="ann") is None
    with sealed.read() as connection:
        assert Vault(NEWER).open(connection, one) == b"hers"


def test_more_keys_than_a_process_keeps_open_are_all_found(sealed: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.vault.envelope.MOST_KEPT", 5)
    people = [f"p{n}" for n in range(40)]
    with sealed.write() as connection:
        keys = sealed.vault.keys(connection, people)
        some = [keys[one].seal(one.encode()) for one in people]
    with sealed.read() as connection:
        assert Vault(OURS).open_all(connection, some) == [one.encode() for one in people]
