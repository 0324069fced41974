"""The tables of scored matches: what was learned, which pairs were found and what became of them, who was looked at."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage import Base


class MatchState(StrEnum):
    """Where a pair stands."""

    WAITING = "waiting"
    MERGED = "merged"
    """By itself, since it was likely enough."""
    ACCEPTED = "accepted"
    REFUSED = "refused"


Serial = BigInteger().with_variant(Integer, "sqlite")

models = Table(
    "match_models",
    Base.metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

# Truth: what somebody decided about two people, whatever their profiles are called later.
pairs = Table(
    "match_pairs",
    Base.metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("left", String(48), nullable=False),
    Column("right", String(48), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("note", String(32), nullable=False),
    Column("probability", Double, nullable=False),
    Column("because", LargeBinary, nullable=False),
    Column("model", BigInteger, nullable=False),
    Column("found_at", Double, nullable=False),
    Column("decided_at", Double),
    Column("decided_by", String(200)),
    Column("reason", String(500), nullable=False),
    Column("joined_at", Double),
    UniqueConstraint("left", "right"),
    Index("ix_match_pairs_state_id", "state", "id"),
)

COLUMNS: Final = pairs.c

# What each person was like when they were last compared with all others.
compared = Table(
    "match_compared",
    Base.metadata,
    Column("profile_id", String(64), primary_key=True),
    Column("digest", String(48), nullable=False),
)
"""Not truth: of whom nothing stands here is compared again."""
