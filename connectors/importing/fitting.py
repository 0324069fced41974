"""Types fitted to the content that came: a limit that existing content breaks gives way, never the content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.importing.world import Entry, Fields, Spec, World
from modules import ContentError, ModuleType, parse_module, parse_rich, parse_type

EMPTY: tuple[Any, ...] = (None, "", [])


def fit(world: World) -> None:
    """Make every entry one that passes our checks: values of other locales stand in where one is missing, limits of
    the types are loosened, and what is still refused is taken out; each with a word in the report."""
    _take_out_empty(world)
    for entry in world.entries.values():
        _fill(world, entry)
        for specs, fields, where in _places(world, entry):
            _loosen(world, specs, fields, where, entry)
    types = {key: parse_type(key, body) for key, body in world.types.items()}
    for entry in world.entries.values():
        _take_out_refused(world, entry, types)


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


def _places(world: World, entry: Entry) -> Iterator[tuple[dict[str, Spec], Fields, str]]:
    """The fields of each locale with their specs; those that are not localised are asked for in the first alone."""
    specs: dict[str, Spec] = world.types[entry.type]["fields"]
    for number, fields in enumerate(entry.locales.values()):
        asked = specs if number == 0 else {n: s for n, s in specs.items() if s.get("localised", True)}
        yield asked, fields, entry.type


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


def _loosen(world: World, specs: Mapping[str, Spec], fields: Fields, where: str, entry: Entry) -> None:
    for name, spec in specs.items():
        value, at = fields.get(name), f"{where}.{name}"
        if value in EMPTY:
            if spec.pop("required", False):
                world.report.changed(at, "it is no longer required: some entries have none", entry.id)
            continue
        if "max" in spec and _measure(spec["kind"], value) > spec["max"]:
            world.report.changed(at, f"the limit of {spec.pop('max'):g} is left out: some entries exceed it", entry.id)
        if spec["kind"] == "choice" and isinstance(value, str) and value not in spec["choices"]:
            spec["choices"].append(value)
            world.report.changed(at, f"the choice {value!r} was added: an entry has it", entry.id)
        if spec["kind"] == "list" and isinstance(value, list):
            for row in value:
                _loosen(world, spec["of"], row, at, entry)


def _measure(kind: str, value: Any) -> float:
    match kind, value:
        case "number", int() | float():
            return value
        case "richtext", str():
            return sum(len(segment) for segment in parse_rich(value).segments if isinstance(segment, str))
        case (("text" | "list"), _):
            return len(value)
        case _:
            return 0


def _take_out_refused(world: World, entry: Entry, types: Mapping[str, ModuleType]) -> None:
    """The last door: a value that our checks refuse for any other reason does not stop all the rest."""
    for _ in range(len(entry.locales) * len(world.types[entry.type]["fields"]) + 1):
        try:
            parse_module(entry.key, module_body(entry), types)
        except ContentError as error:
            for finding in error.findings:
                _take_out(world, entry, finding.pointer, finding.message)
        else:
            return


def _take_out(world: World, entry: Entry, pointer: str, why: str) -> None:
    steps = pointer.split("/")
    if len(steps) < 4 or steps[1] != "locales":
        raise ContentError(f"module {entry.key!r}", ())
    locale, name = steps[2], steps[3].replace("~1", "/").replace("~0", "~")
    value = entry.locales.get(locale, {}).pop(name, None)
    if value is not None:
        world.report.lost(f"{entry.type}.{name}", why, f"{entry.id} ({locale}): {str(value)[:120]}")
