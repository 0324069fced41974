"""The tables of who is who: what joined two names, and what somebody decided about it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, String, Table

from storage import Base

Serial = BigInteger().with_variant(Integer, "sqlite")

# Comes of the log, as profiles do. All names are marks, see `Vault.mark`.
links = Table(
    "identity_links",
    Base.metadata,
    Column("name", String(48), primary_key=True),
    Column("other", String(48), primary_key=True, index=True),
    Column("kind", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", Double, nullable=False),
)

# Truth, as the log is: what somebody said about links.
decisions = Table(
    "identity_decisions",
    Base.metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("act", String(16), nullable=False),
    Column("name", String(48), nullable=False),
    Column("other", String(48), nullable=False, index=True),
    Column("seq", BigInteger, nullable=False),
    Column("at", Double, nullable=False),
    Column("author", String(200), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("ended_at", Double),
    Column("ended_by", String(200)),
    Index("ix_identity_decisions_name_other", "name", "other"),
)

# How far a rebuild came: one row while one is at work.
rebuilds = Table(
    "rebuilds",
    Base.metadata,
    Column("name", String(32), primary_key=True),
    Column("state", LargeBinary, nullable=False),
)
