"""What is done to accounts, roles and keys stands in the audit log and goes to whoever wants the news."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from rules import Instant
from storage import Act, Notice, emit, record

NO_NEWS: Final = ("signin.", "session.", "account.link")
"""Beginnings of what stands in the log alone: who signed in when is nobody's news."""


def tell(connection: Connection, who: str, action: str, what: str, now: Instant, note: str = "") -> None:
    """Write it down in the transaction that does it, as the last thing that it does: whoever writes into the log holds
    it, and must not wait for what another one holds who waits for the log."""
    record(connection, Act(who, action, what, now, note=note))
    if not action.startswith(NO_NEWS):
        emit(connection, Notice(action, what, now, {"by": who}))
