"""What a release promises of its slots: something fits them, and something stands in when nothing may be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set

from engine.catalogue import Catalogue, Place, Plan
from rules import Finding


def slot_findings(catalogue: Catalogue, layouts: Collection[str] | None = None) -> Iterator[Finding]:
    """What is wrong with the slots of these layouts (all, without); pointers begin with `/layouts/key`.

    A slot that must show something has a fallback: a module of its own, or the layout's. Static text alone is a
    warning, nothing at all an error. A slot that may stay empty needs none.
    """
    for key, plan in catalogue.plans.items():
        if layouts is None or key in layouts:
            for place in plan.places:
                at = f"/layouts/{key}/slots/{place.number}"
                yield from _empty(at, place)
                yield from _pinned(at, place)
                yield from _fallback(at, place, plan)


def channels_of(catalogue: Catalogue, modules: Iterable[str], known: Collection[str]) -> Mapping[str, Set[str]]:
    """Module -> the channels of all layouts that may show it; `known` are those of a layout that names none.

    Modules that no layout may show are left out. The work is in proportion to the modules that are asked for.
    """
    found: dict[str, set[str]] = {}
    wanted = list(modules)
    for plan in catalogue.plans.values():
        channels = (plan.layout.channels or frozenset(known)) & frozenset(known)
        others = stand_ins(plan)
        for module in wanted:
            if module in plan.numbers or module in others:
                found.setdefault(module, set()).update(channels)
    return found


def stand_ins(plan: Plan) -> Set[str]:
    """The modules that stand in somewhere in a layout."""
    return {one.key for one in (plan.fallback, *(place.fallback for place in plan.places)) if one is not None}


def _empty(at: str, place: Place) -> Iterator[Finding]:
    if place.slot.types and not place.mask:
        message = "no module fits this slot: none has its types, tags and the slot among what its type fits"
        yield Finding(at, message, "make one, or ask less of it", "warning")


def _pinned(at: str, place: Place) -> Iterator[Finding]:
    for entry in place.pinned:
        module = entry.candidate
        if not place.slot.accepts(module.type.key, module.tags):
            number = place.slot.pinned.index(module.key)
            message = f"the module {module.key!r} is pinned, but its type or tags are not what this slot asks for"
            yield Finding(f"{at}/pinned/{number}", message, "change the slot's contract, or pin another", "warning")


def _fallback(at: str, place: Place, plan: Plan) -> Iterator[Finding]:
    if place.slot.minimum == 0 or place.fallback or plan.fallback:
        return
    remedy = "name a module as `fallback` of the slot or of the layout"
    if plan.layout.static:
        yield Finding(at, "only the layout's static text stands in when no module may be shown", remedy, "warning")
    else:
        message = "the slot must show something, and nothing stands in when no module may be shown"
        yield Finding(at, message, remedy)
