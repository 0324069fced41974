"""Many names cut into what one SQL statement takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Table

from modules.store.values import Name
from storage import among

T = TypeVar("T")
V = TypeVar("V")

BATCH: Final = 400
"""Names in one SQL statement: SQLite counts variables, two a name."""


def batches(contents: Mapping[T, V]) -> Iterator[dict[T, V]]:
    """The same entries in the same order, `BATCH` at a time."""
    left = iter(contents.items())
    while batch := dict(islice(left, BATCH)):
        yield batch


def named(table: Table, names: Mapping[Name, object]) -> ColumnElement[bool]:
    """The condition that a row of this table belongs to one of these names."""
    return among(table.c.kind, table.c.key, names)
