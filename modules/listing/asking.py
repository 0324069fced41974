"""Lists of drafts: filtered, in a total order, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select, tuple_

from modules.listing.filters import Asked, Condition, conditions
from modules.listing.sight import Sight, hidden_from
from modules.listing.standing import DraftState
from modules.listing.tables import listed, listed_locales, listed_tags
from modules.listing.values import SORTS, Filters, Listed, Order, Page, Place
from modules.store.batches import named
from modules.store.values import Name
from modules.tables import drafts

FEW: Final = 5_000
"""Rows that are sorted; where a filter leaves more, rows are walked in their order until a page is full."""


def page(
    connection: Connection,
    kind: str,
    filters: Filters,
    order: Order,
    after: Place | None = None,
    limit: int = 100,
    sight: Sight | None = None,
    few: int = FEW,
) -> Page:
    """The drafts of a kind that are wanted and may be seen, from the first behind `after`.

    Every order is total, so that pages neither repeat nor leave out what did not change meanwhile. Up to `few` rows
    are sorted; of more, those are walked in their order that a page takes.
    """
    asked = Asked(connection, kind, filters, hidden_from(connection, sight))
    wanted = list(conditions(asked))
    best = _fewest(connection, wanted, few)
    source, here = (listed, asked.here) if best is None else asked.among(best[1])
    others = (one.holds for one in wanted if best is None or one is not best[0] or not one.exactly)
    names = SORTS[order.by]
    # With few rows the order is sorted: SQLite would walk it whole rather than that.
    sorted_by = [listed.c[name] if best is None else asked.column(name) for name in names]
    rows = select(*(listed.c[name] for name in ("key", *names))).select_from(source).where(here, *others)
    found = connection.execute(_from(rows, sorted_by, order, after).limit(limit + 1)).all()
    last = tuple(found[limit - 1])[1:] if len(found) > limit else None
    return Page(items(connection, kind, [row[0] for row in found[:limit]]), last)


def _fewest(connection: Connection, wanted: Sequence[Condition], few: int) -> tuple[Condition, FromClause] | None:
    """The condition that leaves the fewest rows, if any leaves few, and their keys."""
    best: tuple[int, Condition, FromClause] | None = None
    for one in wanted:
        if one.keys is not None:
            some = one.keys.limit(few + 1).subquery()
            count: int = connection.execute(select(func.count()).select_from(some)).scalar_one()
            if count <= few and (best is None or count < best[0]):
                best = count, one, some
    return best[1:] if best else None


def _from(
    rows: Select[*tuple[Any, ...]], sorted_by: Sequence[ColumnElement[Any]], order: Order, after: Place | None
) -> Select[*tuple[Any, ...]]:
    if after is not None:
        here, there = tuple_(*sorted_by), tuple_(*after)
        rows = rows.where(here < there if order.descending else here > there)
    return rows.order_by(*(one.desc() if order.descending else one for one in sorted_by))


def items(connection: Connection, kind: str, keys: Sequence[str]) -> list[Listed]:
    """The rows of these drafts, in this order."""
    names: dict[Name, None] = {(kind, key): None for key in keys}
    same = (listed.c.kind == drafts.c.kind) & (listed.c.key == drafts.c.key)
    rows = connection.execute(select(*_SHOWN).join(drafts, same).where(named(listed, names)))
    told = {row.key: row._asdict() for row in rows}
    locales: dict[str, dict[str, DraftState]] = {key: {} for key in keys}
    by_place = select(listed_locales).where(named(listed_locales, names)).order_by(listed_locales.c.place)
    for row in connection.execute(by_place):
        locales[row.key][row.locale] = DraftState(row.state)
    tags: dict[str, list[str]] = {key: [] for key in keys}
    for row in connection.execute(select(listed_tags.c.key, listed_tags.c.tag).where(named(listed_tags, names))):
        tags[row.key].append(row.tag)
    return [_item(told[key], locales[key], sorted(tags[key])) for key in keys]


def _item(told: dict[str, Any], locales: dict[str, DraftState], tags: list[str]) -> Listed:
    state, shared = DraftState(told.pop("state")), DraftState(told.pop("shared"))
    return Listed(**told, state=state, shared=shared, locales=locales, tags=tags)


_OF_DRAFT: Final = ("digest", "version", "created_by", "archived_at")
_SHOWN: Final = (
    *(drafts.c[name] for name in _OF_DRAFT),
    *(c for c in listed.c if c.name not in ("archived", "sort_title")),
)
