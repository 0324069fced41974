"""What stands where it does not fit: modules in slots, types in layouts, words in locales that are not declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modules import NO_LOCALES as NONE
from modules import ContentError, Locales, ModuleType, parse_locales
from rules import Finding

Bodies = Mapping[tuple[str, str], dict[str, Any]]


def fit_findings(bodies: Bodies, types: Mapping[str, ModuleType]) -> Iterator[Finding]:
    """Modules that are pinned where they do not fit, or stand in there; slots that types name and no layout has."""
    layouts = {key: body for (kind, key), body in bodies.items() if kind == "layouts"}
    for key, body in layouts.items():
        for number, slot in enumerate(body.get("slots", ())):
            yield from _in_slot(f"/layouts/{key}/slots/{number}", key, slot, bodies, types)
    if layouts:
        there = {name for key, body in layouts.items() for slot in body["slots"] for name in _names(key, slot["key"])}
        for made in types.values():
            for name in sorted(made.slots - there):
                yield Finding(f"/types/{made.key}/fits", f"no layout has a slot {name!r}", "mend or drop it", "warning")


def locale_findings(bodies: Bodies) -> Iterator[Finding]:
    """What is wrong with the locales that are declared together, and modules with words in others."""
    files = {key: body for (kind, key), body in bodies.items() if kind == "locales"}
    try:
        declared = parse_locales(files) if files else NONE
    except ContentError as error:
        yield from (finding.below("/locales") for finding in error.findings)
        return
    if declared.chains:
        for (kind, key), body in bodies.items():
            if kind == "modules":
                yield from _undeclared(key, body, declared)


def _undeclared(key: str, body: dict[str, Any], declared: Locales) -> Iterator[Finding]:
    for code in body.get("locales", {}):
        if code not in declared.chains:
            message = f"the locale {code!r} is not declared: only those get these words who ask for exactly it"
            remedy = "declare it in `locales`, or use one that is"
            yield Finding(f"/modules/{key}/locales/{code}", message, remedy, "warning")


def _in_slot(
    at: str, layout: str, slot: dict[str, Any], bodies: Bodies, types: Mapping[str, ModuleType]
) -> Iterator[Finding]:
    named = [(f"{at}/pinned/{number}", key, "error") for number, key in enumerate(slot.get("pinned", ()))]
    if slot.get("fallback"):
        named.append((f"{at}/fallback", slot["fallback"], "warning"))
    for pointer, key, severity in named:
        body = bodies.get(("modules", key))
        made = types.get(str(body.get("type"))) if body else None
        if made and not made.fits(layout, slot["key"], slot.get("tags", ())):
            message = f"the module {key!r} is a {made.key}, and that type does not fit this slot"
            yield Finding(pointer, message, f"take it out, or add the slot to `fits` of the type {made.key}", severity)


def _names(layout: str, slot: str) -> tuple[str, str, str]:
    return slot, f"{layout}/{slot}", f"{layout}/*"
