"""Content of a folder of Markdown files with front matter, as Jekyll, Hugo, Astro and their like keep it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from connectors.errors import SourceError
from connectors.importing import Keys, Options, Report, Spec, World, field_name
from connectors.markdown.pages import Page, pages_of
from connectors.markdown.shapes import spec_of
from connectors.markdown.texts import Texts
from connectors.markdown.things import OF_TEMPLATES, READ_APART, Things, is_alt

__all__ = ["SOURCE", "read"]

SOURCE = "markdown"


def read(path: Path, options: Options, keys: Keys) -> World:
    """Everything in a folder of Markdown files."""
    if not path.is_dir():
        raise SourceError(str(path), "there is no such folder", "name the folder that holds the Markdown files")
    world = World(options, Report(SOURCE), keys)
    pages = pages_of(path, options, world.report)
    if not pages:
        raise SourceError(str(path), "there is no Markdown file in it", "name the folder that holds them")
    for locale in dict.fromkeys([options.locale, *sorted({page.locale for page in pages})]):
        world.locales[locale] = locale
        world.fallbacks[locale] = None
    world.default = options.locale
    Things(world, Texts(path, world), _read_types(world, pages)).read(pages)
    return world


def _read_types(world: World, pages: list[Page]) -> dict[str, str]:
    """Make the types, and tell of each which field holds the texts."""
    bodies = {}
    for type_ in sorted({page.type for page in pages}):
        ours = [page for page in pages if page.type == type_]
        specs: dict[str, Spec] = {"title": {"kind": "text", "role": "heading", "title": "Title"}}
        for name in dict.fromkeys(name for page in ours for name in page.matter):
            values = [page.matter[name] for page in ours if page.matter.get(name) not in (None, "", [], {})]
            if name in OF_TEMPLATES:
                world.report.left(f"{type_}.{name}", "it is for the templates of the old site")
            elif name not in READ_APART and values:
                specs[_free(field_name(name), specs)] = spec_of(name, values)
        bodies[type_] = _free("body", specs)
        for name in [name for name in specs if is_alt(name, specs)]:
            del specs[name]
        specs[bodies[type_]] = {"kind": "richtext", "title": "Body"}
        if all(page.matter.get("title") for page in ours):
            specs["title"]["required"] = True
        world.types[type_] = {"title": type_.replace("-", " ").capitalize(), "fields": specs}
    return bodies


def _free(name: str, specs: Mapping[str, Spec]) -> str:
    return name if name not in specs else f"{name}_"
