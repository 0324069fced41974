"""The table of comments."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index, Integer, String, Table, Text

from storage import Base

comments = Table(
    "comments",
    Base.metadata,
    # In the order in which they were said.
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    # The first comment of the thread; its own id for that one itself.
    Column("thread", String(32), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(128), nullable=False),
    Column("pointer", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("mentions", JSON, nullable=False),
    Column("author", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("edited_at", Double, nullable=True),
    Column("deleted_at", Double, nullable=True),
    # Of the first comment of a thread: the thread is dealt with.
    Column("resolved_at", Double, nullable=True),
    Column("resolved_by", String(200), nullable=True),
    Index("ix_comments_kind_key", "kind", "key"),
)
