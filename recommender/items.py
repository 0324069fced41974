"""Items that can be recommended, and the tables that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any, TypeAlias

import orjson
from sqlalchemy import JSON, Boolean, Connection, Double, Integer, RowMapping, String, Table, select
from sqlalchemy.orm import Mapped, mapped_column

from rules import Instant
from storage import RECOMMENDED, Act, Base, Database, Notice, emit, insert, record

Progress: TypeAlias = Callable[[int, int], None]
"""Told how much is done, of how much in all."""

CHUNK = 500
"""Rows of one insert: 13 columns each stay under SQLite's 32,766 variables."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing that can be recommended; it comes from a catalogue feed. `category` is a slug (`coffee`)."""

    id: str
    name: str
    category: str
    price: float | None = None
    currency: str = "USD"
    brand: str = ""
    image: str | None = None
    url: str = ""
    tags: frozenset[str] = frozenset()
    available: bool = True
    department: str = ""
    size: str = ""


class ItemRow(Base):
    """One item as the feed said last."""

    __tablename__ = "items"

    id: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    category: Mapped[str] = mapped_column(String, index=True)
    price: Mapped[float | None] = mapped_column(Double)
    currency: Mapped[str] = mapped_column(String(3))
    brand: Mapped[str] = mapped_column(String)
    image: Mapped[str | None] = mapped_column(String)
    url: Mapped[str] = mapped_column(String)
    tags: Mapped[list[str]] = mapped_column(JSON)
    available: Mapped[bool] = mapped_column(Boolean)
    department: Mapped[str] = mapped_column(String)
    size: Mapped[str] = mapped_column(String)
    updated_at: Mapped[float] = mapped_column(Double)


class ItemFeedRow(Base):
    """One row that counts the changes of `items`, so that a worker sees a change by reading one number."""

    __tablename__ = "item_feed"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


ITEMS: Table = ItemRow.__table__  # type: ignore[assignment]
FEED: Table = ItemFeedRow.__table__  # type: ignore[assignment]
COLUMNS = tuple(f.name for f in fields(Item))


class ItemStore:
    """The catalogue of items. Every change raises `version()` in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upsert(
        self, items: Iterable[Item], now: Instant, progress: Progress | None = None, *, author: str = "feed"
    ) -> int:
        """Write all items in one transaction (new ones, and new bodies of known ones); how many there were."""
        rows = list({item.id: _to_row(item, now) for item in items}.values())
        if not rows:
            return 0
        with self._database.write() as connection:
            _raise_version(connection)
            for start in range(0, len(rows), CHUNK):
                _upsert(connection, rows[start : start + CHUNK])
                if progress:
                    progress(min(start + CHUNK, len(rows)), len(rows))
            told = sha256(orjson.dumps(rows)).hexdigest()
            record(connection, Act(author, "items.write", "items", now, after=told, note=f"{len(rows)} items"))
            emit(connection, _news(len(rows), author, now))
        return len(rows)

    def all(self) -> tuple[Item, ...]:
        """Every item, in the order of their ids."""
        with self._database.read() as connection:
            return tuple(map(_to_item, connection.execute(select(ITEMS).order_by(ITEMS.c.id)).mappings()))

    def get(self, ids: Sequence[str]) -> tuple[Item, ...]:
        """The items with these ids, in this order; ids that are not there are left out."""
        with self._database.read() as connection:
            rows = connection.execute(select(ITEMS).where(ITEMS.c.id.in_(ids))).mappings()
            found = {row["id"]: _to_item(row) for row in rows}
        return tuple(found[id_] for id_ in ids if id_ in found)

    newest = select(FEED.c.version)
    """Finds the number that `version` gives; for those who look for several news at once."""

    def version(self) -> int:
        """A number that grows with every change; 0 before the first."""
        with self._database.read() as connection:
            return connection.execute(self.newest).scalar() or 0

    def set_availability(self, id_: str, available: bool, now: Instant, *, author: str = "feed") -> bool:
        """Say whether an item can be had; whether that was news (of a known item)."""
        change = ITEMS.update().where(ITEMS.c.id == id_, ITEMS.c.available != available)
        with self._database.write() as connection:
            changed = connection.execute(change.values(available=available, updated_at=now)).rowcount > 0
            if changed:
                _raise_version(connection)
                said = "can be had" if available else "cannot be had"
                record(connection, Act(author, "items.availability", f"items/{id_}"[:300], now, note=said))
                emit(connection, _news(1, author, now))
        return changed


def _news(count: int, author: str, now: Instant) -> Notice:
    return Notice("items.changed", "items", now, {"count": count, "by": author, "purge": [RECOMMENDED]})


def _upsert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    fresh = insert(connection, ITEMS).values(rows)
    changed = {name: fresh.excluded[name] for name in (*COLUMNS[1:], "updated_at")}
    connection.execute(fresh.on_conflict_do_update(index_elements=[ITEMS.c.id], set_=changed))


def _raise_version(connection: Connection) -> None:
    # A counter row and not max(seq): its lock makes concurrent writers commit in the order of their numbers.
    first = insert(connection, FEED).values(id=1, version=1)
    connection.execute(first.on_conflict_do_update(index_elements=[FEED.c.id], set_={"version": FEED.c.version + 1}))


def _to_row(item: Item, now: Instant) -> dict[str, Any]:
    return {**asdict(item), "tags": sorted(item.tags), "updated_at": now}


def _to_item(row: RowMapping) -> Item:
    return Item(**{name: row[name] for name in COLUMNS if name != "tags"}, tags=frozenset(row["tags"]))
