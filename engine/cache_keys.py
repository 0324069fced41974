"""Which answers for nobody in particular a publication changes: what they are filed under, and what must go.

An answer is filed under its layout and under each piece of content that it shows. A module that is not shown could be,
once it is another one: so its change purges every layout of which it fits a slot before or afterwards. Where its words
alone change, nobody decides otherwise, and the answers that show it are enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import orjson

from engine.catalogue import Catalogue
from engine.linking import named_by
from engine.pieces import Load, Name
from engine.shelf import is_made_for
from engine.values import Page, Placement
from layouts import Layout
from modules import PIN, Field, Image, Role
from storage import EVERYTHING, RECOMMENDED, UNTOLD, key_for

Moved: TypeAlias = Mapping[Name, tuple[str | None, str | None]]
"""Kind and key -> the digests before and after, None for nothing."""

Form: TypeAlias = tuple[str, frozenset[str]]
"""The type and the tags of a module: what decides which slots it fits."""

EVERYWHERE: Final = frozenset({"attributes", "locales", "policies"})
"""Kinds of which a change may be seen in any answer."""

NAMED: Final = frozenset({"layouts", "modules", "types", "assets", "asset-details"})
"""Kinds that answers are filed under."""

UNSEEN: Final = {"title": "", "note": ""}
"""What modules hold for editors alone."""

ELSEWHERE: Final = ("https://", "http://", "/")
"""How addresses of pictures begin that are no assets."""

MOST_CHANGES: Final = 2_000
"""Changes that are looked at one by one; of more, everything goes."""


def keys_of(page: Page, catalogue: Catalogue, broken: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """What an answer is filed under: in any case, and for each thing that it shows. `broken` are modules that could not
    be shown."""
    layout = catalogue.plan(page.layout).layout
    always = [EVERYTHING, key_for("layouts", layout.key)]
    if _may_hold_items(catalogue, layout):
        always.append(RECOMMENDED)
    types = {kind: None for slot in layout.slots for kind in sorted(slot.types)}
    types |= {placement.content.type.key: None for placement in page.placements}
    modules = dict.fromkeys([*(placement.module for placement in page.placements), *broken])
    assets = dict.fromkeys(asset for placement in page.placements for asset in _assets(placement))
    shown = {"modules": modules, "types": types, "assets": assets}
    return always, list(dict.fromkeys(key_for(kind, key) for kind, some in shown.items() for key in some))


def _assets(placement: Placement) -> Iterator[str]:
    pictures = [part.src for part in placement.content.parts if isinstance(part, Image)]
    pictures += [card.image for cards in placement.items.values() for card in cards if card.image]
    return (src for src in pictures if not src.startswith(ELSEWHERE))


def _may_hold_items(catalogue: Catalogue, layout: Layout) -> bool:
    named = [catalogue.modules.get(key) for _, key in named_by(layout)]
    types = {one.type.key: one.type for one in named if one is not None}
    fitting = (t for t in catalogue.types.values() if any(is_made_for(layout.key, slot, t) for slot in layout.slots))
    return any(_has_items(made.fields.values()) for made in (*types.values(), *fitting))


def _has_items(fields: Iterable[Field]) -> bool:
    return any(field.role is Role.ITEMS or _has_items(field.of.values()) for field in fields)


def touched(base: Catalogue, changes: Moved, load: Load) -> set[str]:
    """What must go when these changes are made to what `base` is of. `load` reads bodies before and after.

    Experiments and segments touch nothing: nobody takes part in the ones, nobody is in the others.
    """
    if len(changes) > MOST_CHANGES or any(kind in EVERYWHERE for kind, _ in changes):
        return {EVERYTHING}
    found = {key_for(kind, key) for kind, key in changes if kind in NAMED}
    moving = dict(_moving(base, changes, load))
    forms, types = frozenset(form for some in moving.values() for form in some), _of("types", changes)
    for layout in (plan.layout for plan in base.plans.values()):
        if _concerned(base, layout, moving.keys(), forms, types):
            found.add(key_for("layouts", layout.key))
    if PIN in changes:
        found.add(RECOMMENDED)
    return found | {UNTOLD} if found else found


def _of(kind: str, changes: Moved) -> frozenset[str]:
    return frozenset(key for its_kind, key in changes if its_kind == kind)


def _moving(base: Catalogue, changes: Moved, load: Load) -> Iterator[tuple[str, Sequence[Form]]]:
    """The modules that may be placed otherwise, with their forms before and afterwards."""
    types, rules = _of("types", changes), _of("rules", changes)
    if types or rules:
        for candidate in base.modules.each():
            if candidate.type.key in types or any(target.name in rules for target in candidate.targets):
                yield candidate.key, [(candidate.type.key, candidate.tags)]
    digests = {key: [d for d in both if d is not None] for (kind, key), both in changes.items() if kind == "modules"}
    found = load({digest for some in digests.values() for digest in some}) if digests else {}
    for key, some in digests.items():
        bodies = [orjson.loads(found[digest]) for digest in some]
        if not _alike_but_for_words(base, bodies):
            yield key, [(body["type"], frozenset(body.get("tags", ()))) for body in bodies]


def _alike_but_for_words(base: Catalogue, bodies: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a module before and afterwards is shown to the same, if to anybody. What depends on who reads, and which
    variants there are words for, is not looked into."""
    if len(bodies) < 2 or any(body.get("variants") or b"{{" in orjson.dumps(body) for body in bodies):
        return False
    made = base.types.get(bodies[0]["type"])
    first, then = ({**body, "locales": list(body["locales"]), **UNSEEN} for body in bodies)
    return made is not None and not _has_items(made.fields.values()) and first == then


def _concerned(
    base: Catalogue, layout: Layout, names: Collection[str], forms: Collection[Form], types: Collection[str]
) -> bool:
    """Whether a layout names one of these modules, or has a slot for one of these forms. `types` become others."""
    if any(key in names for _, key in named_by(layout)):
        return True
    for slot in layout.slots:
        for kind, tags in forms:
            made = None if kind in types else base.types.get(kind)
            if slot.accepts(kind, tags) and (made is None or is_made_for(layout.key, slot, made)):
                return True
    return False
