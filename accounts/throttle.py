"""Brute force: attempts are counted by account and by address, and have to wait longer and longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select

from accounts.errors import Locked
from accounts.tables import attempts
from rules import Instant
from storage import Database, insert, lock_out

DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` attempts at once, then a wait that doubles from a second up to `longest`, forgotten a day later."""

    free: int
    longest: float = 900.0

    def wait(self, count: int) -> float:
        """Seconds before the attempt after `count` failures."""
        over = count - self.free
        return 0.0 if over < 0 else min(2.0 ** min(over, 20), self.longest)


LIMITS: Final = {"account": Limit(5), "address": Limit(30, 300.0)}
"""What is counted, and how much of it is borne. Many people may share an address."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """Counts before it is known how an attempt ends, so that many at once gain nothing."""

    database: Database

    def begin(self, subjects: Iterable[str], now: Instant) -> list[str]:
        """Count an attempt against each subject (`account:…`, `address:…`); those that it locks. Raises `Locked`."""
        locked = []
        with self.database.write() as connection:
            lock_out(connection, "signin")
            for subject, count, until in self._counted(connection, list(subjects), now):
                if until > now:
                    raise Locked(until - now)
                wait = LIMITS[subject.partition(":")[0]].wait(count + 1)
                self._put(connection, subject, count + 1, now, now + wait if wait else 0.0)
                if wait:
                    locked.append(subject)
            connection.execute(delete(attempts).where(attempts.c.at < now - DAY))
        return locked

    def succeeded(self, connection: Connection, account: str, address: str, now: Instant) -> None:
        """An account that was let in begins anew; its address is relieved of this one attempt alone."""
        self.forgive(connection, account)
        self.relieve(connection, [address], now)

    def relieve(self, connection: Connection, subjects: list[str], now: Instant) -> None:
        """Count the last attempt for nothing; the ones before it stay."""
        for subject, count, _ in self._counted(connection, subjects, now):
            wait = LIMITS[subject.partition(":")[0]].wait(count - 1)
            self._put(connection, subject, max(0, count - 1), now, now + wait if wait else 0.0)

    def forgive(self, connection: Connection, account: str) -> None:
        """Let an account try again at once."""
        connection.execute(delete(attempts).where(attempts.c.subject == account))

    def _counted(self, connection: Connection, subjects: list[str], now: Instant) -> list[tuple[str, int, float]]:
        rows = connection.execute(select(attempts).where(attempts.c.subject.in_(subjects))).all()
        found = {row.subject: (row.count, row.until) for row in rows if row.at > now - DAY}
        return [(subject, *found.get(subject, (0, 0.0))) for subject in subjects]

    def _put(self, connection: Connection, subject: str, count: int, now: Instant, until: float) -> None:
        row = {"subject": subject, "count": count, "at": now, "until": until}
        new = insert(connection, attempts).values(row)
        connection.execute(new.on_conflict_do_update(index_elements=["subject"], set_=row))
