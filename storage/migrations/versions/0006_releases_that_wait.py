"""Releases that wait: what they will change, the steps of their life, and the moment at which they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAMES = ("description", "status", "version", "due_at", "due_local", "due_zone")


def upgrade() -> None:
    """Make the tables and columns that this revision adds; every release that is there was published."""
    op.create_table(
        "release_changes",
        sa.Column("release_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("locale", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_release_changes_release_id_releases")),
        sa.PrimaryKeyConstraint("release_id", "kind", "key", "locale", name=op.f("pk_release_changes")),
    )
    op.create_table(
        "release_steps",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("release_id", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_release_steps_release_id_releases")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_release_steps")),
    )
    op.create_index(op.f("ix_release_steps_release_id"), "release_steps", ["release_id"])
    # In place: a copy of the table would leave the rows that refer to it without it for a moment.
    for column in (
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.String(length=16), server_default="published", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("due_at", sa.Double(), nullable=True),
        sa.Column("due_local", sa.String(length=40), nullable=True),
        sa.Column("due_zone", sa.String(length=64), nullable=True),
    ):
        op.add_column("releases", column)
    op.create_index("ix_releases_status_due_at", "releases", ["status", "due_at"])


def downgrade() -> None:
    """Undo `upgrade`; releases that were never published cannot be kept."""
    op.drop_index("ix_releases_status_due_at", "releases")
    op.drop_index(op.f("ix_release_steps_release_id"), "release_steps")
    op.drop_table("release_steps")
    op.drop_table("release_changes")
    op.execute("DELETE FROM releases WHERE state IS NULL")
    for name in reversed(NAMES):
        op.drop_column("releases", name)
