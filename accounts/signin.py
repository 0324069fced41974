"""Signing in with name and password, and choosing a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from accounts.errors import CodeNeeded, LinkSpent, SignInFailed
from accounts.naming import could_be_account
from accounts.passwords import Passwords
from accounts.register import end_sessions
from accounts.second_factor import passes
from accounts.tables import accounts, password_links
from accounts.telling import network_of, tell
from accounts.throttle import Throttle
from accounts.tokens import digest_of
from rules import Instant
from storage import Database

STRANGER = "(unknown)"
"""Who it is that is not let in. A name that nobody has is not told: it may be a password in the wrong field."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Lets people in. Whether there is such an account shows in nothing: not in the answer, not in the work."""

    database: Database
    passwords: Passwords
    throttle: Throttle

    def with_password(self, name: str, password: str, code: str, *, address: str, now: Instant) -> str:
        """The name of the account that this is. Raises `SignInFailed`, `Locked`, or `CodeNeeded` where only the code
        of a second factor is missing."""
        name = name.strip().casefold()
        subjects = (f"account:{digest_of(name)}", f"address:{address}")
        locked = self.throttle.begin(subjects, now)
        found = self._find(name)
        right = self.passwords.verify(found.password if found else "", password) and found.active
        fresh = self.passwords.rehash(password) if right and self.passwords.outdated(found.password) else ""
        with self.database.write() as connection:
            missing = right and found.totp_on and not code
            if missing:
                # Not the account's count: who has the password must not guess codes for ever.
                self.throttle.relieve(connection, list(subjects), now)
            elif right and (not found.totp_on or passes(connection, name, code, now)):
                values = {"signed_in_at": now, **({"password": fresh} if fresh else {})}
                connection.execute(update(accounts).where(accounts.c.name == name).values(values))
                self.throttle.succeeded(connection, *subjects, now)
                tell(connection, name, "signin.ok", f"accounts/{name}", now, f"password, {network_of(address)}")
                return name
            else:
                self._refused(connection, name if found else STRANGER, locked, address, now)
        raise CodeNeeded if missing else SignInFailed

    def confirm(self, name: str, password: str, *, address: str, now: Instant) -> None:
        """Ask somebody who is signed in for their password again. Raises `SignInFailed`, `Locked`."""
        subjects = (f"account:{digest_of(name)}", f"address:{address}")
        locked = self.throttle.begin(subjects, now)
        found = self._find(name)
        right = self.passwords.verify(found.password if found else "", password)
        with self.database.write() as connection:
            if right:
                self.throttle.succeeded(connection, *subjects, now)
            else:
                self._refused(connection, name, locked, address, now)
        if not right:
            raise SignInFailed

    def choose(self, name: str, password: str, *, keep: str = "", by: str, now: Instant) -> None:
        """A new password; every other session than `keep` (by its digest) ends. Raises `WeakPassword`."""
        kept = self.passwords.hash(name, password)
        with self.database.write() as connection:
            self._choose(connection, name, kept, keep, by, now)

    def redeem(self, token: str, password: str, *, now: Instant) -> str:
        """Choose a password by a one-time link; whose it was. Raises `LinkSpent`, and `WeakPassword`, which leaves
        the link as it is."""
        mine = password_links.c.digest == digest_of(token)
        live = select(password_links.c.account).where(mine, password_links.c.ends_at > now)
        with self.database.read() as connection:
            name = connection.execute(live).scalar()
        if name is None:
            raise LinkSpent
        kept = self.passwords.hash(name, password)
        with self.database.write() as connection:
            if not connection.execute(delete(password_links).where(mine)).rowcount:
                raise LinkSpent
            self.throttle.forgive(connection, f"account:{digest_of(name)}")
            self._choose(connection, name, kept, "", name, now)
        return str(name)

    def _find(self, name: str) -> Any:
        # What cannot be a name is looked for as well, as one that nobody has.
        name = name if could_be_account(name) else ""
        with self.database.read() as connection:
            return connection.execute(select(accounts).where(accounts.c.name == name)).first()

    def _refused(self, connection: Connection, name: str, locked: list[str], address: str, now: Instant) -> None:
        tell(connection, STRANGER, "signin.failed", f"accounts/{name}", now, f"from {network_of(address)}")
        for subject in locked:
            tell(connection, STRANGER, "signin.locked", f"accounts/{name}", now, subject.partition(":")[0])

    def _choose(self, connection: Connection, name: str, kept: str, keep: str, by: str, now: Instant) -> None:
        connection.execute(update(accounts).where(accounts.c.name == name).values(password=kept))
        connection.execute(delete(password_links).where(password_links.c.account == name))
        end_sessions(connection, name, keep)
        tell(connection, by, "account.changed", f"accounts/{name}", now, "password chosen")
