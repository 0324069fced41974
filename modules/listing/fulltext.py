"""The index of words: FTS5 in SQLite, GIN in PostgreSQL, behind the same few questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    cast,
    column,
    func,
    literal_column,
    table,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from modules.listing.tables import LEXEMES, documents
from modules.listing.words import Terms

_INDEX = table("fulltext_words", column("rowid"))

TITLE_WEIGHT: Final = 8
"""How much more a word tells in a title."""


@dataclass(frozen=True, slots=True)
class Match:
    """How documents are found: where they are selected from, by which condition, how well each fits (the greater the
    better), and by what they are told to be newer."""

    source: FromClause
    condition: ColumnElement[bool]
    rank: ColumnElement[float]
    number: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Where:
    """Kinds and locales to look into (None: all), and whether in the archive."""

    kinds: Collection[str] | None = None
    locale: str | None = None
    archived: bool = False


def match(connection: Connection, terms: Terms, where: Where) -> Match:
    """The documents that hold every one of these terms."""
    return _MATCHES[connection.dialect.name](terms, where)


def place_of(kind: str, locale: str, archived: int) -> str:
    """The marks of a document by which FTS5 finds where it belongs."""
    return f"k{_mark(kind)} l{_mark(locale)} a{archived}"


def _mark(name: str) -> str:
    return "".join(c if c.isalnum() else "0" for c in name.lower())


def _sqlite(terms: Terms, where: Where) -> Match:
    asked = [f'{{title words}} : "{word}"' for word in terms.whole]
    asked += [f'{{title words}} : "{terms.prefix}" *'] if terms.prefix else []
    if where.kinds is not None:
        asked.append("(" + " OR ".join(f'place : "k{_mark(kind)}"' for kind in where.kinds) + ")")
    if where.archived:
        asked.append('place : "a1"')
    if where.locale is not None:
        asked.append(f'place : "l{_mark(where.locale)}"')
    found = text("fulltext_words MATCH :asked").bindparams(asked=" AND ".join(asked))
    rank: ColumnElement[float] = literal_column(f"-bm25(fulltext_words, {TITLE_WEIGHT}, 1, 0)")
    source = _INDEX.join(documents, documents.c.id == _INDEX.c.rowid)
    # Of nearly all documents: to walk through their list in the index takes longer than to look at what was found.
    kept = true() if where.archived else documents.c.archived == 0
    return Match(source, and_(kept, found), rank, _INDEX.c.rowid)


def _postgresql(terms: Terms, where: Where) -> Match:
    asked = [f"'{word}'" for word in terms.whole] + ([f"'{terms.prefix}':*"] if terms.prefix else [])
    words: ColumnElement[Any] = literal_column(LEXEMES.format(column="documents.words"))
    title: ColumnElement[Any] = literal_column(LEXEMES.format(column="documents.title"))
    every, some = (cast(sign.join(asked), TSQUERY) for sign in (" & ", " | "))
    found = words.bool_op("@@")(every)
    rank: ColumnElement[float] = func.ts_rank(words, some) + TITLE_WEIGHT * func.ts_rank(title, some)
    conditions = [found, documents.c.archived == int(where.archived)]
    if where.kinds is not None:
        conditions.append(documents.c.kind.in_(list(where.kinds)))
    if where.locale is not None:
        conditions.append(documents.c.locale == where.locale)
    return Match(documents, and_(*conditions), rank, documents.c.id)


_MATCHES: Mapping[str, Callable[[Terms, Where], Match]] = {"sqlite": _sqlite, "postgresql": _postgresql}

_PUT = text("INSERT INTO fulltext_words (rowid, title, words, place) VALUES (:id, :title, :words, :place)")
_TAKE = text(
    "INSERT INTO fulltext_words (fulltext_words, rowid, title, words, place) "
    "VALUES ('delete', :id, :title, :words, :place)"
)


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Index the words of documents that were just written."""
    if rows and connection.dialect.name == "sqlite":
        connection.execute(_PUT, rows)


def take(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Forget the words of documents that are about to go, as they were put."""
    if rows and connection.dialect.name == "sqlite":
        connection.execute(_TAKE, rows)


def empty(connection: Connection) -> None:
    """Forget all words."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO fulltext_words (fulltext_words) VALUES ('delete-all')"))
