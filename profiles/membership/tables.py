"""The tables of memberships: who is in which segment, who is on which list, which rules people were settled by."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, LargeBinary, String, Table

from storage import Base

memberships = Table(
    "memberships",
    Base.metadata,
    Column("segment", String(128), primary_key=True),
    Column("profile_id", String(64), primary_key=True),
    Column("since", Double, nullable=False),
    Index("ix_memberships_profile_id", "profile_id"),
)

lists = Table(
    "lists",
    Base.metadata,
    Column("key", String(64), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("made_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
)

list_people = Table(
    "list_people",
    Base.metadata,
    Column("list", String(64), primary_key=True),
    Column("name", String(300), primary_key=True),
    Column("at", Double, nullable=False),
    Index("ix_list_people_name", "name"),
)

segment_sets = Table(
    "segment_sets",
    Base.metadata,
    Column("stamp", String(32), primary_key=True),
    Column("digests", LargeBinary, nullable=False),
    Column("changed", LargeBinary, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("moved", BigInteger, nullable=False),
    Column("begun_at", Double, nullable=False),
    Column("ended_at", Double),
)
