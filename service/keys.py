"""API keys: scoped, shown once, stored as digests."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from flask import request
from sqlalchemy import Float, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from accounts import ROLES, SCOPES, Grant, Principal, Who
from rules import Instant
from service.problems import Problem
from storage import Base, Database


class Scope(StrEnum):
    """What a key may do. A browser's key (track, deliver) never reads a profile."""

    TRACK = "track"
    DELIVER = "deliver"
    RENDER = "render"
    PREVIEW = "preview"
    MANAGE = "manage"


class KeyRow(Base):
    """One issued key; its secret is not stored, only a digest of it."""

    __tablename__ = "api_keys"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[float] = mapped_column(Float)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a request knows it."""

    name: str
    scopes: frozenset[str]


@dataclass(slots=True)
class Keys:
    """Issues keys and checks requests against them; known secrets are remembered until `refresh`."""

    database: Database
    known: dict[str, Key] = field(default_factory=dict)
    headers: dict[str, Key] = field(default_factory=dict)

    def issue(self, name: str, scopes: Collection[Scope], now: Instant) -> str:
        """A new key. This is the only time its secret can be seen."""
        secret = f"int_{token_urlsafe(24)}"
        with self.database.write() as connection:
            row = {"digest": _digest(secret), "name": name, "scopes": " ".join(sorted(scopes)), "created_at": now}
            connection.execute(insert(KeyRow), [row])
        return secret

    def revoke(self, name: str) -> int:
        """End every key of this name; the number of them."""
        with self.database.write() as connection:
            return connection.execute(delete(KeyRow).where(KeyRow.name == name)).rowcount

    def issued(self) -> list[tuple[str, str, Instant]]:
        """Every key there is: its name, its scopes, since when. Nobody can see a secret again."""
        with self.database.read() as connection:
            rows = connection.execute(select(KeyRow.name, KeyRow.scopes, KeyRow.created_at).order_by(KeyRow.created_at))
            return [(row.name, row.scopes, row.created_at) for row in rows]

    def refresh(self) -> None:
        """Read the keys anew: revoked ones stop, new ones count."""
        with self.database.read() as connection:
            rows = connection.execute(select(KeyRow.digest, KeyRow.name, KeyRow.scopes)).all()
        self.known = {digest: Key(name, frozenset(scopes.split())) for digest, name, scopes in rows}
        self.headers = {}

    def require(self, scope: Scope) -> Key:
        """The key of this request, if it has the scope. Raises a 401 or 403 `Problem`."""
        header = request.environ.get("HTTP_AUTHORIZATION", "")
        key = self.headers.get(header) or self._identify(header)
        if key is None:
            raise Problem(
                401,
                "Missing or unknown key",
                "send `Authorization: Bearer <key>`, or the key as the user name of basic authentication",
                WWW_Authenticate='Bearer realm="intarsia", Basic realm="intarsia"',
            )
        if scope not in key.scopes:
            raise Problem(
                403, "Key lacks a scope", f"this needs the scope {scope.value!r}; the key has {sorted(key.scopes)}"
            )
        return key

    def _identify(self, header: str) -> Key | None:
        secret = _secret(header)
        if not secret:
            return None
        key = self.known.get(_digest(secret))
        if key is None:
            # It may have been issued since the last refresh: the truth decides, not the copy.
            self.refresh()
            key = self.known.get(_digest(secret))
        if key is not None and len(self.headers) < 1000:
            self.headers[header] = key
        return key


def known_by_key(keys: Keys) -> Principal:
    """Who asks the management API. Raises a 401 or 403 `Problem`."""
    return principal_of(keys.require(Scope.MANAGE))


def principal_of(key: Key) -> Principal:
    """Who the holder of a key is: its scopes are actions; with `manage` it may all that editors and admins do."""
    grants = (Grant(key.scopes & SCOPES),) + (ROLES["admin"].grants if Scope.MANAGE in key.scopes else ())
    return Principal(key.name, Who.KEY, grants)


def _secret(header: str) -> str:
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _digest(secret: str) -> str:
    # The secret has 192 random bits: a plain digest cannot be guessed from, and it is checked on each request.
    return sha256(secret.encode()).hexdigest()
