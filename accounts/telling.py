"""What is done to accounts, roles and keys stands in the audit log and goes to whoever wants the news."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Final

from sqlalchemy import Connection

from rules import Instant
from storage import Act, Notice, emit, record

NO_NEWS: Final = ("signin.", "session.", "account.link")
"""Beginnings of what stands in the log alone: who signed in when is nobody's news."""


def network_of(address: str) -> str:
    """The network that somebody comes from, for a log that never forgets: a pattern is seen, and nobody is named."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "somewhere"
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


def tell(connection: Connection, who: str, action: str, what: str, now: Instant, note: str = "") -> None:
    """Write it down in the transaction that does it, as the last thing that it does: whoever writes into the log holds
    it, and must not wait for what another one holds who waits for the log."""
    record(connection, Act(who, action, what, now, note=note))
    if not action.startswith(NO_NEWS):
        emit(connection, Notice(action, what, now, {"by": who}))
