"""Drafts are listed anew when they are saved, published, archived or deleted, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from modules.content_kinds import KINDS
from modules.listing import fulltext
from modules.listing.standing import DraftState, Standing, served, standing, unpublished
from modules.listing.tables import documents, listed, listed_locales, listed_tags, spots, texts
from modules.listing.telling import Told, told_of
from modules.listing.words import folded
from modules.store import bodies
from modules.store.batches import batches, named
from modules.store.knowing import UNCHECKED, Types, log, plain
from modules.store.values import Draft, Name
from modules.tables import drafts, published
from storage import insert as upsert

LONGEST_TITLE = 300
LONGEST_SORTED = 200
LONGEST_WORDS = 400_000

_DRAFTS = select(*(drafts.c[name] for name in Draft.__slots__))


def enlist(connection: Connection, names: Collection[Name], types: Types) -> None:
    """List these drafts as they are now, and no longer those of them that are gone."""
    for batch in batches(dict.fromkeys(names)):
        _unlist(connection, batch)
        entries = _entries(connection, batch, types)
        if entries:
            connection.execute(insert(listed), [one.listed for one in entries])
            _add(connection, listed_tags, (row for one in entries for row in one.tags))
            _add(connection, listed_locales, (row for one in entries for row in one.locales))
            _add_documents(connection, entries)


def restate(connection: Connection, names: Collection[Name], types: Types) -> None:
    """Note how these drafts stand to what is published by now; nothing else of them has changed."""
    for batch in batches(dict.fromkeys(names)):
        entries = _entries(connection, batch, types)
        connection.execute(delete(listed_locales).where(named(listed_locales, batch)))
        _add(connection, listed_locales, (row for one in entries for row in one.locales))
        here = (listed.c.kind == bindparam("of_kind")) & (listed.c.key == bindparam("of_key"))
        change = update(listed).where(here).values(state=bindparam("now"), shared=bindparam("own"))
        rows = [
            {"of_kind": one.draft.kind, "of_key": one.draft.key, "now": one.state, "own": one.standing.shared}
            for one in entries
        ]
        if rows:
            connection.execute(change, rows)


def unlist_all(connection: Connection) -> None:
    """List nothing, before all is listed anew."""
    fulltext.empty(connection)
    for table in (listed, listed_tags, listed_locales, texts, documents, spots):
        connection.execute(delete(table))


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft with all that is listed of it."""

    draft: Draft
    told: Told
    standing: Standing

    @property
    def state(self) -> DraftState:
        """How it stands; who is archived is that before all else."""
        return self.standing.state if self.draft.archived_at is None else DraftState.ARCHIVED

    @property
    def listed(self) -> dict[str, Any]:
        """Its row in the list."""
        draft, told = self.draft, self.told
        return {
            "kind": draft.kind,
            "key": draft.key,
            "archived": int(draft.archived_at is not None),
            "type": told.type[:128],
            "title": told.title[:LONGEST_TITLE],
            "sort_title": (folded(told.title) or folded(draft.key))[:LONGEST_SORTED],
            "state": self.state,
            "shared": self.standing.shared,
            "created_at": draft.created_at,
            "updated_at": draft.updated_at,
            "updated_by": draft.updated_by,
            "ends_at": told.ends,
        }

    @property
    def tags(self) -> Iterator[dict[str, Any]]:
        """A row for each of its tags."""
        tags = dict.fromkeys(tag[:200] for tag in self.told.tags)
        return ({"kind": self.draft.kind, "key": self.draft.key, "tag": tag} for tag in tags)

    @property
    def locales(self) -> Iterator[dict[str, Any]]:
        """A row for each of its locales, in their order."""
        found = enumerate(self.standing.locales.items())
        name = {"kind": self.draft.kind, "key": self.draft.key}
        return ({**name, "locale": locale[:35], "place": place, "state": state} for place, (locale, state) in found)


