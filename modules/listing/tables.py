"""The tables that lists and the search are answered from. They hold nothing that is not worked out of bodies."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Double, Index, Integer, String, Table, Text, event

from storage import Base

# Sorted by code points, as Python and SQLite do, whatever the locale of the server.
Sorted = String(200).with_variant(String(200, collation="C"), "postgresql")
Serial = BigInteger().with_variant(Integer, "sqlite")

listed = Table(
    "listed",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("archived", Integer, nullable=False),
    Column("type", String(128), nullable=False),
    Column("title", Text, nullable=False),
    Column("sort_title", Sorted, nullable=False),
    Column("state", String(16), nullable=False),
    Column("shared", String(16), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("updated_by", String(200), nullable=False),
    Column("ends_at", Double, nullable=True),
    Index("ix_listed_key", "kind", "archived", "key"),
    Index("ix_listed_title", "kind", "archived", "sort_title", "key"),
    Index("ix_listed_updated_at", "kind", "archived", "updated_at", "key"),
    Index("ix_listed_created_at", "kind", "archived", "created_at", "key"),
    Index("ix_listed_type", "kind", "archived", "type", "key"),
    Index("ix_listed_state", "kind", "archived", "state", "key"),
    Index("ix_listed_updated_by", "kind", "archived", "updated_by", "key"),
    Index("ix_listed_ends_at", "kind", "archived", "ends_at", "key"),
    info={"derived": True},
)
"""A row for each draft: what lists are sorted and filtered by."""

listed_tags = Table(
    "listed_tags",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("tag", String(200), primary_key=True),
    Index("ix_listed_tags_tag", "kind", "tag", "key"),
    info={"derived": True},
)

listed_locales = Table(
    "listed_locales",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("locale", String(35), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Index("ix_listed_locales_state", "kind", "locale", "state", "key"),
    info={"derived": True},
)

documents = Table(
    "documents",
    Base.metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(128), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("type", String(128), nullable=False),
    Column("archived", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("place", Text, nullable=False),
    Index("ix_documents_kind_key", "kind", "key"),
    # A number is never given twice: the greatest belongs to what was saved last.
    sqlite_autoincrement=True,
    info={"derived": True},
)
"""A row for each locale of a draft: its words, folded, those of the title once more, and marks of where it belongs."""

texts = Table(
    "texts",
    Base.metadata,
    Column("document", Serial, primary_key=True, autoincrement=False),
    Column("field", String(128), primary_key=True),
    Column("words", Text, nullable=False),
    sqlite_with_rowid=False,
    info={"derived": True},
)
"""The folded words of each field of a document, between spaces: for readers who may not see all fields."""

spots = Table(
    "spots",
    Base.metadata,
    Column("kind", String(32), primary_key=True),
    Column("type", String(128), primary_key=True),
    Column("locale", String(35), primary_key=True),
    Column("field", String(128), primary_key=True),
    info={"derived": True},
)
"""Every combination that any document ever had: what there is to be asked whether somebody may see it."""

LEXEMES = "array_to_tsvector(string_to_array({column}, ' '))"
"""The words of a column as PostgreSQL searches them: its own parser would cut them anew."""

MAKE_SQLITE = (
    "CREATE VIRTUAL TABLE fulltext_words USING fts5(title, words, place, content='documents', content_rowid='id', "
    "detail='column', prefix='1 2 3', tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\")"
)
MAKE_POSTGRESQL = f"CREATE INDEX fulltext_words ON documents USING gin ({LEXEMES.format(column='words')})"

for dialect, statement in (("sqlite", MAKE_SQLITE), ("postgresql", MAKE_POSTGRESQL)):
    event.listen(documents, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]
