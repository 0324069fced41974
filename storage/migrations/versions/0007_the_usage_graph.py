"""The usage graph."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    op.create_table(
        "derived",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_derived")),
    )
    op.create_table(
        "edges",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pointer", sa.String(length=400), nullable=False),
        sa.Column("to_kind", sa.String(length=32), nullable=False),
        sa.Column("to_key", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "digest", "pointer", "to_kind", "to_key", name=op.f("pk_edges")),
    )
    with op.batch_alter_table("edges", schema=None) as batch_op:
        batch_op.create_index("ix_edges_to", ["to_kind", "to_key", "kind", "key", "digest"], unique=False)


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("edges", schema=None) as batch_op:
        batch_op.drop_index("ix_edges_to")

    op.drop_table("edges")
    op.drop_table("derived")
