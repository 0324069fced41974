"""Types fitted to the content that came: a limit that existing content breaks gives way, never the content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.errors import SourceError
from connectors.importing.loosening import EMPTY, Loosener, fitting_default
from connectors.importing.world import Entry, Fields, Spec, World
from modules import ContentError, ModuleType, parse_module, parse_type

MOST_REFUSED = 50
"""Rounds in which options of a type that our checks refuse are taken out."""


def fit(world: World) -> None:
    """Make every entry one that passes our checks: values of other locales stand in where one is missing, limits of
    the types are loosened, and what is still refused is taken out; each with a word in the report."""
    _take_out_empty(world)
    _settle_patterns(world)
    for key in world.types:
        _parsed(world, key)
    loosener = Loosener(world.report, lambda key: world.entries[key].type if key in world.entries else None)
    for entry in world.entries.values():
        _fill(world, entry)
        for specs, fields in _places(world, entry):
            loosener.loosen(specs, fields, entry.type, entry.id)
            loosener.give_nothing(specs, fields)
    types = {key: _parsed(world, key) for key in world.types}
    for entry in world.entries.values():
        _take_out_refused(world, entry, types)


def _parsed(world: World, key: str) -> ModuleType:
    """A type, without the options of its fields that our checks refuse."""
    body = world.types[key]
    for _ in range(MOST_REFUSED):
        try:
            return parse_type(key, body)
        except ContentError as error:
            for finding in error.findings:
                _drop_option(world, key, body, finding.pointer, finding.message)
    raise SourceError(key, "its fields cannot be ours", "mend the type in the export")


def _drop_option(world: World, key: str, body: Spec, pointer: str, why: str) -> None:
    *path, last = pointer.split("/")[1:]
    place: Any = body
    for step in path:
        place = place.get(step, {}) if isinstance(place, dict) else {}
    if isinstance(place, dict) and place.pop(last, None) is not None:
        world.report.lost(f"{key}.{'.'.join(path[1:])}", f"{last} is not kept: {why}")
    if last in ("kind", "choices", "of"):
        place |= {"kind": "text", "role": "data"}


def module_body(entry: Entry) -> dict[str, Any]:
    """An entry as the body of a module."""
    body: dict[str, Any] = {"type": entry.type}
    optional = {
        "title": entry.title[:200],
        "tags": list(dict.fromkeys(entry.tags)),
        "topics": list(dict.fromkeys(entry.topics)),
        "schedule": entry.schedule,
    }
    body |= {name: value for name, value in optional.items() if value}
    return {**body, "locales": entry.locales} | ({"note": entry.note} if entry.note else {})


def _take_out_empty(world: World) -> None:
    for key, entry in list(world.entries.items()):
        if not entry.locales:
            world.report.lost(entry.type, "an entry without any field cannot be a module", entry.id)
            del world.entries[key]


def _settle_patterns(world: World) -> None:
    """A text with a pattern shows one of the values that are there as its sample; without any it has no pattern."""
    for key, body in world.types.items():
        for name, spec in body["fields"].items():
            if "pattern" not in spec:
                continue
            values = (
                fields.get(name)
                for entry in world.entries.values()
                if entry.type == key
                for fields in entry.locales.values()
            )
            sample = next((value for value in values if value and fitting_default(name, spec, value)), None)
            if sample is not None:
                spec["sample"] = sample
            else:
                del spec["pattern"]
                world.report.lost(f"{key}.{name}", "the pattern that values must match is not checked: none does")


def _places(world: World, entry: Entry) -> Iterator[tuple[dict[str, Spec], Fields]]:
    """The fields of each locale with their specs; those that are not localised are asked for in the first alone."""
    specs: dict[str, Spec] = world.types[entry.type]["fields"]
    for number, fields in enumerate(entry.locales.values()):
        asked = specs if number == 0 else {n: s for n, s in specs.items() if s.get("localised", True)}
        yield asked, fields


def _fill(world: World, entry: Entry) -> None:
    """Give each locale what it lacks, from the locale that stands in for it where the entry came from."""
    specs: dict[str, Spec] = world.types[entry.type]["fields"]
    first = next(iter(entry.locales))
    for locale, fields in entry.locales.items():
        own = set(fields)
        for name, spec in specs.items():
            if locale == first or not spec.get("localised", True) or fields.get(name) not in EMPTY:
                continue
            if world.beside.get(name) in own:
                continue  # its own text has nothing in it
            found = _inherited(world, entry, locale, name)
            if found not in EMPTY:
                fields[name] = found
                why = f"not translated to {locale}: it has the words of the locale that stood in for it"
                world.report.changed(f"{entry.type}.{name}", why, entry.id)


def _inherited(world: World, entry: Entry, locale: str, name: str) -> Any:
    seen, near = {locale}, world.fallbacks.get(locale)
    while near is not None and near not in seen:
        seen.add(near)
        value = entry.locales.get(near, {}).get(name)
        if value not in EMPTY:
            return value
        near = world.fallbacks.get(near)
    return None


def _take_out_refused(world: World, entry: Entry, types: dict[str, ModuleType]) -> None:
    """The last door: a value that our checks refuse for any other reason does not stop all the rest."""
    for _ in range(len(entry.locales) * len(world.types[entry.type]["fields"]) + 1):
        try:
            parse_module(entry.key, module_body(entry), types)
        except ContentError as error:
            for finding in error.findings:
                _take_out(world, entry, finding.pointer, finding.message)
            types[entry.type] = _parsed(world, entry.type)
        else:
            return


def _take_out(world: World, entry: Entry, pointer: str, why: str) -> None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
    if steps[1:2] == ["schedule"]:
        world.report.lost(f"{entry.type}.schedule", why, f"{entry.id}: {entry.schedule}")
        entry.schedule = None
        return
    if len(steps) < 4 or steps[1] != "locales":
        raise SourceError(entry.id, f"it cannot be a module: {why} ({pointer})", "leave it out of the export")
    locale, name = steps[2], steps[3]
    value = entry.locales.get(locale, {}).pop(name, None)
    if world.types[entry.type]["fields"].get(name, {}).pop("required", False):
        world.report.changed(f"{entry.type}.{name}", "it is no longer required: some entries have none", entry.id)
    if value is not None:
        world.report.lost(f"{entry.type}.{name}", why, f"{entry.id} ({locale}): {str(value)[:120]}")
