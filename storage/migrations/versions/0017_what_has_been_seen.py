"""What has been seen, apart from the log: an event counts once although it may be purged."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 5_000
"""Events that are read together."""

LOG = sa.table("events", *map(sa.column, ("seq", "source", "message_id", "kind", "name", "received_at", "body")))
HELD = sa.table("quarantine", *map(sa.column, ("seq", "source", "message_id", "kind", "name", "received_at", "body")))


def upgrade() -> None:
    """Make the table, fill it from what is there, and let the log itself be without a key of the senders."""
    seen = op.create_table(
        "seen",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    for table in (LOG, HELD):
        for rows in _events_of(connection, table):
            told = [_seen(row, 0 if table is HELD else row.seq) for row in rows]
            known = sa.select(seen.c.id).where(seen.c.id.in_([one["id"] for one in told]))
            there = set(connection.scalars(known)) if table is HELD else set()
            if fresh := [one for one in told if one["id"] not in there]:
                connection.execute(seen.insert(), fresh)
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_events_source"), type_="unique")


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_events_source"), ["source", "message_id"])

    op.drop_table("seen")


def _events_of(connection: sa.Connection, table: sa.TableClause) -> Iterator[list[sa.Row[Any]]]:
    """All rows, some at a time, in their order."""
    last = -1
    while rows := list(
        connection.execute(sa.select(table).where(table.c.seq > last).order_by(table.c.seq).limit(AT_ONCE))
    ):
        last = rows[-1].seq
        yield rows


def _seen(row: sa.Row[Any], seq: int) -> dict[str, object]:
    key = blake2b(f"{row.source}\n{row.message_id}".encode(), digest_size=16).digest()
    told = f"{row.message_id}\n{row.kind}\n{row.name}\n".encode() + bytes(row.body)
    content = int.from_bytes(blake2b(told, digest_size=8).digest(), "big", signed=True)
    return {
        "id": urlsafe_b64encode(key)[:22].decode(),
        "content": content,
        "seq": seq,
        "day": int(row.received_at // 86_400),
    }
