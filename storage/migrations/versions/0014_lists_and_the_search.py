"""Lists and the search."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE fulltext_words USING fts5(title, words, place, content='documents', content_rowid='id', "
        "detail='column', prefix='1 2 3', tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\")"
    ),
    "postgresql": (
        "CREATE INDEX fulltext_words ON documents USING gin (array_to_tsvector(string_to_array(words, ' ')))"
    ),
}


def upgrade() -> None:
    """Make the tables and columns that this revision adds."""
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("archived", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_kind_key", ["kind", "key"], unique=False)

    op.create_table(
        "listed",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("archived", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "sort_title",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("shared", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_listed")),
    )
    with op.batch_alter_table("listed", schema=None) as batch_op:
        batch_op.create_index("ix_listed_created_at", ["kind", "archived", "created_at", "key"], unique=False)
        batch_op.create_index("ix_listed_ends_at", ["kind", "archived", "ends_at", "key"], unique=False)
        batch_op.create_index("ix_listed_key", ["kind", "archived", "key"], unique=False)
        batch_op.create_index("ix_listed_state", ["kind", "archived", "state", "key"], unique=False)
        batch_op.create_index("ix_listed_title", ["kind", "archived", "sort_title", "key"], unique=False)
        batch_op.create_index("ix_listed_type", ["kind", "archived", "type", "key"], unique=False)
        batch_op.create_index("ix_listed_updated_at", ["kind", "archived", "updated_at", "key"], unique=False)
        batch_op.create_index("ix_listed_updated_by", ["kind", "archived", "updated_by", "key"], unique=False)

    op.create_table(
        "listed_locales",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "locale", name=op.f("pk_listed_locales")),
    )
    with op.batch_alter_table("listed_locales", schema=None) as batch_op:
        batch_op.create_index("ix_listed_locales_state", ["kind", "locale", "state", "key"], unique=False)

    op.create_table(
        "listed_tags",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("tag", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "tag", name=op.f("pk_listed_tags")),
    )
    with op.batch_alter_table("listed_tags", schema=None) as batch_op:
        batch_op.create_index("ix_listed_tags_tag", ["kind", "tag", "key"], unique=False)

    op.create_table(
        "spots",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("field", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("kind", "type", "locale", "field", name=op.f("pk_spots")),
    )
    op.create_table(
        "texts",
        sa.Column(
            "document", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("field", sa.String(length=128), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document", "field", name=op.f("pk_texts")),
        sqlite_with_rowid=False,
    )
    # Not all databases have the same: these are in no declaration, see `storage.migrate.DERIVED`.
    op.execute(FULL_TEXT[op.get_context().dialect.name])


def downgrade() -> None:
    """Undo `upgrade`."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE fulltext_words")
    op.drop_table("texts")
    op.drop_table("spots")
    with op.batch_alter_table("listed_tags", schema=None) as batch_op:
        batch_op.drop_index("ix_listed_tags_tag")

    op.drop_table("listed_tags")
    with op.batch_alter_table("listed_locales", schema=None) as batch_op:
        batch_op.drop_index("ix_listed_locales_state")

    op.drop_table("listed_locales")
    with op.batch_alter_table("listed", schema=None) as batch_op:
        batch_op.drop_index("ix_listed_updated_by")
        batch_op.drop_index("ix_listed_updated_at")
        batch_op.drop_index("ix_listed_type")
        batch_op.drop_index("ix_listed_title")
        batch_op.drop_index("ix_listed_state")
        batch_op.drop_index("ix_listed_key")
        batch_op.drop_index("ix_listed_ends_at")
        batch_op.drop_index("ix_listed_created_at")

    op.drop_table("listed")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("ix_documents_kind_key")

    op.drop_table("documents")
