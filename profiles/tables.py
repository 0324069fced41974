"""The tables of people: profiles, the names that lead to them, what they did, how they moved between segments."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from storage import Base

# SQLite counts rows only in a column that is called INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")

profiles = Table(
    "profiles",
    Base.metadata,
    Column("id", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("stamp", String(32), nullable=False, server_default="", index=True),
)

aliases = Table(
    "aliases",
    Base.metadata,
    Column("alias", String(300), primary_key=True),
    Column("profile_id", String(64), nullable=False, index=True),
)

IS_RECORD = text("kind = 'consent'")

events = Table(
    "events",
    Base.metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("source", String(200), nullable=False),
    Column("message_id", String(255), nullable=False),
    Column("profile_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_events_profile_id_at", "profile_id", "at"),
    # The few records of consent among very many events: every process looks for new ones all the time.
    Index("ix_events_consent", "seq", sqlite_where=IS_RECORD, postgresql_where=IS_RECORD),
)

segment_changes = Table(
    "segment_changes",
    Base.metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("profile_id", String(64), nullable=False, index=True),
    Column("segment", String(128), nullable=False),
    Column("change", String(16), nullable=False),
    Column("at", Double, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("reason", LargeBinary, nullable=False, server_default=""),
    Column("event", String(255), nullable=False, server_default=""),
    Index("ix_segment_changes_segment_at", "segment", "at"),
)

timers = Table(
    "timers",
    Base.metadata,
    Column("profile_id", String(64), primary_key=True),
    Column("due_at", Double, nullable=False, index=True),
)

quarantine = Table(
    "quarantine",
    Base.metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("source", String(200), nullable=False),
    Column("message_id", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("person", String(48), nullable=False, server_default="", index=True),
    Column("schema", String(32), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("breaches", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settled_at", Double),
    Column("settled_by", String(200)),
    UniqueConstraint("source", "message_id"),
    Index("ix_quarantine_state_seq", "state", "seq"),
)

event_figures = Table(
    "event_figures",
    Base.metadata,
    Column("source", String(200), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("accepted", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("erased", BigInteger, nullable=False, server_default="0"),
    Column("last_seen", Double, nullable=False),
)

erased_names = Table(
    "erased_names",
    Base.metadata,
    Column("mark", String(48), primary_key=True),
    Column("erasure", String(24), nullable=False, index=True),
)
"""Names that are refused, as marks: the tombstones."""
