"""What triggers fired and what became of it; news found by their topic."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    op.create_table(
        "trigger_firings",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("trigger", sa.String(length=128), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.JSON(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.Double(), nullable=True),
        sa.Column("deeds", sa.JSON(), nullable=False),
        sa.Column("acts", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trigger_firings")),
        sa.UniqueConstraint("id", name=op.f("uq_trigger_firings_id")),
    )
    with op.batch_alter_table("trigger_firings", schema=None) as batch_op:
        batch_op.create_index("ix_trigger_firings_acts", ["acts", "next_try"], unique=False)
        batch_op.create_index("ix_trigger_firings_due", ["state", "due_at"], unique=False)
        batch_op.create_index(op.f("ix_trigger_firings_profile_id"), ["profile_id"], unique=False)
        batch_op.create_index("ix_trigger_firings_trigger", ["trigger", "seq"], unique=False)

    op.create_table(
        "trigger_last",
        sa.Column("trigger", sa.String(length=128), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("trigger", "profile_id", name=op.f("pk_trigger_last")),
    )
    with op.batch_alter_table("trigger_last", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_trigger_last_profile_id"), ["profile_id"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_topic_seq", ["topic", "seq"], unique=False)


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_topic_seq")

    with op.batch_alter_table("trigger_last", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_trigger_last_profile_id"))

    op.drop_table("trigger_last")
    with op.batch_alter_table("trigger_firings", schema=None) as batch_op:
        batch_op.drop_index("ix_trigger_firings_trigger")
        batch_op.drop_index(op.f("ix_trigger_firings_profile_id"))
        batch_op.drop_index("ix_trigger_firings_due")
        batch_op.drop_index("ix_trigger_firings_acts")

    op.drop_table("trigger_firings")
