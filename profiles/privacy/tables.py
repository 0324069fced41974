"""The tables of privacy: how far sweeps through other tables have come."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, String, Table

from storage import Base

sweeps = Table(
    "sweeps",
    Base.metadata,
    Column("name", String(32), primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("at", Double, nullable=False),
)
