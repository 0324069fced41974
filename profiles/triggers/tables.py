"""The tables of triggers: what fired for whom and what became of it, and when each person was last told."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Double, Index, Integer, String, Table

from storage import Base

NUMBER = BigInteger().with_variant(Integer, "sqlite")

firings = Table(
    "trigger_firings",
    Base.metadata,
    Column("seq", NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("trigger", String(128), nullable=False),
    Column("profile_id", String(64), nullable=False, index=True),
    # What happened: the change and its segment, or the event. Nothing of it is personal but whose it is.
    Column("cause", JSON, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("decided_at", Double, nullable=True),
    # What is done here, as it was written when it was decided; then `due`, `done` or `failed`, empty where nothing is.
    Column("deeds", JSON, nullable=False),
    Column("acts", String(12), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", Double, nullable=False),
    Index("ix_trigger_firings_due", "state", "due_at"),
    Index("ix_trigger_firings_acts", "acts", "next_try"),
    Index("ix_trigger_firings_trigger", "trigger", "seq"),
)

last_told = Table(
    "trigger_last",
    Base.metadata,
    Column("trigger", String(128), primary_key=True),
    Column("profile_id", String(64), primary_key=True, index=True),
    Column("at", Double, nullable=False),
)
