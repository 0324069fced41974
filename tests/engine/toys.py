"""A toy shop of a few modules, so that every answer is obvious."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from typing import Any

import orjson

from engine import Ask, Catalogue, Engine, ItemCard, Page, Recommended, Stop, compile_catalogue, recompile
from engine.crowds import MANY
from rules import Facts

NOW = 1_800_000_000.0

Contents = dict[tuple[str, str], bytes]

CARD = {
    "title": "Card",
    "fields": {
        "heading": {"kind": "text", "role": "heading", "required": True, "localised": True},
        "products": {"kind": "items", "role": "items"},
    },
}

ATTRIBUTES = {
    "attributes": [
        {"path": "profile.age", "type": "number", "title": "Age"},
        {"path": "profile.first_name", "type": "string", "title": "First name"},
        {"path": "context.hour", "type": "number", "title": "Hour", "purpose": "necessary"},
    ],
    "events": [{"type": "Product Added", "purpose": "necessary"}],
}


def module(heading: str = "Hello", **more: Any) -> dict[str, Any]:
    """A card in English."""
    body = {"heading": heading}
    for name in ("products",):
        if name in more:
            body[name] = more.pop(name)
    return {"type": "card", "locales": {"en": body}, **more}


def layout(*slots: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A layout of these slots."""
    return {"title": "Home", "slots": list(slots), **more}


def contents(**kinds: Mapping[str, Any]) -> Contents:
    """Content by kind and key, with the card type and the toy attributes."""
    made: Contents = {("types", "card"): orjson.dumps(CARD), ("attributes", "toy"): orjson.dumps(ATTRIBUTES)}
    for kind, bodies in kinds.items():
        for key, body in bodies.items():
            made[(kind, key.replace("_", "-"))] = orjson.dumps(body)
    return made


def catalogue(
    release: str = "r1", previous: Catalogue | None = None, many: int = MANY, **kinds: Mapping[str, Any]
) -> Catalogue:
    """The toy shop compiled; so many modules are a crowd."""
    made = contents(**kinds)
    manifest = {name: sha256(data).hexdigest() for name, data in made.items()}
    by_digest = {digest: made[name] for name, digest in manifest.items()}

    def load(wanted: Collection[str]) -> dict[str, bytes]:
        return {digest: by_digest[digest] for digest in wanted}

    if previous is None:
        return compile_catalogue(release, manifest, load, many=many)
    gone = dict.fromkeys({*names_of(previous)} - manifest.keys())
    return recompile(previous, release, {**manifest, **gone}, load)


def names_of(shop: Catalogue) -> Iterator[tuple[str, str]]:
    """The names of all that is in it."""
    yield from shop.pieces
    yield from (("modules", key) for key in shop.modules)
    yield from (("assets", key) for key in shop.assets)


def decide(shop: Catalogue, engine: Engine | None = None, **more: Any) -> Page:
    """The page `home` for somebody of whom `values` are known."""
    values, events = more.pop("values", {}), more.pop("events", {})
    segments = frozenset(more.pop("segments", ()))
    facts = Facts(more.pop("now", NOW), values, events, segments)
    ask = {"layout": "home", "channel": "headless", "locale": "en", "unit": "somebody", **more}
    return (engine or Engine()).decide(Ask(catalogue=shop, facts=facts, **ask))


def shown(page: Page) -> dict[str, list[str]]:
    """Slot -> the modules in it."""
    return {filled.slot: [p.module for p in filled.placements] for filled in page.filled}


def stops(page: Page, slot: str) -> dict[str, Stop]:
    """Module -> what stopped it in a slot."""
    return {stop.module: stop for filled in page.filled if filled.slot == slot for stop in filled.why.stopped}


def shelf(*ids: str, fails: bool = False) -> Any:
    """A recommender that knows these items, in this order."""

    def recommend(*, model: str, pick: Any, count: int, exclude: frozenset[str], **_: Any) -> Recommended:
        if fails:
            raise ZeroDivisionError
        chosen = [*pick, *ids] if model else list(pick)
        return Recommended(tuple(ItemCard(i, i.title()) for i in chosen if i not in exclude)[:count], model or "picked")

    return recommend
