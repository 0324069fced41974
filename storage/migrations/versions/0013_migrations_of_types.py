"""Migrations of types."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    op.create_table(
        "type_migrations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("type_key", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("reverts", sa.Integer(), nullable=True),
        sa.Column("edited", sa.String(length=16), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reverts"], ["type_migrations.id"], name=op.f("fk_type_migrations_reverts_type_migrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_migrations")),
    )
    with op.batch_alter_table("type_migrations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_type_migrations_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_type_migrations_type_key"), ["type_key"], unique=False)

    op.create_table(
        "type_migration_entries",
        sa.Column("migration_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["migration_id"],
            ["type_migrations.id"],
            name=op.f("fk_type_migration_entries_migration_id_type_migrations"),
        ),
        sa.PrimaryKeyConstraint("migration_id", "key", name=op.f("pk_type_migration_entries")),
    )
    with op.batch_alter_table("type_migration_entries", schema=None) as batch_op:
        batch_op.create_index("ix_type_migration_entries_state", ["migration_id", "state"], unique=False)


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("type_migration_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_type_migration_entries_state")

    op.drop_table("type_migration_entries")
    with op.batch_alter_table("type_migrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_type_migrations_type_key"))
        batch_op.drop_index(batch_op.f("ix_type_migrations_state"))

    op.drop_table("type_migrations")
