"""The tables of the content store."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage import Base

bodies = Table(
    "bodies",
    Base.metadata,
    Column("digest", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

revisions = Table(
    "revisions",
    Base.metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("author", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("made_by", String(16), nullable=False),
    UniqueConstraint("kind", "key", "version"),
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
    Column("created_at", Double, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("archived_at", Double, nullable=True),
)

published = Table(
    "published",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("since", Double, nullable=False),
)
"""What is served now, whether or not it still has a draft."""

edges = Table(
    "edges",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("pointer", String(400), primary_key=True),
    Column("to_kind", String(32), primary_key=True),
    Column("to_key", String(300), primary_key=True),
    Index("ix_edges_to", "to_kind", "to_key", "kind", "key", "digest"),
    info={"derived": True},
)
"""What each body names, for good: with the digests of any state they are the usage graph of that state."""

derived = Table(
    "derived",
    Base.metadata,
    Column("name", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    info={"derived": True},
)
"""In which way the tables that are worked out of bodies were made, so that a newer way makes them anew."""

picture_facts = Table(
    "picture_facts",
    Base.metadata,
    Column("digest", String(64), primary_key=True),
    Column("format", String(16), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    Column("frames", Integer, nullable=False),
    Column("alpha", Boolean, nullable=False),
)
"""What pictures are, so that a page can say how large they are without reading them."""
