"""Links between names of people, what was decided about them, and how far a rebuild came."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    op.create_table(
        "identity_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("other", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_decisions")),
    )
    op.create_table(
        "identity_links",
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("other", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "other", name=op.f("pk_identity_links")),
    )
    op.create_table(
        "rebuilds",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rebuilds")),
    )
    op.create_index("ix_identity_decisions_name_other", "identity_decisions", ["name", "other"], unique=False)
    op.create_index(op.f("ix_identity_decisions_other"), "identity_decisions", ["other"], unique=False)
    op.create_index(op.f("ix_identity_links_other"), "identity_links", ["other"], unique=False)
    op.add_column("aliases", sa.Column("apart", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("aliases", schema=None) as batch_op:
        batch_op.drop_column("apart")

    op.drop_table("rebuilds")
    op.drop_table("identity_links")
    op.drop_table("identity_decisions")
