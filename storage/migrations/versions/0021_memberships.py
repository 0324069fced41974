"""Who is in which segment as a table, why somebody entered or left, static lists, the sets of segments that were."""

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CHUNK = 1_000


def upgrade() -> None:
    """Make the tables and columns that this revision adds, and write down who is a member now."""
    op.create_table(
        "lists",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lists")),
    )
    op.create_table(
        "list_people",
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("list", "name", name=op.f("pk_list_people")),
    )
    op.create_index("ix_list_people_name", "list_people", ["name"], unique=False)
    memberships = op.create_table(
        "memberships",
        sa.Column("segment", sa.String(length=128), nullable=False),
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("segment", "profile_id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_profile_id", "memberships", ["profile_id"], unique=False)
    op.create_table(
        "segment_sets",
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("stamp", name=op.f("pk_segment_sets")),
    )
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stamp", sa.String(length=32), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_profiles_stamp"), ["stamp"], unique=False)
    with op.batch_alter_table("segment_changes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.LargeBinary(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("event", sa.String(length=255), server_default="", nullable=False))
        batch_op.create_index("ix_segment_changes_segment_at", ["segment", "at"], unique=False)
    _write_members(memberships)


def _write_members(memberships: sa.Table) -> None:
    connection, last = op.get_bind(), ""
    query = sa.text("SELECT id, document FROM profiles WHERE id > :last ORDER BY id LIMIT :some")
    while people := connection.execute(query, {"last": last, "some": CHUNK}).all():
        rows = [
            {"segment": key, "profile_id": person.id, "since": since}
            for person in people
            for key, since in _segments(person.document).items()
        ]
        if rows:
            connection.execute(memberships.insert(), rows)
        last = people[-1].id


def _segments(document: bytes) -> dict[str, float]:
    try:
        segments = orjson.loads(document).get("segments")
    except orjson.JSONDecodeError:
        return {}
    return segments if isinstance(segments, dict) else {}


def downgrade() -> None:
    """Undo `upgrade`."""
    with op.batch_alter_table("segment_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_segment_changes_segment_at")
        batch_op.drop_column("event")
        batch_op.drop_column("reason")
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profiles_stamp"))
        batch_op.drop_column("stamp")
    op.drop_table("segment_sets")
    op.drop_table("memberships")
    op.drop_table("list_people")
    op.drop_table("lists")
