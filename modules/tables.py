"""The tables of the content store."""

from __future__ import annotations

from sqlalchemy import Column, Double, Integer, LargeBinary, String, Table, UniqueConstraint

from storage import Base

revisions = Table(
    "revisions",
    Base.metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(128), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("author", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
    UniqueConstraint("kind", "key", "digest"),
)

drafts = Table(
    "drafts",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("updated_by", String(200), nullable=False),
)
