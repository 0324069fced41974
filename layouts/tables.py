"""The tables of releases."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Integer, LargeBinary, String, Table

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
