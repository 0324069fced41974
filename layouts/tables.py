"""The tables of releases."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from storage import Base

releases = Table(
    "releases",
    Base.metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("author", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("digest", String(64), nullable=False),
    # What was published at once is a state; states are numbered in the order in which they were first published.
    Column("state", Integer, nullable=True, unique=True, index=True),
    Column("total", LargeBinary, nullable=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("status", String(16), nullable=False, server_default="published"),
    # Counts the changes of the release itself: who acts on what was read finds out that it is no longer so.
    Column("version", Integer, nullable=False, server_default="1"),
    Column("due_at", Double, nullable=True),
    Column("due_local", String(40), nullable=True),
    Column("due_zone", String(64), nullable=True),
    Index("ix_releases_status_due_at", "status", "due_at"),
)

release_changes = Table(
    "release_changes",
    Base.metadata,
    Column("release_id", String(40), ForeignKey("releases.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    # Empty for the whole piece.
    Column("locale", String(64), primary_key=True),
    # Nothing where it is taken away.
    Column("digest", String(64), nullable=True),
    Column("base", String(64), nullable=True),
    Column("by", String(200), nullable=False),
    Column("at", Double, nullable=False),
)

release_steps = Table(
    "release_steps",
    Base.metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("release_id", String(40), ForeignKey("releases.id"), nullable=False, index=True),
    Column("action", String(16), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", Double, nullable=False),
    Column("note", Text, nullable=False),
    Column("findings", JSON, nullable=True),
)

manifest_spans = Table(
    "manifest_spans",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    # The states from `since` until before `until` hold this digest; without `until`, all to the last one.
    Column("since", Integer, primary_key=True, index=True),
    Column("until", Integer, nullable=True, index=True),
    Column("digest", String(64), nullable=False),
)

publications = Table(
    "publications",
    Base.metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("release_id", String(40), ForeignKey("releases.id"), nullable=False),
    Column("at", Double, nullable=False),
    Column("by", String(200), nullable=False),
    Column("action", String(16), nullable=False),
)

pointers = Table(
    "pointers",
    Base.metadata,
    Column("name", String(40), primary_key=True),
    Column("release_id", String(40), ForeignKey("releases.id"), nullable=False),
)
