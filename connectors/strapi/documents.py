"""Rows of Strapi put together as documents: one thing in all its locales, published or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.importing import Report, State, locale_of
from connectors.strapi.archive import Export, Row

Json = Mapping[str, Any]

NOT_WORDS = frozenset({"id", "createdAt", "updatedAt", "publishedAt", "documentId", "locale"})
"""What differs between a draft and what was published of it although nobody changed a word."""


@dataclass(slots=True)
class Document:
    """One thing: by locale the id of the row whose words come along; all rows are in one state."""

    id: str
    uid: str
    state: State
    rows: dict[str, str] = field(default_factory=dict)
    suffix: str = ""


def documents_of(export: Export, uid: str, locales: list[str], report: Report) -> Iterator[Document]:
    """The documents of a type. Locales that were never published are a document apart from those that were.

    Version 5 names a document by its `documentId`; in version 4 rows of one thing are linked as localizations.
    """
    rows = export.entities.get(uid, {})
    schema = export.schemas[uid]
    drafts = bool((schema.get("options") or {}).get("draftAndPublish"))
    for id_, members in sorted(_together(export, uid, rows).items()):
        public: dict[str, str] = {}
        private: dict[str, str] = {}
        for row in members:
            locale = _locale(rows[row], locales, report, uid, id_)
            if locale is not None:
                (public if not drafts or rows[row].get("publishedAt") else private)[locale] = row
        for locale in public.keys() & private.keys():
            if _words(rows[public[locale]]) != _words(rows[private[locale]]):
                report.left(uid, "words that were changed after publishing; the published ones come along", id_)
            del private[locale]
        for state, found in ((State.PUBLISHED, public), (State.DRAFT, private)):
            if found:
                suffix = "draft" if state is State.DRAFT and public else ""
                ordered = {locale: found[locale] for locale in locales if locale in found}
                yield Document(id_, uid, state, ordered, suffix)


def owners(documents: list[Document]) -> dict[Row, Document]:
    """Row -> the document that it is of, for what names rows."""
    return {(document.uid, row): document for document in documents for row in document.rows.values()}


def aliases(export: Export, uid: str) -> dict[str, str]:
    """Row -> the name of its document, also for rows that do not come along."""
    together = _together(export, uid, export.entities.get(uid, {}))
    return {row: id_ for id_, members in together.items() for row in members}


def _together(export: Export, uid: str, rows: Mapping[str, Json]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    leader = {id_: id_ for id_ in rows}

    def lead(id_: str) -> str:
        while leader[id_] != id_:
            leader[id_] = id_ = leader[leader[id_]]
        return id_

    for id_ in rows:
        for _, other in export.linked((uid, id_), "localizations"):
            if other in leader:
                first, second = sorted((lead(id_), lead(other)), key=_number)
                leader[second] = first
    for id_, row in rows.items():
        name = str(row.get("documentId") or lead(id_))
        groups.setdefault(name, []).append(id_)
    return groups


def _number(id_: str) -> tuple[int, str]:
    return (int(id_), "") if id_.isdigit() else (0, id_)


def _locale(row: Json, locales: list[str], report: Report, uid: str, id_: str) -> str | None:
    code = row.get("locale")
    if not code:
        return locales[0]
    locale = locale_of(str(code))
    if locale is None or locale not in locales:
        report.lost(uid, f"words in {code!r}: there is no such locale", id_)
        return None
    return locale


def _words(row: Any) -> Any:
    if isinstance(row, dict):
        return {name: _words(value) for name, value in row.items() if name not in NOT_WORDS}
    return [_words(one) for one in row] if isinstance(row, list) else row
