"""The search: which drafts hold these words, wherever whoever asks may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, select

from modules.content_kinds import KINDS
from modules.listing import fulltext
from modules.listing.fulltext import Match, Where
from modules.listing.sight import Hidden, Sight, hidden_from, visible
from modules.listing.snippets import Snippet, snippet
from modules.listing.tables import documents, listed
from modules.listing.telling import told_of
from modules.listing.words import Terms, terms_of
from modules.store import bodies
from modules.store.batches import named
from modules.store.knowing import UNCHECKED, Types, plain
from modules.store.values import Name
from modules.tables import drafts

FEW: Final = 2_000
"""Documents that are ranked; where more are found, those that were saved last come first."""

Place: TypeAlias = tuple[float | None, int, str, str]
"""Where a page ended: the rank (None where nothing is ranked), the number of the document, its kind and key."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A draft that was found, in the locale that fits best, with the place that tells why."""

    kind: str
    key: str
    locale: str
    type: str
    title: str
    state: str
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `total` counts the documents where they are `ranked`; `next` is None at the end."""

    items: Sequence[Hit]
    next: Place | None
    ranked: bool
    total: int | None


@dataclass(frozen=True, slots=True)
class _Search:
    connection: Connection
    terms: Terms
    match: Match
    seen: ColumnElement[bool]

    def rows(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        return select(*columns).select_from(self.match.source).where(self.match.condition, self.seen)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    rank: float | None
    kind: str
    key: str
    locale: str

    @property
    def order(self) -> tuple[float, int]:
        """Sorts the best first, and what was saved last first among equals."""
        return -(self.rank or 0.0), -self.id


_NAME: Final = (documents.c.kind, documents.c.key, documents.c.locale)


def search(
    connection: Connection,
    query: str,
    where: Where,
    after: Place | None = None,
    limit: int = 20,
    sight: Sight | None = None,
    few: int = FEW,
) -> Found:
    """The drafts that hold every word of the query, the last of which may be unfinished; the best first.

    Case and diacritics do not count. What may not be seen causes no hit. Where more than `few` documents are found, the
    newest come first.
    """
    terms = terms_of(query)
    if not terms:
        return Found((), None, True, 0)
    hidden = hidden_from(connection, sight)
    asked = _Search(connection, terms, fulltext.match(connection, terms, where), visible(hidden, terms))
    count = len(connection.execute(asked.rows(asked.match.number).limit(few + 1)).all())
    ranked = count <= few if after is None else after[0] is not None
    once = _ranked(asked, after) if ranked else _newest(asked, after, limit + 1)
    last = once[limit - 1] if len(once) > limit else None
    place = (last.rank, last.id, last.kind, last.key) if last else None
    return Found(_hits(connection, once[:limit], terms, hidden), place, ranked, count if ranked else None)


def _ranked(asked: _Search, after: Place | None) -> list[_Row]:
    """All that was found behind `after`, the best first; of each draft the locale that fits best."""
    rows = asked.connection.execute(asked.rows(asked.match.number, asked.match.rank, *_NAME))
    found = sorted((_Row(number, rank, *name) for number, rank, *name in rows), key=lambda row: row.order)
    once: dict[Name, _Row] = {}
    for row in found:
        once.setdefault((row.kind, row.key), row)
    best = list(once.values())
    return best if after is None else [row for row in best if row.order > (-(after[0] or 0.0), -after[1])]


def _newest(asked: _Search, after: Place | None, wanted: int) -> list[_Row]:
    """Some that were found behind `after`, those that were saved last first."""
    number = asked.match.number
    found: dict[Name, _Row] = {}
    last, done = (after[1], (after[2], after[3])) if after else (None, None)
    while len(found) < wanted:
        rows = asked.rows(number, *_NAME).order_by(number.desc()).limit(wanted)
        batch = asked.connection.execute(rows if last is None else rows.where(number < last)).all()
        for one, *name in batch:
            row = _Row(one, None, *name)
            # The documents of one draft follow one another.
            if (row.kind, row.key) != done:
                found.setdefault((row.kind, row.key), row)
        if len(batch) < wanted:
            break
        last = batch[-1][0]
    return list(found.values())


def _hits(connection: Connection, rows: Sequence[_Row], terms: Terms, hidden: Hidden) -> list[Hit]:
    names = dict.fromkeys((row.kind, row.key) for row in rows)
    shown = (listed.c.kind, listed.c.key, listed.c.type, listed.c.title, listed.c.state, drafts.c.digest)
    same = (listed.c.kind == drafts.c.kind) & (listed.c.key == drafts.c.key)
    told = {
        (r.kind, r.key): r for r in connection.execute(select(*shown).join(drafts, same).where(named(listed, names)))
    }
    read = bodies.read(connection, {row.digest for row in told.values() if KINDS[row.kind].is_json})
    types = Types(connection, {})
    hits = []
    for row in rows:
        one = told[(row.kind, row.key)]
        texts = _texts(row, plain(read.get(one.digest, b"")), types)
        dim = hidden.fields.get((row.kind, one.type, row.locale), frozenset())
        part = snippet({name: text for name, text in texts.items() if name not in dim}, terms)
        hits.append(Hit(row.kind, row.key, row.locale, one.type, one.title, one.state, part))
    return hits


def _texts(row: _Row, body: dict[str, Any] | None, types: Types) -> Mapping[str, str]:
    try:
        told = told_of(row.kind, row.key, body, types.of(body) if body and row.kind == "modules" else {})
    except UNCHECKED:
        return {}
    return told.texts.get(row.locale, {})
