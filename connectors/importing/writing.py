"""What was read, as content: readable JSON, in one order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.files import laid_out
from connectors.importing.fitting import fit, module_body
from connectors.importing.world import UNPUBLISHED, Contents, State, World

POLICY = {
    "title": "Not published where it came from",
    "description": "Take the tag off a module, and it may be shown. Without this policy all of them may.",
    "tags": [UNPUBLISHED],
    "logic": False,
}


def contents_of(world: World) -> Contents:
    """All that was read as content files. Entries that were not public carry a tag that a policy bars."""
    hidden = [entry for entry in world.entries.values() if entry.state is not State.PUBLISHED]
    for entry in hidden:
        entry.tags.append(UNPUBLISHED)
        why = "it was not published: the policy 'unpublished' bars it until somebody takes the tag off"
        world.report.changed(entry.type, why, entry.id)
    fit(world)
    made: dict[tuple[str, str], bytes] = dict(_locales(world))
    made |= {("types", key): laid_out(body) for key, body in sorted(world.types.items())}
    made |= {("assets", name): content for name, content in sorted(world.assets.items())}
    told = sorted((name, details) for name, details in world.details.items() if name in world.assets)
    made |= {("asset-details", name): laid_out(details) for name, details in told}
    made |= {("modules", key): laid_out(module_body(entry)) for key, entry in sorted(world.entries.items())}
    if hidden:
        made["policies", UNPUBLISHED] = laid_out(POLICY)
    if world.options.layout:
        made["layouts", world.options.layout] = laid_out(_layout(world))
    for kind, _ in made:
        world.report.count(kind)
    return made


def _locales(world: World) -> Iterator[tuple[tuple[str, str], bytes]]:
    """The locales that entries have words in, and all that stand in for them."""
    used = {locale for entry in world.entries.values() for locale in entry.locales}
    rows = []
    for locale in world.locales:
        if locale in world.declared:
            world.report.changed("locales", f"{locale} is declared already, and stays as it is")
            continue
        row: dict[str, Any] = {"code": locale, "title": world.titles.get(locale, locale)}
        fallback = world.fallbacks.get(locale)
        if fallback is not None and fallback != locale:
            row["fallback"] = [fallback]
        rows.append(row)
    if rows and used:
        body = {"title": f"Locales of {world.report.source}", "locales": rows}
        yield ("locales", world.report.source), laid_out(body if world.declared else {**body, "default": world.default})


def _layout(world: World) -> dict[str, Any]:
    """A slot for each type, to look at what came."""
    used = sorted({entry.type for entry in world.entries.values() if entry.state is State.PUBLISHED})
    slots = [{"key": key, "title": world.types[key]["title"], "types": [key], "max": 3} for key in used]
    return {"title": f"Imported from {world.report.source}", "slots": slots}
