"""The table of what has been seen: it outlives the events themselves."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from storage import Base

seen = Table(
    "seen",
    Base.metadata,
    # A digest of source and message id: as short for the longest of them, and it tells nothing of anybody.
    Column("id", String(22), primary_key=True),
    Column("content", BigInteger, nullable=False),
    # The row of the log that it became, if it counts and was not purged since.
    Column("seq", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),
    # One tree instead of two: it is only ever found by its key.
    sqlite_with_rowid=False,
)
