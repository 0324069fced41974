"""API keys: shown once, kept as digests, scoped, with an end, and two secrets at a time while one is exchanged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from accounts.actions import SCOPES
from accounts.errors import TwoSecrets, UnknownName
from accounts.grants import Grant
from accounts.naming import check_free, check_key_name
from accounts.principal import Principal, Who
from accounts.role_book import RoleBook, grants_of
from accounts.tables import api_keys, key_secrets
from accounts.telling import tell
from accounts.tokens import digest_of, new_key
from rules import Instant
from storage import Database, lock_out

DEFAULT_ROLE: Final = "editor"
"""What a key with the scope `manage` may if nobody says: write and publish content, and nothing about accounts."""

TICK: Final = 0.001
"""Seconds that a second secret is younger than the first, also where both are made in one moment."""

HINT: Final = 4
"""Last characters of a secret by which people tell two apart."""


class Scope(StrEnum):
    """What a key may do. A browser's key (track, deliver) never reads a profile."""

    TRACK = "track"
    DELIVER = "deliver"
    RENDER = "render"
    PREVIEW = "preview"
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class Key:
    """A live secret as a request knows it: whose it is, what its key may do, until when."""

    name: str
    scopes: frozenset[str]
    principal: Principal
    ends_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of a key, without itself."""

    hint: str
    created_at: Instant
    ends_at: Instant | None
    used_at: Instant | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A key as its keeper sees it. Nobody can see a secret again."""

    name: str
    scopes: tuple[str, ...]
    roles: tuple[str, ...]
    created_at: Instant
    created_by: str
    ends_at: Instant | None
    secrets: tuple[Secret, ...]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys in the SQL database. Roles count for keys with the scope `manage`: they say what those may manage."""

    database: Database

    def issue(
        self,
        name: str,
        scopes: Collection[Scope],
        *,
        by: str,
        now: Instant,
        roles: Sequence[str] = (),
        ends_at: Instant | None = None,
    ) -> str:
        """A new key. This is the only time its secret can be seen. Raises `BadName`, `NameTaken`, `UnknownName`."""
        check_key_name(name)
        roles = roles or ((DEFAULT_ROLE,) if Scope.MANAGE in scopes else ())
        RoleBook(self.database).check(roles)
        named = " ".join(sorted(scopes))
        row = {"name": name, "scopes": named, "roles": list(roles), "created_at": now, "created_by": by}
        with self.database.write() as connection:
            check_free(connection, name)
            connection.execute(insert(api_keys).values(**row, ends_at=ends_at))
            note = f"scopes: {named or 'none'}; roles: {', '.join(roles) or 'none'}"
            secret = _add_secret(connection, name, now)
            tell(connection, by, "key.issued", f"keys/{name}", now, note)
            return secret

    def revoke(self, name: str, *, by: str, now: Instant) -> int:
        """End a key with all its secrets; how many there were, 0 where there is no such key."""
        with self.database.write() as connection:
            mine = key_secrets.c.name == name
            secrets = connection.execute(delete(key_secrets).where(mine)).rowcount
            if connection.execute(delete(api_keys).where(api_keys.c.name == name)).rowcount:
                tell(connection, by, "key.revoked", f"keys/{name}", now)
        return secrets

    def rotate(self, name: str, *, old_ends_at: Instant | None = None, by: str, now: Instant) -> str:
        """A second secret beside the first, which ends at the given moment, or when `end_old` is called.

        Raises `UnknownName`, and `TwoSecrets` while there are two.
        """
        with self.database.write() as connection:
            lock_out(connection, "names")
            _issued(connection, name)
            mine = key_secrets.c.name == name
            connection.execute(delete(key_secrets).where(mine, key_secrets.c.ends_at <= now))
            if connection.execute(select(func.count()).where(mine)).scalar_one() > 1:
                raise TwoSecrets(name)
            connection.execute(update(key_secrets).where(mine).values(ends_at=old_ends_at))
            newest = connection.execute(select(func.max(key_secrets.c.created_at)).where(mine)).scalar() or 0.0
            secret = _add_secret(connection, name, max(now, newest + TICK))
            tell(connection, by, "key.rotated", f"keys/{name}", now)
            return secret

    def end_old(self, name: str, *, by: str, now: Instant) -> int:
        """End every secret of a key but the newest; how many."""
        with self.database.write() as connection:
            lock_out(connection, "names")
            _issued(connection, name)
            mine = select(key_secrets.c.digest).where(key_secrets.c.name == name)
            digests = connection.execute(mine.order_by(key_secrets.c.created_at.desc(), key_secrets.c.digest)).scalars()
            old = list(digests)[1:]
            ended = connection.execute(delete(key_secrets).where(key_secrets.c.digest.in_(old))).rowcount
            if ended:
                tell(connection, by, "key.rotated", f"keys/{name}", now, "the old secret ended")
        return ended

    def get(self, name: str) -> Issued:
        """One key. Raises `UnknownName`."""
        with self.database.read() as connection:
            return _issued(connection, name)

    def all(self) -> list[Issued]:
        """Every key there is, by name."""
        with self.database.read() as connection:
            names = connection.execute(select(api_keys.c.name).order_by(api_keys.c.name)).scalars().all()
            return [_issued(connection, name) for name in names]

    def live(self, now: Instant) -> dict[str, Key]:
        """Every secret that counts now, by its digest."""
        return self._live(now, None)

    def find(self, secret: str, now: Instant) -> tuple[str, Key] | None:
        """The digest of one secret and its key, if it counts now."""
        return next(iter(self._live(now, digest_of(secret)).items()), None)

    def note_use(self, digests: Iterable[str], now: Instant) -> None:
        """Write down that these secrets are in use."""
        with self.database.write() as connection:
            mine = key_secrets.c.digest.in_(list(digests))
            older = or_(key_secrets.c.used_at.is_(None), key_secrets.c.used_at < now)
            connection.execute(update(key_secrets).where(mine, older).values(used_at=now))

    def _live(self, now: Instant, digest: str | None) -> dict[str, Key]:
        k, s = api_keys.c, key_secrets.c
        wanted = select(s.digest, s.ends_at.label("secret_ends_at"), k.name, k.scopes, k.roles, k.ends_at).join(
            api_keys
        )
        if digest is not None:
            wanted = wanted.where(s.digest == digest)
        with self.database.read() as connection:
            rows = connection.execute(wanted).all()
            roles = {name for row in rows for name in row.roles}
            given = {name: grants_of(connection, [name]) for name in roles}
        made = {row.digest: _key(row, given) for row in rows}
        return {digest: key for digest, key in made.items() if key.ends_at is None or now < key.ends_at}


def _key(row: object, given: Mapping[str, tuple[Grant, ...]]) -> Key:
    values = row._mapping  # type: ignore[attr-defined]
    scopes = frozenset(values["scopes"].split())
    roles = tuple(values["roles"]) if Scope.MANAGE in scopes else ()
    grants = (Grant(scopes & SCOPES), *(grant for role in roles for grant in given[role]))
    ends = [at for at in (values["ends_at"], values["secret_ends_at"]) if at is not None]
    principal = Principal(values["name"], Who.KEY, grants, roles)
    return Key(values["name"], scopes, principal, min(ends) if ends else None)


def _add_secret(connection: Connection, name: str, now: Instant) -> str:
    secret = new_key()
    row = {"digest": digest_of(secret), "name": name, "hint": secret[-HINT:], "created_at": now}
    connection.execute(insert(key_secrets).values(row))
    return secret


def _issued(connection: Connection, name: str) -> Issued:
    row = connection.execute(select(api_keys).where(api_keys.c.name == name)).first()
    if row is None:
        raise UnknownName("key", name, connection.execute(select(api_keys.c.name)).scalars())
    s = key_secrets.c
    found = connection.execute(
        select(s.hint, s.created_at, s.ends_at, s.used_at).where(s.name == name).order_by(s.created_at)
    )
    secrets = tuple(Secret(*secret) for secret in found)
    scopes, roles = tuple(row.scopes.split()), tuple(row.roles)
    return Issued(name, scopes, roles, row.created_at, row.created_by, row.ends_at, secrets)


def person_behind(connection: Connection, name: str) -> str:
    """Whose work it is that is signed with a name: of a key that of whoever issued it, else the name itself."""
    seen = set()
    while name not in seen:
        seen.add(name)
        issuer = connection.execute(select(api_keys.c.created_by).where(api_keys.c.name == name)).scalar()
        if issuer is None:
            return name
        name = issuer
    return name
