"""Stores of personal data: each says what it holds of a person, hands it out and forgets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import JSON, Boolean, Connection, Float, Integer, LargeBinary, Table, delete, func, select

from storage import vault_of

Schema: TypeAlias = dict[str, Any]
Told: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by all that leads to them: the profile's id (empty where there is none any more), the names that are
    known of them, and the marks of all names."""

    profile_id: str
    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Store:
    """One place where something is kept of people.

    `tables` are those that it answers for. `rows` gives what it holds of a person as plain values, `fields` the JSON
    Schema of each of them; `erase` forgets it and says how many rows went.
    """

    name: str
    summary: str
    tables: tuple[str, ...]
    fields: Mapping[str, Schema]
    rows: Callable[[Connection, Person], Iterator[Told]]
    erase: Callable[[Connection, Person], int]

    def count(self, connection: Connection, person: Person) -> int:
        """How many rows it holds of a person."""
        return sum(1 for _ in self.rows(connection, person))


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows are each of one person: the makings of a store.

    `column` tells whose a row is, by the profile's id or, with `by_mark`, by the mark of a name. `sealed` is a column
    of sealed JSON, handed out as what it says; columns of `hidden` are not handed out.
    """

    table: Table
    column: str = "profile_id"
    by_mark: bool = False
    sealed: str = ""
    hidden: tuple[str, ...] = ()

    def rows(self, connection: Connection, person: Person) -> Iterator[Told]:
        """What it holds of a person, in the order of its key."""
        query = select(self.table).where(self._of(person)).order_by(*self.table.primary_key.columns)
        for row in connection.execute(query).mappings().all():
            yield self._told(connection, dict(row))

    def erase(self, connection: Connection, person: Person) -> int:
        """Delete it."""
        return connection.execute(delete(self.table).where(self._of(person))).rowcount

    def fields(self) -> dict[str, Schema]:
        """The JSON Schema of each column that is handed out."""
        shown = [c for c in self.table.columns if c.name not in {*self.hidden, self.sealed}]
        return {f"{c.name}": _schema_of(c.type, nullable=bool(c.nullable)) for c in shown}

    def _of(self, person: Person) -> Any:
        column = self.table.c[self.column]
        return column.in_(person.marks) if self.by_mark else column == person.profile_id

    def _told(self, connection: Connection, row: Told) -> Told:
        plain = vault_of(connection).open(connection, row[self.sealed]) if self.sealed else None
        # Names as SQLAlchemy gives them are no plain text to a writer of JSON.
        shown = {f"{name}": _plain(value) for name, value in row.items() if name not in {*self.hidden, self.sealed}}
        return {**shown, **(orjson.loads(plain) if plain else {})}


def store_of(name: str, summary: str, kept: Kept, fields: Mapping[str, Schema] | None = None) -> Store:
    """The store of one table."""
    return Store(name, summary, (kept.table.name,), {**kept.fields(), **(fields or {})}, kept.rows, kept.erase)


def many(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


ANY: Final[Schema] = {}
TEXT: Final[Schema] = {"type": "string"}
OBJECT: Final[Schema] = {"type": "object"}


def _schema_of(kind: Any, *, nullable: bool) -> Schema:
    names = ((JSON, None), (Boolean, "boolean"), (Integer, "integer"), (Float, "number"), (LargeBinary, None))
    name = next((name for sort, name in names if isinstance(kind, sort)), "string")
    if name is None:
        return ANY
    return {"type": [name, "null"] if nullable else name}


def _plain(value: Any) -> Any:
    return orjson.loads(bytes(value)) if isinstance(value, bytes | memoryview) else value
