"""The tables of privacy: requests, erasures and tombstones, and how far sweeps through other tables have come."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Double, Index, LargeBinary, String, Table

from profiles.tables import Serial
from storage import Base

sweeps = Table(
    "sweeps",
    Base.metadata,
    Column("name", String(32), primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("at", Double, nullable=False),
)

erasures = Table(
    "erasures",
    Base.metadata,
    Column("id", String(24), primary_key=True),
    Column("act", String(8), nullable=False),
    Column("at", Double, nullable=False),
)
"""Entries of the ledger that were carried out in this database."""

requests = Table(
    "privacy_requests",
    Base.metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    # Empty once the person is forgotten.
    Column("profile_id", String(64), nullable=False, index=True),
    # Who asked and for what, sealed under the person's key: forgotten with the person.
    Column("told", LargeBinary, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("extended", String(300), nullable=False),
    Column("done_at", Double),
    Column("done_by", String(200), nullable=False),
    Column("proof", JSON, nullable=False),
    Index("ix_privacy_requests_state_due_at", "state", "due_at"),
)