def _entries(connection: Connection, names: Mapping[Name, None], types: Types) -> list[Entry]:
    found = {(row.kind, row.key): Draft(*row) for row in connection.execute(_DRAFTS.where(named(drafts, names)))}
    there = [found[name] for name in names if name in found]
    p = published.c
    shown = {
        (kind, key): digest
        for kind, key, digest in connection.execute(select(p.kind, p.key, p.digest).where(named(published, names)))
    }
    wanted = {draft.digest for draft in there if KINDS[draft.kind].is_json}
    wanted |= {digest for (kind, _), digest in shown.items() if KINDS[kind].is_json}
    read = {digest: plain(content) for digest, content in bodies.read(connection, wanted).items()}
    return [_entry(draft, shown.get((draft.kind, draft.key)), read, types) for draft in there]


def _entry(draft: Draft, shown: str | None, read: Mapping[str, Any], types: Types) -> Entry:
    body = read.get(draft.digest)
    known = types.of(body) if body and draft.kind == "modules" else {}
    try:
        told = told_of(draft.kind, draft.key, body, known)
    except UNCHECKED as error:
        log.info("nothing is known of %s/%s: %s", draft.kind, draft.key, type(error).__name__)
        told = told_of(draft.kind, draft.key, None, {})
    if shown is None:
        return Entry(draft, told, unpublished(told.locales))
    if shown == draft.digest:
        return Entry(draft, told, served(told.locales))
    shared = next((one.shared for one in known.values()), frozenset())
    return Entry(draft, told, standing(body, read.get(shown), shared))


def _unlist(connection: Connection, names: Mapping[Name, None]) -> None:
    d = documents.c
    held = select(d.id, d.title, d.words, d.place).where(named(documents, names))
    rows = [dict(row) for row in connection.execute(held).mappings()]
    if rows:
        fulltext.take(connection, rows)
        connection.execute(delete(texts).where(texts.c.document.in_([row["id"] for row in rows])))
        connection.execute(delete(documents).where(named(documents, names)))
    for table in (listed, listed_tags, listed_locales):
        connection.execute(delete(table).where(named(table, names)))


def _add_documents(connection: Connection, entries: Iterable[Entry]) -> None:
    rows, fields = [], []
    for one in entries:
        for row, words in _documents(one):
            rows.append(row)
            fields.append(words)
    numbers = connection.execute(insert(documents).returning(documents.c.id, sort_by_parameter_order=True), rows)
    for row, number in zip(rows, numbers.scalars(), strict=True):
        row["id"] = number
    fulltext.put(connection, rows)
    _add(connection, texts, (
        {"document": row["id"], "field": name[:128], "words": f" {said} "}
        for row, words in zip(rows, fields, strict=True)
        for name, said in words.items()
    ))  # fmt: skip
    seen = dict.fromkeys(
        (row["kind"], row["type"], row["locale"], name[:128])
        for row, words in zip(rows, fields, strict=True)
        for name in words
    )
    found = [{"kind": kind, "type": of, "locale": locale, "field": name} for kind, of, locale, name in seen]
    connection.execute(upsert(connection, spots).on_conflict_do_nothing(), found)


def _documents(entry: Entry) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """The row of each of its documents, with the folded words of each field."""
    draft, told, archived = entry.draft, entry.told, int(entry.draft.archived_at is not None)
    title = folded(f"{told.title} {draft.key}")
    for locale, said in told.texts.items():
        words = {name: folded(text) for name, text in said.items()}
        yield (
            {
                "kind": draft.kind,
                "key": draft.key,
                "locale": locale[:35],
                "type": told.type[:128],
                "archived": archived,
                "title": title,
                "words": " ".join(one for one in words.values() if one)[:LONGEST_WORDS].rstrip(),
                "place": fulltext.place_of(draft.kind, locale, archived),
            },
            words,
        )


def _add(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        connection.execute(insert(table), found)
