"""The tables of migrations: each one, and how far every module of it has come."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage import Base

migrations = Table(
    "type_migrations",
    Base.metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("type_key", String(128), nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("author", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("reverts", Integer, ForeignKey("type_migrations.id"), nullable=True),
    Column("edited", String(16), nullable=False),
    Column("before", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    Column("failures", JSON, nullable=False),
)
"""`before` is the digest of the type as it was, `content` the bytes that it becomes."""

entries = Table(
    "type_migration_entries",
    Base.metadata,
    Column("migration_id", Integer, ForeignKey("type_migrations.id"), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("before", String(64), nullable=False),
    Column("after", String(64), nullable=False),
    Column("content", LargeBinary, nullable=True),
    Column("findings", JSON, nullable=False),
    Index("ix_type_migration_entries_state", "migration_id", "state"),
)
"""A module that was carried over waits here with its new bytes, until all are switched at once."""
