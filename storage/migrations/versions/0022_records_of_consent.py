"""An index of the few records of consent among all events."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

IS_RECORD = sa.text("kind = 'consent'")


def upgrade() -> None:
    """Make the index that this revision adds."""
    op.create_index(
        "ix_events_consent", "events", ["seq"], unique=False, sqlite_where=IS_RECORD, postgresql_where=IS_RECORD
    )


def downgrade() -> None:
    """Undo `upgrade`."""
    op.drop_index("ix_events_consent", table_name="events")
