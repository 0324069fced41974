"""Scored matches: models, pairs, and who was compared."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    op.create_table(
        "match_models",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_models")),
    )
    op.create_table(
        "match_pairs",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("left", sa.String(length=48), nullable=False),
        sa.Column("right", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=32), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("because", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.Double(), nullable=False),
        sa.Column("decided_at", sa.Double(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("joined_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pairs")),
        sa.UniqueConstraint("left", "right", name=op.f("uq_match_pairs_left")),
    )
    op.create_index(op.f("ix_match_pairs_right"), "match_pairs", ["right"], unique=False)
    op.create_index("ix_match_pairs_state_id", "match_pairs", ["state", "id"], unique=False)
    op.create_table(
        "match_compared",
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=48), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("pk_match_compared")),
    )


def downgrade() -> None:
    """Undo `upgrade`."""
    op.drop_table("match_compared")
    op.drop_table("match_pairs")
    op.drop_table("match_models")
