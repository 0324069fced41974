"""The register of accounts: who there is, what they may, and whether they are let in at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy import insert as new_row

from accounts.errors import LastAdmin, UnknownName
from accounts.naming import account_name, check_free
from accounts.role_book import RoleBook
from accounts.tables import accounts, password_links, recovery_codes, sessions
from accounts.telling import tell
from accounts.tokens import digest_of, new_token
from rules import Instant
from storage import Database, lock_out

ADMIN: Final = "admin"

LINK_LIVES: Final = 2 * 86_400.0
"""Seconds that a one-time link can be used."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. `password` says whether they have one, `second_factor` whether it is asked for."""

    name: str
    roles: tuple[str, ...]
    active: bool
    password: bool
    second_factor: bool
    created_at: Instant
    created_by: str
    signed_in_at: Instant | None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts in the SQL database."""

    database: Database

    def add(
        self,
        name: str,
        roles: Sequence[str],
        *,
        by: str,
        now: Instant,
        password: str = "",
        identity: tuple[str, str] | None = None,
    ) -> Account:
        """A new account, with what is kept of its password, or the issuer and subject that it is known by elsewhere."""
        name = account_name(name)
        RoleBook(self.database).check(roles)
        issuer, subject = identity or (None, None)
        row = {"name": name, "roles": list(roles), "active": True, "password": password, "created_at": now}
        more = {"created_by": by, "totp_secret": "", "totp_on": False, "totp_step": 0}
        with self.database.write() as connection:
            check_free(connection, name)
            connection.execute(new_row(accounts).values(**row, **more, issuer=issuer, subject=subject))
            tell(connection, by, "account.created", f"accounts/{name}", now, f"roles: {', '.join(roles) or 'none'}")
            return _account(connection, name)

    def get(self, name: str) -> Account:
        """One account. Raises `UnknownName`."""
        with self.database.read() as connection:
            return _account(connection, name)

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self.database.read() as connection:
            return [_made(row) for row in connection.execute(select(accounts).order_by(accounts.c.name))]

    def known_as(self, issuer: str, subject: str) -> Account | None:
        """The account of somebody whom an issuer of identities knows as this subject."""
        mine = (accounts.c.issuer == issuer) & (accounts.c.subject == subject)
        with self.database.read() as connection:
            row = connection.execute(select(accounts).where(mine)).first()
        return _made(row) if row else None

    def set_roles(self, name: str, roles: Sequence[str], *, by: str, now: Instant) -> Account:
        """Give an account other roles. Its sessions end: whoever had one signs in anew. Raises `LastAdmin`."""
        RoleBook(self.database).check(roles)
        with self.database.write() as connection:
            lock_out(connection, "names")
            before = _account(connection, name)
            if list(before.roles) == list(roles):
                return before
            if ADMIN not in roles:
                _keep_an_admin(connection, before)
            connection.execute(update(accounts).where(accounts.c.name == name).values(roles=list(roles)))
            end_sessions(connection, name)
            note = f"roles: {', '.join(before.roles) or 'none'} -> {', '.join(roles) or 'none'}"
            tell(connection, by, "account.changed", f"accounts/{name}", now, note)
            return _account(connection, name)

    def set_active(self, name: str, active: bool, *, by: str, now: Instant) -> Account:
        """Let an account in, or no more: then its sessions and links end at once. Raises `LastAdmin`."""
        with self.database.write() as connection:
            lock_out(connection, "names")
            before = _account(connection, name)
            if before.active == active:
                return before
            if not active:
                _keep_an_admin(connection, before)
                end_sessions(connection, name)
                connection.execute(delete(password_links).where(password_links.c.account == name))
            connection.execute(update(accounts).where(accounts.c.name == name).values(active=active))
            note = "activated" if active else "deactivated"
            tell(connection, by, "account.changed", f"accounts/{name}", now, note)
            return _account(connection, name)

    def new_link(self, name: str, *, by: str, now: Instant) -> str:
        """The token of a one-time link with which a password can be chosen; an older one is worth nothing any more."""
        token = new_token()
        with self.database.write() as connection:
            _account(connection, name)
            connection.execute(delete(password_links).where(password_links.c.account == name))
            row = {"digest": digest_of(token), "account": name, "ends_at": now + LINK_LIVES}
            connection.execute(new_row(password_links).values(row))
            tell(connection, by, "account.link", f"accounts/{name}", now)
        return token

    def drop_second_factor(self, name: str, *, by: str, now: Instant) -> Account:
        """Ask for no code any more, for somebody who lost theirs; their sessions end."""
        with self.database.write() as connection:
            _account(connection, name)
            off = {"totp_secret": "", "totp_on": False}
            connection.execute(update(accounts).where(accounts.c.name == name).values(off))
            connection.execute(delete(recovery_codes).where(recovery_codes.c.account == name))
            end_sessions(connection, name)
            tell(connection, by, "account.changed", f"accounts/{name}", now, "second factor taken off")
            return _account(connection, name)


def end_sessions(connection: Connection, name: str, but: str = "") -> int:
    """End the sessions of an account, but for one by its digest; how many there were."""
    theirs = (sessions.c.account == name) & (sessions.c.digest != but)
    return connection.execute(delete(sessions).where(theirs)).rowcount


def _account(connection: Connection, name: str) -> Account:
    row = connection.execute(select(accounts).where(accounts.c.name == name)).first()
    if row is None:
        raise UnknownName("account", name, connection.execute(select(accounts.c.name)).scalars())
    return _made(row)


def _made(row: object) -> Account:
    values = row._mapping  # type: ignore[attr-defined]
    named = {name: values[name] for name in ("name", "active", "created_at", "created_by", "signed_in_at", "subject")}
    return Account(
        **named, roles=tuple(values["roles"]), password=bool(values["password"]), second_factor=values["totp_on"]
    )


def _keep_an_admin(connection: Connection, account: Account) -> None:
    if ADMIN not in account.roles or not account.active:
        return
    others = select(accounts.c.roles).where(accounts.c.active, accounts.c.name != account.name)
    if not any(ADMIN in held for held in connection.execute(others).scalars()):
        raise LastAdmin(account.name)
