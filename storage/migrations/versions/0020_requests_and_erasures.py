"""Requests of people, erasures that were carried out, names that are refused."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "erased_names",
        sa.Column("mark", sa.String(length=48), nullable=False),
        sa.Column("erasure", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_erased_names")),
    )
    op.create_index(op.f("ix_erased_names_erasure"), "erased_names", ["erasure"], unique=False)
    op.create_table(
        "privacy_requests",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("extended", sa.String(length=300), nullable=False),
        sa.Column("done_at", sa.Double(), nullable=True),
        sa.Column("done_by", sa.String(length=200), nullable=False),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_privacy_requests")),
    )
    op.create_index(op.f("ix_privacy_requests_profile_id"), "privacy_requests", ["profile_id"], unique=False)
    op.create_index("ix_privacy_requests_state_due_at", "privacy_requests", ["state", "due_at"], unique=False)
    with op.batch_alter_table("event_figures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("event_figures", schema=None) as batch_op:
        batch_op.drop_column("erased")
    op.drop_table("privacy_requests")
    op.drop_table("erased_names")
    op.drop_table("erasures")
