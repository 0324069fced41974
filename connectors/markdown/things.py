"""Pages put together as things, and read into modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.importing import Entry, Spec, World, field_name, keep_json, keep_rich, keep_text, key_of
from connectors.markdown.pages import Page
from connectors.markdown.shapes import SOURCES
from connectors.markdown.texts import Texts

EMPTY: tuple[Any, ...] = (None, "", [], {})

READ_APART = frozenset({
    "title", "type", "slug", "draft", "published", "tags", "lang", "locale", "language", "translationKey", "ref",
    "permalink", "url", "publishDate", "publishdate", "expiryDate", "expirydate", "unpublishdate",
})  # fmt: skip
"""Names in a front matter that have a place of their own with us."""

OF_TEMPLATES = frozenset({"layout", "cascade", "outputs", "markup", "build", "_build", "menu", "menus", "sitemap"})
"""Names in a front matter that are for the templates of the old site."""


@dataclass(slots=True)
class Things:
    """Reads pages; `bodies` names for each type the field of the texts."""

    world: World
    texts: Texts
    bodies: Mapping[str, str]

    def read(self, pages: list[Page]) -> None:
        """Give every thing its key first, so that pages may name each other, then read what they say."""
        things = self._together(pages)
        for id_, members in things.items():
            slug, kind = key_of(members[0].slug), members[0].type
            self.texts.keys[id_] = self.world.keys.give(f"page:{id_}", [slug, f"{kind}-{slug}", key_of(id_)])
            for page in members:
                page.type = kind  # one thing is of one type, whatever a translation says
                self.texts.by_path |= {page.id: page, page.path.rpartition(".")[0]: page}
        for members in things.values():
            for state in dict.fromkeys(page.state for page in members):
                self._thing([page for page in members if page.state is state], members)

    def _together(self, pages: list[Page]) -> dict[str, list[Page]]:
        order = list(self.world.locales)
        things: dict[str, list[Page]] = {}
        for page in sorted(pages, key=lambda page: (page.id, order.index(page.locale), page.path)):
            things.setdefault(page.id, []).append(page)
        return things

    def _thing(self, pages: list[Page], members: list[Page]) -> None:
        first, key = pages[0], self.texts.keys[pages[0].id]
        if first.state is not members[0].state:
            locales = "-".join(key_of(page.locale) for page in pages)
            key = self.world.keys.give(f"page:{first.id}:{first.state}", [f"{key}-{locales}-{first.state}"])
            why = "locales in another state became a module of their own, so that nothing publishes them"
            self.world.report.changed(first.type, why, first.path)
        title = str(first.matter.get("title") or first.slug)
        entry = Entry(first.path, key, first.type, title=title, state=first.state)
        entry.tags, entry.schedule = _tags(first.matter), _schedule(first.matter)
        self.world.entries[key] = entry
        for page in pages:
            if page.locale in entry.locales:
                self.world.report.lost(page.type, f"there is another file of it in {page.locale}", page.path)
            else:
                entry.locales[page.locale] = {}
                self._fill(entry, page)

    def _fill(self, entry: Entry, page: Page) -> None:
        specs: dict[str, Spec] = self.world.types[page.type]["fields"]
        fields = entry.locales[page.locale]
        if page.matter.get("title"):
            fields["title"] = keep_text(self.world, entry, "title", str(page.matter["title"]))
        for name, value in page.matter.items():
            spec = specs.get(field_name(name))
            if spec is None or name in READ_APART or name in OF_TEMPLATES or value in EMPTY or is_alt(name, specs):
                continue
            made = self._value(entry, page, name, spec, value)
            if made not in EMPTY:
                fields[field_name(name)] = made
        keep_rich(self.world, entry, fields, self.bodies[page.type], self.texts.read(page))

    def _value(self, entry: Entry, page: Page, name: str, spec: Spec, value: Any) -> Any:
        match spec["kind"]:
            case "text" if isinstance(value, (dict, list)):
                return keep_json(self.world, entry, name, plain_json(value))
            case "text":
                return keep_text(self.world, entry, name, moment(value))
            case "datetime":
                return moment(value)
            case "image":
                return self._picture(entry, page, name, value)
            case "list":
                return self._rows(entry, page, name, spec["of"], value)
            case _:
                return value

    def _rows(self, entry: Entry, page: Page, name: str, of: dict[str, Spec], value: Any) -> Any:
        made = []
        for row in value if isinstance(value, list) else [value]:
            cells = row if isinstance(row, dict) and list(of) != ["image"] else {next(iter(of)): row}
            read = {
                inner: self._value(entry, page, f"{name}.{inner}", of[inner], cell)
                for inner, cell in ((field_name(str(one)), cell) for one, cell in cells.items())
                if cell not in EMPTY and inner in of
            }
            made.append({inner: cell for inner, cell in read.items() if cell not in EMPTY})
        return [row for row in made if row]

    def _picture(self, entry: Entry, page: Page, name: str, value: Any) -> Any:
        address, alt = value, ""
        if isinstance(value, dict):
            address = next((value[source] for source in SOURCES if isinstance(value.get(source), str)), "")
            alt = str(value.get("alt") or value.get("title") or value.get("caption") or "")
        beside = (page.matter.get(f"{name}{end}") for end in ("_alt", "Alt", "-alt"))
        alt = alt or str(next(filter(None, beside), ""))
        found = self.texts.image(page, str(address), alt)
        where = f"{entry.type}.{name}"
        if found is None:
            self.world.report.lost(where, f"the picture {str(address)[:80]!r} cannot be had", page.path)
        elif not alt:
            self.world.report.changed(where, "a picture without an alt text is marked as decoration", page.path)
        return found


def is_alt(name: str, specs: Mapping[str, Spec]) -> bool:
    """Whether a name holds the words of a picture of another name: they stand with the picture."""
    base = next((name.removesuffix(end) for end in ("_alt", "Alt", "-alt") if name.endswith(end)), "")
    return bool(base) and specs.get(field_name(base), {}).get("kind") == "image"


def moment(value: Any) -> str:
    """A date or moment as ISO 8601, any other value as it is written."""
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def plain_json(value: Any) -> Any:
    """A value of YAML or TOML as JSON can hold it."""
    match value:
        case dict():
            return {str(name): plain_json(inner) for name, inner in value.items()}
        case list() | set() | tuple():
            return [plain_json(inner) for inner in value]
        case str() | int() | float() | bool() | None:
            return value
        case _:
            return moment(value)


def _tags(matter: Mapping[str, Any]) -> list[str]:
    found = matter.get("tags")
    words = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return [made for word in words if (made := key_of(str(word)))]


def _schedule(matter: Mapping[str, Any]) -> dict[str, Any] | None:
    opens = matter.get("publishDate") or matter.get("publishdate")
    closes = matter.get("expiryDate") or matter.get("expirydate") or matter.get("unpublishdate")
    if not opens and not closes:
        return None
    return {"from": moment(opens) if opens else None, "until": moment(closes) if closes else None, "zone": "UTC"}
