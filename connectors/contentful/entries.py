"""Entries of Contentful as modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.contentful.assets import Assets
from connectors.contentful.export import id_of
from connectors.contentful.richtext import Document
from connectors.contentful.types import Reading, TypeReading
from connectors.importing import (
    Entry,
    Marked,
    State,
    World,
    keep_json,
    keep_once,
    keep_rich,
    keep_text,
    key_of,
)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """The locales of an entry that are in one state: all, `only` these, or all `without` these."""

    state: State
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    suffix: tuple[str, ...] = ()

    def has(self, code: str) -> bool:
        """Whether the words in a locale belong to it."""
        return code in self.only if self.only else code not in self.without


@dataclass(slots=True)
class Entries:
    """Reads the entries of an export; `tags` gives the name of each tag."""

    world: World
    assets: Assets
    types: Mapping[str, TypeReading]
    tags: Mapping[str, str]

    def read(self, bodies: list[Json]) -> None:
        """Give every entry its key first, so that they may name each other, then read what they hold."""
        ours = [body for body in sorted(bodies, key=id_of) if self._can_be_read(body)]
        begun = [(self._begin(body, part), body, part) for body in ours for part in parts_of(body["sys"])]
        for entry, body, part in begun:
            if entry.key in self.world.entries:
                self._fill(entry, body, part)

    def _can_be_read(self, body: Json) -> bool:
        kind, said = self._type(body), body.get("fields") or {}
        if kind is None:
            self.world.report.lost("entries", "its content type is not in the export", id_of(body))
            return False
        if not any(v is not None for name in kind.fields for v in (said.get(name) or {}).values()):
            self.world.report.lost(kind.key, "an entry without any field cannot be a module", id_of(body))
            return False
        return True

    def _type(self, body: Json) -> TypeReading | None:
        return self.types.get(str(((body["sys"].get("contentType") or {}).get("sys") or {}).get("id")))

    def _begin(self, body: Json, part: Part) -> Entry:
        kind, id_ = self.types[str(body["sys"]["contentType"]["sys"]["id"])], id_of(body)
        entry = Entry(id_, "", kind.key, state=part.state)
        if part.state is not State.ARCHIVED or self.world.options.archived:
            slug, entry.title = (self._default(body, name) for name in (kind.slug, kind.display))
            wish = "-".join([key_of(slug) or key_of(entry.title) or key_of(id_), *part.suffix])
            name = ":".join(["entry", id_, *part.suffix])
            entry.key = self.world.keys.give(name, [wish, f"{kind.key}-{wish}"])
            entry.tags = self._tags(body)
        self.world.add(entry)
        self._tell(entry, body["sys"], part)
        return entry

    def _tell(self, entry: Entry, sys: Json, part: Part) -> None:
        version, published = sys.get("version", 0), sys.get("publishedVersion")
        if part.state is State.PUBLISHED and published and version > published + 1:
            why = "it was changed after it was published: the export has the newer, unpublished words"
            self.world.report.changed(entry.type, why, entry.id)
        if part.suffix:
            why = "locales that were not published became a module of their own, so that nothing publishes them"
            self.world.report.changed(entry.type, why, entry.id)

    def _default(self, body: Json, name: str) -> str:
        said = (body.get("fields") or {}).get(name) or {}
        code = self.world.locales.get(self.world.default, self.world.default)
        value = said.get(code) or next(iter(said.values()), "")
        return value if isinstance(value, str) else ""

    def _tags(self, body: Json) -> list[str]:
        links = (body.get("metadata") or {}).get("tags") or []
        ids = [str(link["sys"]["id"]) for link in links]
        return [made for id_ in ids if (made := key_of(self.tags.get(id_, id_)))]

    def _fill(self, entry: Entry, body: Json, part: Part) -> None:
        kind = self.types[str(body["sys"]["contentType"]["sys"]["id"])]
        said: Mapping[str, Json] = body.get("fields") or {}
        for id_ in said:
            if id_ in kind.hidden:
                self.world.report.left(f"{entry.type}.{id_}", "the field was not delivered there", entry.id)
            elif id_ not in kind.fields:
                self.world.report.lost(f"{entry.type}.{id_}", "the content type has no such field", entry.id)
        for locale in self._locales(kind, said):
            if not part.has(self.world.locales[locale]):
                continue
            entry.locales[locale] = {}
            for reading in kind.fields.values():
                self._one(entry, locale, reading, said.get(reading.id) or {})

    def _locales(self, kind: TypeReading, said: Mapping[str, Json]) -> Iterator[str]:
        """The locales that an entry has words of its own in; the default one comes first."""
        ours = (values for id_, values in said.items() if id_ in kind.fields)
        codes = {code for values in ours for code, value in values.items() if value is not None}
        return (locale for locale, code in self.world.locales.items() if code in codes)

    def _one(self, entry: Entry, locale: str, reading: Reading, said: Json) -> None:
        value = said.get(self.world.locales[locale])
        if not reading.spec.get("localised", True):
            if len(entry.locales) > 1:
                return
            value = said.get(self.world.locales[self.world.default], value)
        if value is None or value == "":
            return
        self._set(entry, locale, reading, value)

    def _set(self, entry: Entry, locale: str, reading: Reading, value: Any) -> None:
        fields, at = entry.locales[locale], f"{entry.type}.{reading.name}"
        match reading.type, reading.spec["kind"]:
            case "RichText", _:
                document = Document(
                    entry=self._named,
                    image=lambda id_: self.assets.picture(id_, locale, at, entry.id),
                    file=lambda id_: self.assets.address(id_, locale),
                )
                keep_rich(self.world, entry, fields, reading.name, document.read(value))
            case "Text", "richtext":
                marked = Marked(link=lambda address: address, image=self._remote)
                keep_rich(self.world, entry, fields, reading.name, marked.read(str(value)))
            case _:
                made = self._value(entry, locale, reading, value)
                if made is not None and made != []:
                    fields[reading.name] = made

    def _value(self, entry: Entry, locale: str, reading: Reading, value: Any) -> Any:
        match reading.type:
            case "Symbol" | "Text":
                return keep_text(self.world, entry, reading.name, str(value))
            case "Integer" | "Number" | "Boolean" | "Date":
                return value
            case "Location":
                return [{"lat": value.get("lat"), "lon": value.get("lon")}] if isinstance(value, dict) else None
            case "Link":
                return self._linked(entry, locale, reading, value)
            case "Array" if isinstance(value, list):
                return self._rows(entry, locale, reading, value)
            case _:
                return keep_json(self.world, entry, reading.name, value)

    def _rows(self, entry: Entry, locale: str, reading: Reading, values: list[Any]) -> list[Any]:
        if reading.items == "Symbol":
            made: list[Any] = [keep_text(self.world, entry, reading.name, str(value)) for value in values]
        else:
            found = (self._linked(entry, locale, reading, value) for value in values)
            made = [one for one in found if one is not None]
        if reading.spec.get("many"):
            return keep_once(self.world, entry, reading.name, made)
        (name,) = reading.spec["of"]
        return [{name: one} for one in made]

    def _linked(self, entry: Entry, locale: str, reading: Reading, value: Any) -> Any:
        at = f"{entry.type}.{reading.name}"
        id_ = str(((value or {}).get("sys") or {}).get("id")) if isinstance(value, dict) else ""
        if reading.link == "Asset":
            spec = next(iter(reading.spec.get("of", {}).values()), reading.spec)
            made = self.assets.image if spec["kind"] == "image" else self.assets.link
            return made(id_, locale, at, entry.id)
        key = self.world.keys.of(f"entry:{id_}")
        if key is None or key not in self.world.entries:
            self.world.report.lost(at, "it names an entry that is not in the import", f"{entry.id}: {id_}")
            return None
        return key

    def _named(self, id_: str) -> tuple[str, str] | None:
        key = self.world.keys.of(f"entry:{id_}")
        entry = self.world.entries.get(key) if key else None
        return (self.world.address(entry.key), entry.title) if entry else None

    def _remote(self, address: str, alt: str) -> dict[str, Any] | None:
        """A picture inside of Markdown: it stays at its address, or is one of the assets."""
        url = f"https:{address}" if address.startswith("//") else address
        found = self.assets.by_address().get(url)
        if found is not None and self.assets.is_picture(found):
            made = self.assets.image(found, self.world.default, "assets", "a picture in Markdown")
            return {**made, "alt": alt[:300]} if made else None
        return {"src": url, "alt": alt[:300]} if url.startswith("https://") else None


def parts_of(sys: Json) -> list[Part]:
    """An entry is one module; where its locales are published one by one, those that are not are another."""
    state = state_of(sys)
    told = (sys.get("fieldStatus") or {}).get("*") or {}
    drafts = sorted(str(code) for code, word in told.items() if word == "draft")
    if state is not State.PUBLISHED or not drafts or len(drafts) == len(told):
        return [Part(state)]
    suffix = (*(key_of(code) for code in drafts), "draft")
    return [Part(state, without=frozenset(drafts)), Part(State.DRAFT, only=frozenset(drafts), suffix=suffix)]


def state_of(sys: Json) -> State:
    """How far an entry had come. An export of what is delivered has no versions: all in it is published."""
    if sys.get("archivedVersion") or sys.get("archivedAt"):
        return State.ARCHIVED
    if "publishedVersion" in sys or "version" in sys:
        return State.PUBLISHED if sys.get("publishedVersion") else State.DRAFT
    return State.PUBLISHED
