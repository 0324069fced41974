"""Many rows in one step, without SQLAlchemy's work for each of their values: what takes events in lives on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import orjson
from sqlalchemy import Column, ColumnElement, Connection, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql

Rows: TypeAlias = Sequence[tuple[Any, ...]]
"""Rows as tuples, in the order of the columns that are named beside them."""

POSTGRESQL = "postgresql"


def put_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    """Insert rows; all of them are new."""
    _write(connection, table, columns, rows, "")


def upsert_rows(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Rows,
    *,
    changed: tuple[str, ...] | None = None,
) -> None:
    """Insert rows, or change the ones that have their primary key: the columns `changed`, all others if None.

    No two of the rows may have the same primary key.
    """
    key = [column.name for column in table.primary_key]
    taken = changed if changed is not None else tuple(name for name in columns if name not in key)
    told = ", ".join(f"{name} = excluded.{name}" for name in taken)
    _write(connection, table, columns, rows, f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {told}")


def claim_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> set[str]:
    """Insert those rows whose key, a text in the first column, is not there yet; the keys of these.

    Of two transactions that claim the same key one waits for the other. Give rows in the order of their keys, so that
    nobody waits in a circle.
    """
    if not rows:
        return set()
    if connection.dialect.name == POSTGRESQL:
        statement = f"{_inserting(table, columns)} ON CONFLICT DO NOTHING RETURNING {columns[0]}"
        return set(connection.exec_driver_sql(statement, _by_column(table, columns, rows)).scalars())
    # Nobody else writes meanwhile: what is not there now is not there in a moment.
    key = table.c[columns[0]]
    there = set(connection.scalars(select(key).where(listed(connection, key, [row[0] for row in rows]))))
    fresh = [row for row in rows if row[0] not in there]
    put_rows(connection, table, columns, fresh)
    return {row[0] for row in fresh}


def listed(connection: Connection, column: Column[Any], values: Sequence[str] | Sequence[int]) -> ColumnElement[bool]:
    """The condition that a column of texts or whole numbers holds one of these: however many, one parameter."""
    if connection.dialect.name == POSTGRESQL:
        return column == any_(bindparam(None, list(values), type_=postgresql.ARRAY(column.type)))
    each = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return column.in_(select(each.c.value))


def _write(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows, ending: str) -> None:
    if not rows:
        return
    if connection.dialect.name == POSTGRESQL:
        told = _by_column(table, columns, rows)
        connection.exec_driver_sql(_inserting(table, columns) + ending, told)
    else:
        holes = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"{_into(table, columns)} VALUES ({holes}){ending}", [*rows])


@lru_cache(256)
def _inserting(table: Table, columns: tuple[str, ...]) -> str:
    """One statement for any number of rows: PostgreSQL reads them as a list for each column."""
    holes = ", ".join(f"%s::{_kind(table.c[name])}[]" for name in columns)
    return f"{_into(table, columns)} SELECT * FROM unnest({holes})"  # noqa: S608 -- all words are our own


def _into(table: Table, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)})"


@lru_cache(256)
def _kind(column: Column[Any]) -> str:
    return column.type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]


def _by_column(table: Table, columns: tuple[str, ...], rows: Rows) -> tuple[list[Any], ...]:
    lists = zip(*rows, strict=True)
    return tuple(_plain(_kind(table.c[name]), values) for name, values in zip(columns, lists, strict=True))


def _plain(kind: str, values: tuple[Any, ...]) -> list[Any]:
    # A list for PostgreSQL is of one type: 1 and 1.5 together are not, nor are texts and members of an enumeration.
    if kind == "DOUBLE PRECISION":
        return [None if value is None else float(value) for value in values]
    return [str(value) if isinstance(value, str) else value for value in values]
