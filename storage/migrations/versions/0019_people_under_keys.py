"""A key for each person; whose an event in quarantine is."""

import sqlalchemy as sa
from alembic import op

from storage.vault.undoing import lay_open

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns that this revision adds. What lies open is sealed afterwards, in small steps."""
    op.create_table(
        "person_keys",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_person_keys")),
        sa.UniqueConstraint("id", name=op.f("uq_person_keys_id")),
    )
    op.create_table(
        "sweeps",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sweeps")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person", sa.String(length=48), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_quarantine_person"), ["person"], unique=False)


def downgrade() -> None:
    """Undo `upgrade`: what was sealed lies open again, as the version before reads it."""
    lay_open(op.get_bind())
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantine_person"))
        batch_op.drop_column("person")
    op.drop_table("sweeps")
    op.drop_table("person_keys")
