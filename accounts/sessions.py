"""Sessions of people who signed in. They are kept here and looked up on each request: what is ended, ends at once."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from accounts.errors import UnknownName
from accounts.principal import Principal, Who
from accounts.role_book import grants_of
from accounts.tables import accounts, sessions
from accounts.telling import tell
from accounts.tokens import digest_of, new_id, new_token
from rules import Instant
from storage import Database

SEEN_EVERY: Final = 60.0
"""Seconds between two notes that a session is in use."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in that lasts: since when, until when at most, when and from where it was last used."""

    id: str
    account: str
    created_at: Instant
    seen_at: Instant
    ends_at: Instant
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just opened: its secret goes to the browser and nowhere else."""

    session: Session
    token: str


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions in the SQL database; one ends `idle` after its last use, and `lifetime` after it began."""

    database: Database
    idle: timedelta = timedelta(hours=4)
    lifetime: timedelta = timedelta(hours=24)

    def open(self, account: str, *, address: str, agent: str, now: Instant, instead_of: str = "") -> Opened:
        """A session with a new secret, always; the one that it is opened instead of (its secret) ends."""
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest_of(instead_of)))
            over = (sessions.c.ends_at < now) | (sessions.c.seen_at < now - self.idle.total_seconds())
            connection.execute(delete(sessions).where(over))
            return self.opened(connection, account, address=address, agent=agent, now=now)

    def opened(self, connection: Connection, account: str, *, address: str, agent: str, now: Instant) -> Opened:
        """The same within a transaction."""
        token = new_token()
        ends_at = now + self.lifetime.total_seconds()
        session = Session(new_id(), account, now, now, ends_at, address[:64], agent[:200])
        row = {name: getattr(session, name) for name in Session.__slots__}
        connection.execute(insert(sessions).values(digest=digest_of(token), **row))
        return Opened(session, token)

    def find(self, token: str, now: Instant) -> tuple[Session, Principal] | None:
        """Whose session this secret is, and all that they may now; None where it is none, is over, or they are out."""
        mine = sessions.c.digest == digest_of(token)
        wanted = select(*_SESSION, accounts.c.roles, accounts.c.active).join(accounts).where(mine)
        with self.database.read() as connection:
            row = connection.execute(wanted).first()
            if row is None or not row.active:
                return None
            grants = grants_of(connection, row.roles)
        session = Session(*row[: len(_SESSION)])
        if now >= session.ends_at or now >= session.seen_at + self.idle.total_seconds():
            return None
        if now >= session.seen_at + SEEN_EVERY:
            with self.database.write() as connection:
                connection.execute(update(sessions).where(mine).values(seen_at=now))
        return session, Principal(session.account, Who.PERSON, grants, tuple(row.roles))

    def of(self, account: str, now: Instant) -> Sequence[Session]:
        """The sessions of an account that last, newest first."""
        live = (sessions.c.ends_at > now) & (sessions.c.seen_at > now - self.idle.total_seconds())
        wanted = select(*_SESSION).where(sessions.c.account == account, live)
        with self.database.read() as connection:
            return [Session(*row) for row in connection.execute(wanted.order_by(sessions.c.created_at.desc()))]

    def get(self, session_id: str) -> Session:
        """A session by its id. Raises `UnknownName`."""
        with self.database.read() as connection:
            row = connection.execute(select(*_SESSION).where(sessions.c.id == session_id)).first()
        if row is None:
            raise UnknownName("session", session_id)
        return Session(*row)

    def end(self, session: Session, *, by: str, now: Instant) -> None:
        """End a session."""
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == session.id))
            tell(connection, by, "session.revoked", f"accounts/{session.account}", now, f"session {session.id}")

    def end_others(self, account: str, but: str, *, by: str, now: Instant) -> int:
        """End every session of an account but one (by its id); how many."""
        with self.database.write() as connection:
            theirs = (sessions.c.account == account) & (sessions.c.id != but)
            ended = connection.execute(delete(sessions).where(theirs)).rowcount
            if ended:
                tell(connection, by, "session.revoked", f"accounts/{account}", now, f"{ended} session(s)")
        return ended


_SESSION = tuple(sessions.c[name] for name in Session.__slots__)


def csrf_token(token: str) -> str:
    """What a page must send beside the cookie to change anything: made of the session's secret, and no way back."""
    return sha256(b"csrf:" + token.encode()).hexdigest()


def is_csrf_token(given: str, token: str) -> bool:
    """Whether this is the one of the session, in constant time."""
    return hmac.compare_digest(given.encode(), csrf_token(token).encode())
