<%def name="steps(code)">${"\n".join(line for line in (code or "pass").splitlines() if "###" not in line).strip() or "pass"}</%def>\
"""${message[:1].upper() + message[1:]}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    ${steps(upgrades)}


def downgrade() -> None:
    """Undo `upgrade`."""
    ${steps(downgrades)}
