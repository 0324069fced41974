"""Documents of Strapi as modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.importing import (
    Entry,
    Fields,
    Marked,
    Spec,
    World,
    field_name,
    keep_json,
    keep_rich,
    keep_text,
    key_of,
    key_of_name,
)
from connectors.strapi.archive import Row
from connectors.strapi.blocks import Blocks
from connectors.strapi.documents import Document, aliases, documents_of
from connectors.strapi.files import Files
from connectors.strapi.types import Types, attributes_of, unread
from connectors.strapi.values import VALUES

Json = Mapping[str, Any]


@dataclass(slots=True)
class Place:
    """Where values are being read: the entry, the row or component, its fields here and their specs."""

    entry: Entry
    row: Row
    locale: str
    fields: Fields
    specs: dict[str, Spec]
    at: str
    first: bool


@dataclass(slots=True)
class Entries:
    """Reads the documents of an export."""

    world: World
    types: Types
    files: Files
    documents: list[Document] = field(default_factory=list)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    """Type and name of a document -> its key."""

    def read(self) -> None:
        """Give every document its key first, so that they may name each other, then read what they hold."""
        export = self.types.export
        for uid in sorted(uid for uid in export.entities if uid in self.types.keys):
            self.documents += documents_of(export, uid, list(self.world.locales), self.world.report)
        entries = [self._begin(document) for document in self.documents]
        self.keys |= {
            (document.uid, row): self.keys[document.uid, document.id]
            for document in self.documents
            for row, id_ in aliases(export, document.uid).items()
            if (document.uid, id_) in self.keys and id_ == document.id
        }
        for document, entry in zip(self.documents, entries, strict=True):
            self._fill(document, entry)

    def _begin(self, document: Document) -> Entry:
        uid, key = document.uid, self.types.keys[document.uid]
        row = self._data(uid, next(iter(document.rows.values())))
        title = str(row.get(self.types.display(uid)) or "")
        single = self.types.export.schemas[uid].get("kind") == "singleType"
        slug = key if single else key_of(str(row.get(self.types.slug(uid)) or ""))
        wish = slug or key_of(title) or f"{key}-{key_of(document.id)}"
        if document.suffix:
            wish = f"{wish}-{'-'.join(key_of(locale) for locale in document.rows)}-{document.suffix}"
            why = "locales that were never published became a module of their own, so that nothing publishes them"
            self.world.report.changed(key, why, document.id)
        id_ = f"{uid}:{document.id}{document.suffix and ':' + document.suffix}"
        given = self.world.keys.give(id_, [wish, f"{key}-{wish}"])
        entry = Entry(id_, given, key, title=title, state=document.state)
        self.keys.setdefault((uid, document.id), given)
        self.world.add(entry)
        return entry

    def _data(self, uid: str, row: str) -> Json:
        return self.types.export.entities[uid][row]

    def _fill(self, document: Document, entry: Entry) -> None:
        specs: dict[str, Spec] = self.world.types[entry.type]["fields"]
        for locale, row in document.rows.items():
            fields: Fields = {}
            first = not entry.locales
            entry.locales[locale] = fields
            place = Place(entry, (document.uid, row), locale, fields, specs, entry.type, first)
            self._read(place, document.uid, self._data(document.uid, row))

    def _read(self, place: Place, uid: str, data: Json) -> None:
        known = attributes_of(self.types.export.schemas[uid])
        for name, attribute in known.items():
            spec = place.specs.get(field_name(name))
            if spec is None or unread(attribute):
                continue
            if not spec.get("localised", True) and not place.first:
                continue
            self._set(place, field_name(name), name, attribute, data.get(name))

    def _set(self, place: Place, name: str, there: str, attribute: Json, value: Any) -> None:
        at = f"{place.at}.{name}"
        type_ = str(attribute.get("type"))
        match type_:
            case "media":
                made = self._media(place, there, name, at)
            case "relation":
                made = self._related(place, there, name, at)
            case "component":
                made = self._components(place, name, attribute, value, at)
            case "dynamiczone":
                made = self._zone(place, name, value, at)
            case "richtext" | "blocks":
                if value:
                    rich = self._rich(place, type_, value, at)
                    keep_rich(self.world, place.entry, place.fields, name, rich, place.specs, at)
                return
            case _:
                made = self._plain(place, name, type_, value)
        if made is not None and made not in ("", []):
            place.fields[name] = made

    def _plain(self, place: Place, name: str, type_: str, value: Any) -> Any:
        if value is None:
            return None
        reader = VALUES.get(type_)
        if reader is None:
            return keep_json(self.world, place.entry, name, value)
        made = reader(value)
        is_text = isinstance(made, str) and type_ != "enumeration"
        return keep_text(self.world, place.entry, name, made) if is_text else made

    def _media(self, place: Place, there: str, name: str, at: str) -> Any:
        spec = place.specs[name]
        inner = next(iter(spec.get("of", {}).items()), ("", spec))
        make = self.files.image if inner[1]["kind"] == "image" else self.files.link
        made = [one for id_ in self.types.export.shown(place.row, there) if (one := make(id_, at, place.entry.id))]
        if spec["kind"] == "list":
            return [{inner[0]: one} for one in made]
        return made[0] if made else None

    def _related(self, place: Place, there: str, name: str, at: str) -> Any:
        keys = []
        for target in self.types.export.linked(place.row, there):
            key = self.keys.get(target)
            if key is None:
                named = f"{place.entry.id}: {':'.join(target)}"
                self.world.report.lost(at, "it names what is not in the import", named)
            elif key not in keys:
                keys.append(key)
        if place.specs[name].get("many"):
            return keys
        return keys[0] if keys else None

    def _components(self, place: Place, name: str, attribute: Json, value: Any, at: str) -> Any:
        spec = place.specs[name]
        if spec["kind"] != "list":
            return None if value is None else keep_json(self.world, place.entry, name, value)
        uid = str(attribute.get("component"))
        rows = []
        for data in value if isinstance(value, list) else [value]:
            if isinstance(data, dict):
                fields: Fields = {}
                row = (uid, str(data.get("id")))
                self._read(Place(place.entry, row, place.locale, fields, spec["of"], at, True), uid, data)
                rows.append(fields)
        return [row for row in rows if row]

    def _zone(self, place: Place, name: str, value: Any, at: str) -> Any:
        """Blocks as modules: the same block of another locale is the same module, where it is of the same kind."""
        made = []
        for number, data in enumerate(value if isinstance(value, list) else [], 1):
            uid = str(data.get("__component")) if isinstance(data, dict) else ""
            type_ = self.types.keys.get(uid)
            if type_ is None or type_ not in self.world.types:
                self.world.report.lost(at, f"a block of the unknown kind {uid or 'none'}", place.entry.id)
                continue
            entry = self._block(place.entry, name, number, type_, place.locale)
            fields: Fields = {}
            entry.locales[place.locale] = fields
            specs = self.world.types[type_]["fields"]
            inner = Place(entry, (uid, str(data.get("id"))), place.locale, fields, specs, type_, True)
            self._read(inner, uid, data)
            if fields:
                made.append(entry.key)
            else:
                del entry.locales[place.locale]
                self.world.report.lost(at, "a block without any field", place.entry.id)
        return made

    def _block(self, parent: Entry, name: str, number: int, type_: str, locale: str) -> Entry:
        id_ = f"{parent.id}:{name}:{number}"
        there = self.world.entries.get(self.world.keys.of(id_) or "")
        if there is not None and there.type != type_:
            id_ = f"{id_}:{locale}"
            there = self.world.entries.get(self.world.keys.of(id_) or "")
        if there is None:
            wish = f"{parent.key}-{key_of_name(name)}-{number}" + (f"-{key_of(locale)}" if id_.endswith(locale) else "")
            there = Entry(id_, self.world.keys.give(id_, [wish]), type_, title=f"{parent.title}: {name} {number}")
            there.state = parent.state
            self.world.entries[there.key] = there
        return there

    def _rich(self, place: Place, type_: str, value: Any, at: str) -> Any:
        def image(file: Json) -> dict[str, Any] | None:
            id_ = self.files.find(file)
            return self.files.image(id_, at, place.entry.id) if id_ else None

        def shown(address: str, alt: str) -> dict[str, Any] | None:
            id_ = self.files.at(address)
            found = self.files.image(id_, at, place.entry.id) if id_ else None
            if found is None and address.startswith("https://"):
                return {"src": address, "alt": alt[:300]}
            return {**found, "alt": alt[:300] or found["alt"]} if found else None

        def link(address: str) -> str | None:
            id_ = self.files.at(address)
            return self.files.address(id_) if id_ else address

        if type_ == "blocks":
            return Blocks(image).read(value)
        return Marked(link, shown).read(str(value))
