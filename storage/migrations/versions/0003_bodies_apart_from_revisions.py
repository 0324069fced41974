"""Bodies apart from revisions, a revision for every save, and what is published as a table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEEP_BODIES = """
INSERT INTO bodies (digest, content)
SELECT digest, content FROM revisions WHERE seq IN (SELECT min(seq) FROM revisions GROUP BY digest)
"""
NUMBER = """
UPDATE revisions SET version = numbered.version, made_by = 'save'
FROM (SELECT seq, row_number() OVER (PARTITION BY kind, key ORDER BY created_at, seq) AS version FROM revisions)
AS numbered WHERE numbered.seq = revisions.seq
"""
# A draft that had gone back to older bytes made no revision then: it gets the one that it lacks.
RETURNED = """
INSERT INTO revisions (kind, key, version, digest, author, created_at, made_by)
SELECT d.kind, d.key, r.version + 1, d.digest, d.updated_by, d.updated_at, 'save' FROM drafts d
JOIN revisions r ON r.kind = d.kind AND r.key = d.key AND r.digest <> d.digest
AND r.version = (SELECT max(version) FROM revisions n WHERE n.kind = d.kind AND n.key = d.key)
"""
FOLLOW = """
UPDATE drafts SET version = (SELECT max(version) FROM revisions r WHERE r.kind = drafts.kind AND r.key = drafts.key),
created_at = (SELECT r.created_at FROM revisions r WHERE r.kind = drafts.kind AND r.key = drafts.key AND r.version = 1),
created_by = (SELECT r.author FROM revisions r WHERE r.kind = drafts.kind AND r.key = drafts.key AND r.version = 1)
"""
SERVED = """
INSERT INTO published (kind, key, digest, since)
SELECT e.kind, e.key, e.digest, coalesce((SELECT max(at) FROM publications m WHERE m.release_id = e.release_id), 0)
FROM release_entries e JOIN pointers p ON p.release_id = e.release_id WHERE p.name = 'published'
"""
FORGET_RETURNS = "DELETE FROM revisions WHERE seq NOT IN (SELECT min(seq) FROM revisions GROUP BY kind, key, digest)"
TAKE_BACK = "UPDATE revisions SET content = (SELECT content FROM bodies b WHERE b.digest = revisions.digest)"


def upgrade() -> None:
    """Make the tables and columns that this revision adds, and move what is there."""
    op.create_table(
        "bodies",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_bodies")),
    )
    op.create_table(
        "published",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_published")),
    )
    op.execute(KEEP_BODIES)
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_revisions_kind"), type_="unique")
        batch_op.drop_column("content")
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("made_by", sa.String(length=16), nullable=True))
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_at", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("created_by", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("archived_at", sa.Double(), nullable=True))
    for step in (NUMBER, RETURNED, FOLLOW, SERVED):
        op.execute(step)
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("made_by", existing_type=sa.String(length=16), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_revisions_kind"), ["kind", "key", "version"])
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.alter_column("created_at", existing_type=sa.Double(), nullable=False)
        batch_op.alter_column("created_by", existing_type=sa.String(length=200), nullable=False)


def downgrade() -> None:
    """Undo `upgrade`: each body stays with its first revision."""
    op.execute(FORGET_RETURNS)
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_revisions_kind"), type_="unique")
        batch_op.drop_column("made_by")
        batch_op.drop_column("version")
        batch_op.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
    op.execute(TAKE_BACK)
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_revisions_kind"), ["kind", "key", "digest"])
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("archived_at")
        batch_op.drop_column("created_by")
        batch_op.drop_column("created_at")
    op.drop_table("published")
    op.drop_table("bodies")
