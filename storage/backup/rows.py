"""Rows as lines that mean the same in every database: JSON lists of the values, columns in the order of their names."""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    cast,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from storage.backup.errors import BackupError
from storage.database import Base

VERSIONS: Final = "alembic_version"

DERIVED: Final = "derived"
"""`Table(..., info={"derived": True})`: it can be made anew from others, and is not kept in a backup."""

BROAD: Final = 2
"""Rows with bytes in them that are held at once."""

NARROW: Final = 500

MODULUS: Final = 1 << 256


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of column: what its type is, how a value is written, and how it is read again."""

    name: str
    type: type[TypeEngine[Any]]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _number(value: float) -> Any:
    return float(value) if math.isfinite(value) else repr(float(value))


# In this order: a boolean is an integer to some, JSON a text.
SORTS: Final = (
    Sort("bytes", LargeBinary, lambda value: b64encode(value).decode(), b64decode),
    Sort("json", JSON, _same, _same),
    Sort("yes or no", Boolean, bool, bool),
    Sort("fraction", Float, _number, float),
    Sort("whole", Integer, int, int),
    Sort("text", String, _same, _same),
)


@dataclass(slots=True)
class Sum:
    """A digest of rows that does not mind their order: databases sort texts differently."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """One row more."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(sha256(line).digest(), "big")) % MODULUS

    @property
    def digest(self) -> str:
        """The digest of all so far."""
        return f"{self.total:064x}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A table as it is there, with what its columns are."""

    table: Table
    sorts: Mapping[str, Sort]

    @property
    def name(self) -> str:
        """Its name."""
        return self.table.name

    @property
    def broad(self) -> bool:
        """Whether a row may be large."""
        return any(sort.name == "bytes" for sort in self.sorts.values())

    def lines(self, connection: Connection) -> Iterator[bytes]:
        """Every row as a line, in the order of its primary key; few of them in memory."""
        writes = [sort.write for sort in self.sorts.values()]
        wanted = select(*(self._plain(name) for name in self.sorts)).order_by(*self.table.primary_key.columns)
        with connection.execute(wanted.execution_options(yield_per=BROAD if self.broad else NARROW)) as rows:
            for row in rows:
                told = [None if value is None else write(value) for value, write in zip(row, writes, strict=True)]
                yield orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)

    def put(self, connection: Connection, lines: Sequence[bytes]) -> None:
        """Write rows."""
        reads = list(self.sorts.items())
        rows = [
            {name: None if value is None else sort.read(value) for (name, sort), value in zip(reads, told, strict=True)}
            for told in map(orjson.loads, lines)
        ]
        connection.execute(self._insert(connection), rows)

    def summed(self, connection: Connection) -> Sum:
        """The digest of what is there."""
        found = Sum()
        for line in self.lines(connection):
            found.add(line)
        return found

    def _plain(self, name: str) -> ColumnElement[Any]:
        # JSON is kept letter for letter; read as a value, NULL and null were one.
        column = self.table.c[name]
        return cast(column, Text).label(name) if self.sorts[name].name == "json" else column

    def _insert(self, connection: Connection) -> Any:
        types = {name: Text() if sort.name == "json" else self.table.c[name].type for name, sort in self.sorts.items()}
        values: dict[str, Any] = {name: bindparam(name, type_=type_) for name, type_ in types.items()}
        if connection.dialect.name == "postgresql":
            values |= {name: cast(values[name], JSON) for name, sort in self.sorts.items() if sort.name == "json"}
        bare = Table(self.name, MetaData(), *(Column(name, type_) for name, type_ in types.items()))
        return insert(bare).values(values)


def tables_of(connection: Connection) -> list[Kept]:
    """Every table that a backup keeps, as it is there now; those that others refer to come first."""
    metadata = MetaData()
    metadata.reflect(connection, only=_names(connection))
    return [Kept(table, _sorts(table)) for table in metadata.sorted_tables if not _is_derived(table.name)]


def all_tables(connection: Connection) -> list[Table]:
    """Every table of ours that is there, derived ones too; those that others refer to come first."""
    metadata = MetaData()
    metadata.reflect(connection, only=_names(connection))
    return list(metadata.sorted_tables)


def virtual_tables(connection: Connection) -> list[str]:
    """Tables that a module of SQLite keeps; what lies below them is theirs."""
    if connection.dialect.name != "sqlite":
        return []
    return list(connection.execute(text("SELECT name FROM pragma_table_list WHERE type = 'virtual'")).scalars())


def _names(connection: Connection) -> list[str]:
    names = [name for name in inspect(connection).get_table_names() if name != VERSIONS]
    if connection.dialect.name == "sqlite":
        ours = text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
        names = sorted(set(names) & set(connection.execute(ours).scalars()))
    return names


def _is_derived(name: str) -> bool:
    known = Base.metadata.tables.get(name)
    return known is not None and bool(known.info.get(DERIVED))


def _sorts(table: Table) -> Mapping[str, Sort]:
    found = {}
    for column in sorted(table.columns, key=lambda column: column.name):
        if column.computed is not None:
            continue  # it follows from the others
        sort = next((sort for sort in SORTS if isinstance(column.type, sort.type)), None)
        if sort is None:
            raise BackupError(f"{table.name}.{column.name} is of a type that is not known here: {column.type!r}")
        found[column.name] = sort
    return found
