"""Content of Contentful, from the JSON file that `contentful space export` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connectors.contentful.assets import Assets
from connectors.contentful.entries import Entries
from connectors.contentful.export import LEFT, SOURCE, Export, id_of, read_export
from connectors.contentful.types import TypeReading, read_type
from connectors.importing import Keys, Options, Report, World, field_name, key_of_name, locale_of

__all__ = ["SOURCE", "read"]

Json = Mapping[str, Any]


def read(path: Path, options: Options, keys: Keys) -> World:
    """Everything in an export: a JSON file, or the folder that holds it and the downloaded assets."""
    export = read_export(path)
    world = World(options, Report(SOURCE), keys)
    for part, count in export.others.items():
        for _ in range(count):
            world.report.left(part, LEFT[part])
    _read_locales(world, export)
    assets = Assets(export, world)
    types = _read_types(world, export, assets)
    tags = {id_of(tag): str(tag.get("name") or id_of(tag)) for tag in export.parts["tags"]}
    Entries(world, assets, types, tags).read(export.parts["entries"])
    assets.keep_all()
    return world


def _read_locales(world: World, export: Export) -> None:
    """Our locale -> the code in the export, the default one first, and which stands in for which."""
    found = export.parts["locales"] or [{"code": world.options.locale, "default": True}]
    ours = {str(one["code"]): locale_of(str(one["code"])) for one in found}
    for one in sorted(found, key=lambda one: not one.get("default")):
        code = str(one["code"])
        locale = ours[code]
        if locale is None:
            world.report.lost("locales", f"{code!r} cannot be a locale here: its words do not come along")
            continue
        if locale != code:
            world.report.changed("locales", f"the locale {code!r} is called {locale!r} here")
        world.locales[locale] = code
        world.titles[locale] = str(one.get("name") or code)
        world.fallbacks[locale] = ours.get(str(one.get("fallbackCode")))
    world.default = next(iter(world.locales), world.options.locale)


def _read_types(world: World, export: Export, assets: Assets) -> dict[str, TypeReading]:
    bodies = sorted(export.parts["contentTypes"], key=id_of)
    names = Keys(taken=set())
    keys = {id_of(body): names.give(id_of(body), [key_of_name(id_of(body))]) for body in bodies}
    editors = {
        str(((one["sys"].get("contentType") or {}).get("sys") or {}).get("id")): one
        for one in export.parts["editorInterfaces"]
    }
    pictures = set(_picture_fields(export, keys, assets))
    types = {}
    for body in bodies:
        id_ = id_of(body)
        made, spec = read_type(body, keys[id_], keys, editors.get(id_, {}), pictures, world.report)
        if not spec["fields"]:
            world.report.lost(made.key, "a content type without fields, and its entries")
            continue
        types[id_] = made
        world.types[made.key] = spec
    return types


def _picture_fields(export: Export, keys: Mapping[str, str], assets: Assets) -> Iterator[str]:
    """The asset fields that hold pictures, as `type.field`: what is in them decides, then what may be."""
    held = _assets_held(export)
    for body in export.parts["contentTypes"]:
        for field in body.get("fields") or []:
            groups = [
                limit["linkMimetypeGroup"]
                for limit in [*(field.get("validations") or []), *((field.get("items") or {}).get("validations") or [])]
                if isinstance(limit, dict) and limit.get("linkMimetypeGroup")
            ]
            there = [assets.is_picture(id_) for id_ in held.get((id_of(body), str(field["id"])), ())]
            if any(there) or (True not in there and False not in there and (not groups or "image" in groups[0])):
                yield f"{keys[id_of(body)]}.{field_name(str(field['id']))}"


def _assets_held(export: Export) -> dict[tuple[str, str], set[str]]:
    """Content type and field -> the ids of the assets that entries name there."""
    held: dict[tuple[str, str], set[str]] = {}
    for entry in export.parts["entries"]:
        type_ = str(((entry["sys"].get("contentType") or {}).get("sys") or {}).get("id"))
        for name, values in (entry.get("fields") or {}).items():
            for value in (values or {}).values():
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, dict) and (one.get("sys") or {}).get("linkType") == "Asset":
                        held.setdefault((type_, name), set()).add(str(one["sys"]["id"]))
    return held
