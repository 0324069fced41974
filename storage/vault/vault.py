"""The vault over the table of keys: a key for each person, made when it is first needed, destroyed for good."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, delete, select

from storage.dialect import insert
from storage.vault.envelope import SEALED, Keyring, PersonKey, id_of
from storage.vault.tables import person_keys

KEYS = person_keys.c
CHUNK: Final = 2_000
T = TypeVar("T")


class Vault:
    """Seals and opens what is kept of people, in whatever transaction somebody has begun.

    An owner is a profile's id, or the mark of a name where no profile comes of what is told.
    """

    def __init__(self, *secrets: bytes) -> None:
        self.ring = Keyring(*secrets)
        # What one transaction has seen of the table of keys; it holds its people, so it stays true until the end.
        self._seen: WeakKeyDictionary[Any, dict[str, PersonKey]] = WeakKeyDictionary()

    def mark(self, words: str) -> str:
        """The mark of a name of somebody, see `Keyring.mark`."""
        return self.ring.mark(words)

    def learn(self, connection: Connection, owner: str, wrapped: bytes | None) -> None:
        """Take note of a key that came with another question to the database."""
        if wrapped is not None:
            self._of(connection)[owner] = self.ring.unwrap(wrapped)

    def keys(self, connection: Connection, owners: Iterable[str]) -> Mapping[str, PersonKey]:
        """The key of each of these owners; who had none has one now."""
        seen, wanted = self._of(connection), set(owners)
        if missing := sorted(wanted - seen.keys()):
            self._read(connection, missing)
        if fresh := sorted(wanted - seen.keys()):
            made = {owner: self.ring.make() for owner in fresh}
            rows = [{"owner": o, "id": key.id.hex(), "wrapped": key.wrapped} for o, key in made.items()]
            connection.execute(insert(connection, person_keys).on_conflict_do_nothing(), rows)
            # Another may have been quicker: what the table says counts.
            self._read(connection, fresh)
        return seen

    def seal(self, connection: Connection, owner: str, plain: bytes) -> bytes:
        """These bytes under the owner's key."""
        return self.keys(connection, [owner])[owner].seal(plain)

    def open(self, connection: Connection, sealed: bytes) -> bytes | None:
        """What was sealed; None where its key was destroyed. What was never sealed is itself.

        Raises `Unreadable` where the secret of the house is another one.
        """
        return self.open_all(connection, [sealed])[0]

    def open_all(self, connection: Connection, some: Sequence[bytes]) -> list[bytes | None]:
        """As `open`, of many at once, in their order."""
        found: list[bytes | None] = []
        for part in _chunks(some):
            part = [bytes(one) for one in part]
            keys = self._keys_of(connection, {id_of(one) for one in part if one[:1] == SEALED})
            found += [self._opened(one, keys) for one in part]
        return found

    def open_with(self, sealed: bytes, wrapped: bytes | None) -> bytes | None:
        """As `open`, where the wrapped key of the owner came in the same row."""
        sealed = bytes(sealed)
        if sealed[:1] != SEALED:
            return sealed
        key = None if wrapped is None else self.ring.unwrap(bytes(wrapped))
        return None if key is None or key.id != id_of(sealed) else self.ring.open(key, sealed)

    def key(self, wrapped: bytes | None) -> PersonKey | None:
        """A key as a row keeps it, open; None where there is none."""
        return None if wrapped is None else self.ring.unwrap(bytes(wrapped))

    def open_carried(self, carried: bytes) -> bytes:
        """What a hot copy holds, see `Keyring.open_carried`."""
        return self.ring.open_carried(carried)

    def destroy(self, connection: Connection, owners: Collection[str]) -> int:
        """Destroy the keys of these owners: what was sealed under them can never be read again. How many there were."""
        gone = 0
        for some in _chunks(sorted(owners)):
            ids = list(connection.scalars(select(KEYS.id).where(KEYS.owner.in_(some))))
            gone += connection.execute(delete(person_keys).where(KEYS.owner.in_(some))).rowcount
            self.ring.forget([bytes.fromhex(one) for one in ids])
            for owner in some:
                self._of(connection).pop(owner, None)
        return gone

    def rewrap(self, connection: Connection, *, after: str = "", limit: int = 500) -> str | None:
        """Wrap some keys by the newest secret, by their owners; the last one looked at, None at the end."""
        query = select(KEYS.owner, KEYS.wrapped).where(KEYS.owner > after).order_by(KEYS.owner).limit(limit)
        rows = connection.execute(query).all()
        for owner, wrapped in rows:
            fresh = self.ring.rewrapped(wrapped)
            if fresh is not None:
                connection.execute(person_keys.update().where(KEYS.owner == owner).values(wrapped=fresh))
        return rows[-1].owner if rows else None

    def _of(self, connection: Connection) -> dict[str, PersonKey]:
        transaction = connection.get_transaction()
        if transaction is None:
            return {}
        return self._seen.setdefault(transaction, {})

    def _read(self, connection: Connection, owners: Sequence[str]) -> None:
        seen = self._of(connection)
        for some in _chunks(owners):
            rows = connection.execute(select(KEYS.owner, KEYS.wrapped).where(KEYS.owner.in_(some)))
            seen.update((owner, self.ring.unwrap(bytes(wrapped))) for owner, wrapped in rows)

    def _keys_of(self, connection: Connection, ids: Collection[bytes]) -> Mapping[bytes, PersonKey]:
        found = {one: key for one in ids if (key := self.ring.known(one)) is not None}
        if missing := sorted(one.hex() for one in ids if one not in found):
            wrapped = connection.scalars(select(KEYS.wrapped).where(KEYS.id.in_(missing)))
            found.update((key.id, key) for key in map(self.ring.unwrap, map(bytes, wrapped)))
        return found

    def _opened(self, sealed: bytes, keys: Mapping[bytes, PersonKey]) -> bytes | None:
        if sealed[:1] != SEALED:
            return sealed
        key = keys.get(id_of(sealed))
        return None if key is None else self.ring.open(key, sealed)


def vault_of(connection: Connection) -> Vault:
    """The vault of the database that this is a connection to."""
    vault: Vault = connection.get_execution_options()["intarsia_vault"]
    return vault


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    pending = iter(values)
    while chunk := list(islice(pending, CHUNK)):
        yield chunk
