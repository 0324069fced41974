"""Values on their way into an entry: texts made fit, and what stood inside a rich text put into fields beside it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from connectors.importing.markup import Rich
from connectors.importing.words import plain_text
from connectors.importing.world import Entry, Fields, Spec, World

IMAGES: Spec = {"kind": "list", "role": "image", "of": {"image": {"kind": "image"}}}
ENTRIES: Spec = {"kind": "reference", "many": True}


def keep_text(world: World, entry: Entry, name: str, text: str) -> str:
    """A text as ours may hold it."""
    made, changes = plain_text(text)
    for why in changes:
        world.report.changed(f"{entry.type}.{name}", why, entry.id)
    return made


def keep_json(world: World, entry: Entry, name: str, value: Any) -> str:
    """A value that no kind of field holds, as JSON in a text."""
    world.report.changed(f"{entry.type}.{name}", "a value without a kind of field became JSON in a text", entry.id)
    return keep_text(world, entry, name, json.dumps(value, ensure_ascii=False))


def keep_once(world: World, entry: Entry, name: str, values: list[Any]) -> list[Any]:
    """Values of a field that holds each once."""
    once = list(dict.fromkeys(values))
    if len(once) < len(values):
        world.report.changed(f"{entry.type}.{name}", "what was named twice is named once", entry.id)
    return once


def keep_rich(
    world: World,
    entry: Entry,
    fields: Fields,
    name: str,
    rich: Rich,
    specs: dict[str, Spec] | None = None,
    at: str = "",
) -> None:
    """Set a rich text, and fields named after it for the pictures and entries that stood inside it.

    `specs` are the fields that it is one of: those of the type, or of a list in it, which is then `at` a place.
    """
    specs = world.types[entry.type]["fields"] if specs is None else specs
    at = at or f"{entry.type}.{name}"
    for why in rich.changes:
        world.report.changed(at, why, entry.id)
    for why in rich.losses:
        world.report.lost(at, why, entry.id)
    if rich.html:
        fields[name] = rich.html
    keys = dict.fromkeys(key for id_ in rich.entries if (key := world.keys.of(id_)))
    beside: dict[str, tuple[Spec, list[Any]]] = {
        "images": (IMAGES, [{"image": image} for image in rich.images]),
        "entries": (ENTRIES, list(keys)),
    }
    for what, (spec, rows) in beside.items():
        if rows:
            fields[f"{name}_{what}"] = rows
            _make_room(world, specs, name, what, spec)


def _make_room(world: World, specs: dict[str, Spec], name: str, what: str, spec: Spec) -> None:
    """A field for what stood in a text, in every type that has not got it."""
    beside, text = f"{name}_{what}", specs.get(name, {})
    if beside in specs:
        return
    world.beside[beside] = name
    specs[beside] = {**deepcopy(spec), "title": f"{text.get('title', name)}: {what}"}
    if not text.get("localised", True):
        specs[beside]["localised"] = False
