"""The tables of webhooks: who is told, what each is still to be told, and every attempt."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Index, Integer, String, Table, Text

from storage import Base

NUMBER = BigInteger().with_variant(Integer, "sqlite")

webhooks = Table(
    "webhooks",
    Base.metadata,
    Column("id", String(32), primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("topics", JSON, nullable=False),
    Column("description", String(500), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("stopped", String(200), nullable=False),
    Column("secrets", JSON, nullable=False),
    # Up to this number of the outbox all that it asks for is among its deliveries.
    Column("cursor", NUMBER, nullable=False),
    # Nothing is sent before: the receiver asked for a pause, or cannot be reached.
    Column("not_before", Double, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("updated_at", Double, nullable=False),
)

deliveries = Table(
    "webhook_deliveries",
    Base.metadata,
    Column("webhook", String(32), primary_key=True),
    Column("seq", NUMBER, primary_key=True, autoincrement=False),
    Column("topic", String(64), nullable=False),
    Column("entity", String(300), nullable=False),
    Column("state", String(12), nullable=False),
    Column("tries", Integer, nullable=False),
    # When it is due; while it is being sent, when it would be tried again should the sender die.
    Column("next_try", Double, nullable=False),
    Column("done_at", Double, nullable=True),
    Index("ix_webhook_deliveries_due", "webhook", "state", "next_try"),
    Index("ix_webhook_deliveries_order", "webhook", "entity", "state", "seq"),
    Index("ix_webhook_deliveries_seq", "seq"),
)

attempts = Table(
    "webhook_attempts",
    Base.metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("webhook", String(32), nullable=False),
    Column("seq", NUMBER, nullable=False),
    Column("at", Double, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("status", Integer, nullable=True),
    Column("error", String(300), nullable=False),
    Column("answer", Text, nullable=False),
    Index("ix_webhook_attempts_seq", "webhook", "seq"),
    Index("ix_webhook_attempts_at", "at"),
)
