"""Acting: what a trigger does here, as events of its own, each taken in once however often it is tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, select, update

from profiles import records
from profiles.errors import UnknownList
from profiles.events import Event
from profiles.intake import Intake
from profiles.judging import Status
from profiles.membership.lists import PROFILE, Lists
from profiles.triggers.firing import set_off_by
from profiles.triggers.tables import firings
from rules import Instant
from storage import Database

AT_ONCE: Final = 100
MOST_TRIES: Final = 10
LONGEST: Final = 300.0
"""Seconds between two tries at the most."""

F = firings.c


@dataclass(frozen=True, slots=True)
class Actor:
    """Does what is due."""

    database: Database
    intake: Intake
    lists: Lists

    def act(self, now: Instant, limit: int = AT_ONCE) -> int:
        """Do at most `limit` of what is due; how many were done.

        A worker that dies in between does it again, and so may another at the same time: it counts once.
        """
        with self.database.read() as connection:
            wanted = select(firings).where(F.acts == "due", F.next_try <= now).order_by(F.next_try).limit(limit)
            rows = connection.execute(wanted).all()
        for row in rows:
            try:
                state, reason = self._do(row, now)
            except Exception as error:  # noqa: BLE001 -- one that fails must not keep the others
                self._later(row, type(error).__name__, now)
            else:
                self._settled(row, state, reason)
        return len(rows)

    def _do(self, row: Row[Any], now: Instant) -> tuple[str, str]:
        with self.database.read() as connection:
            person = records.people(connection, [row.profile_id]).get(row.profile_id)
        if person is None:
            return "failed", "the person is known no more"
        events = [one for number, deed in enumerate(row.deeds) for one in _event(row, number, deed, person.aliases)]
        with set_off_by(row.depth):
            try:
                self._list(row, person.id, now)
            except UnknownList as error:
                return "failed", str(error)
            receipts = self.intake.accept(events, now)
        if any(receipt.status is Status.QUARANTINED for receipt in receipts):
            return "failed", "what it tells breaks its schema: see the quarantine"
        return "done", ""

    def _list(self, row: Row[Any], person: str, now: Instant) -> None:
        names, author = [f"{PROFILE}{person}"], f"trigger:{row.trigger}"
        for deed in row.deeds:
            if deed.get("list_add"):
                self.lists.add(deed["list_add"], names, now, author=author)
            if deed.get("list_remove"):
                self.lists.remove(deed["list_remove"], names, now, author=author)

    def _settled(self, row: Row[Any], state: str, reason: str) -> None:
        with self.database.write() as connection:
            done = update(firings).where(F.seq == row.seq, F.acts == "due")
            connection.execute(done.values(acts=state, reason=reason[:200]))

    def _later(self, row: Row[Any], reason: str, now: Instant) -> None:
        tries = row.tries + 1
        over = tries >= MOST_TRIES
        values = {"tries": tries, "next_try": now + min(LONGEST, 2.0**tries), "acts": "failed" if over else "due"}
        with self.database.write() as connection:
            again = update(firings).where(F.seq == row.seq, F.acts == "due")
            connection.execute(again.values(**values, reason=reason[:200] if over else ""))


def _event(row: Row[Any], number: int, deed: Mapping[str, Any], aliases: Sequence[str]) -> list[Event]:
    if not (deed["trait"] or deed["event"]):
        return []
    kind, _, name = next(a for a in sorted(aliases, reverse=True) if a.startswith(("user:", "anon:"))).partition(":")
    made = Event(
        message_id=f"{row.id}:{number}",
        source=f"trigger:{row.trigger}",
        kind="identify" if deed["trait"] else "track",
        name=deed["event"],
        at=row.decided_at,
        received_at=row.decided_at,
        user_id=name if kind == "user" else None,
        anonymous_id=name if kind == "anon" else None,
        properties=deed["properties"],
        traits={deed["trait"]: deed["value"]} if deed["trait"] else {},
    )
    return [made]
