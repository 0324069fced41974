"""The table of keys: one to a person, wrapped by a secret that is not in the database."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from storage.declared import Base

person_keys = Table(
    "person_keys",
    Base.metadata,
    Column("owner", String(64), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
)
"""Owner -> their key, wrapped. An owner is a profile's id, or the mark of a name where no profile comes of an event."""
