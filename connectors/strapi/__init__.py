"""Content of Strapi, versions 4 and 5, from the archive that `strapi export` writes."""

from __future__ import annotations

from pathlib import Path

from connectors.importing import Keys, Options, Report, World, locale_of
from connectors.strapi.archive import DEFAULT_LOCALE, LOCALE, SOURCE, Export, read_export
from connectors.strapi.entries import Entries
from connectors.strapi.files import Files
from connectors.strapi.types import Types, attributes_of

__all__ = ["SOURCE", "read"]


def read(path: Path, options: Options, keys: Keys) -> World:
    """Everything in an export: a tar, compressed or not, or the folder that it was unpacked to."""
    report = Report(SOURCE)
    export = read_export(path, report)
    world = World(options, report, keys)
    _read_locales(world, export)
    files = Files(export, world)
    types = Types(export, report, _only_files(export, files))
    for uid in sorted(types.keys):
        spec = types.read(uid)
        if spec["fields"]:
            world.types[types.keys[uid]] = spec
        elif export.entities.get(uid):
            report.lost(types.keys[uid], "a content type without fields, and its entries")
            del export.entities[uid]
    Entries(world, types, files).read()
    files.keep_all()
    return world


def _read_locales(world: World, export: Export) -> None:
    default = str(export.settings.get(DEFAULT_LOCALE) or world.options.locale).strip('"')
    found = {str(one.get("code")): str(one.get("name") or "") for one in export.entities.pop(LOCALE, {}).values()}
    for code in dict.fromkeys([default, *sorted(found)]):
        locale = locale_of(code)
        if locale is None:
            world.report.lost("locales", f"{code!r} cannot be a locale here: its words do not come along")
            continue
        if locale != code:
            world.report.changed("locales", f"the locale {code!r} is called {locale!r} here")
        world.locales[locale] = code
        world.titles[locale] = found.get(code) or code
        world.fallbacks[locale] = None
    world.default = next(iter(world.locales), world.options.locale)


def _only_files(export: Export, files: Files) -> set[tuple[str, str]]:
    """The media fields that hold no pictures: what is in them decides, then what may be."""
    held: dict[tuple[str, str], list[bool]] = {}
    for ((uid, _), name), shown in export.media.items():
        held.setdefault((uid, name), []).extend(files.is_picture(id_) for _, id_ in shown)
    only = set()
    for uid, schema in export.schemas.items():
        for name, attribute in attributes_of(schema).items():
            if attribute.get("type") != "media":
                continue
            allowed = attribute.get("allowedTypes") or ["images"]
            there = held.get((uid, name), [])
            if not any(there) and (there or "images" not in allowed):
                only.add((uid, name))
    return only
