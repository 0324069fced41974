"""Answers that are kept for a while, so that what was asked twice is done once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Double, LargeBinary, String, Table, delete, select, update

from storage.database import Base, Database
from storage.dialect import insert

LEASE: Final = 60.0
"""Seconds for which whoever does the work is believed to be alive; the living renew it long before."""

KEPT: Final = 86_400.0
"""Seconds that an answer is kept, from the moment when its work began."""

answers = Table(
    "idempotency",
    Base.metadata,
    Column("id", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("secret", String(16), nullable=False),
    Column("holder", String(32), nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("ends_at", Double, nullable=False, index=True),
    Column("answer", LargeBinary, nullable=True),
)
"""A row for each name that was asked under. What the request was, and the answer to it, cannot be read here: one is a
keyed mark, the other is encrypted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Work that somebody is about to do: the name that it is asked under, and a name for who does it.

    `marks` are those of what is asked by the name of the secret that made each, the newest first.
    """

    id: str
    holder: str
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands under a name already. Without an answer somebody is at work on it."""

    request: str
    secret: str
    answer: bytes | None


class Answers:
    """Answers by name in the SQL database. Of two who claim a name at once, in any process, one gets it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, claim: Claim, now: float) -> Asked | None:
        """None for who is to do the work; what was asked, and what was answered, for everybody else.

        Work whose holder died is given to the next who asks for the same; a name past its time is free again.
        """
        secret, mark = next(iter(claim.marks.items()))
        row = {"request": mark, "secret": secret, "holder": claim.holder, "answer": None, "lease_until": now + LEASE,
               "ends_at": now + KEPT}  # fmt: skip
        with self._database.write() as connection:
            fresh = insert(connection, answers).values(id=claim.id, **row).on_conflict_do_nothing()
            while connection.execute(fresh.returning(answers.c.id)).first() is None:
                # Locked by looking: whoever else wants to take it over waits here. It may be dropped meanwhile.
                here = select(answers).where(answers.c.id == claim.id).with_for_update()
                found = connection.execute(here).first()
                if found is not None and not _is_free(found, claim, now):
                    return Asked(found.request, found.secret, found.answer)
                if found is not None:
                    connection.execute(update(answers).where(answers.c.id == claim.id).values(row))
                    break
        return None

    def keep(self, claim: Claim, answer: bytes) -> None:
        """Keep the answer to this work, if it is still theirs who did it."""
        with self._database.write() as connection:
            connection.execute(update(answers).where(_theirs(claim)).values(answer=answer))

    def drop(self, claim: Claim) -> None:
        """Forget this work: whoever asks for it next does it anew."""
        with self._database.write() as connection:
            connection.execute(delete(answers).where(_theirs(claim)))

    def renew(self, holders: Collection[str], now: float) -> None:
        """Say that these are still at work."""
        if not holders:
            return
        with self._database.write() as connection:
            at_work = answers.c.holder.in_(list(holders)) & answers.c.answer.is_(None)
            connection.execute(update(answers).where(at_work).values(lease_until=now + LEASE))

    def forget(self, now: float) -> int:
        """Take away what is past its time; how many that were."""
        with self._database.write() as connection:
            return connection.execute(delete(answers).where(answers.c.ends_at <= now)).rowcount


def _is_free(found: Any, claim: Claim, now: float) -> bool:
    if found.ends_at <= now:
        return True
    abandoned: bool = found.answer is None and found.lease_until <= now
    return abandoned and claim.marks.get(found.secret) == found.request


def _theirs(claim: Claim) -> Any:
    return (answers.c.id == claim.id) & (answers.c.holder == claim.holder)
