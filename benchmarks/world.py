"""A world to measure in: a release with a home page, and profiles at random. Nothing here is real data."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from engine import compile_catalogue
from layouts import Releases
from modules import ContentStore
from profiles import STRANGER, Profile, current, records
from storage import Database, HotCopies

SLOTS = 10
CANDIDATES = 10
PLACES = ("Cincinnati", "Leeds", "Berlin", "Lyon", "Porto")
BANDS = ("19-24", "25-34", "35-44", "45-54", "55-64", "65+")
CATEGORIES = tuple(f"category-{n}" for n in range(30))

Contents = dict[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Size:
    """How big the world is. Candidates of a page are always `SLOTS` x `CANDIDATES`."""

    modules: int = 500
    rules: int = 200
    profiles: int = 10_000


def contents(size: Size, seed: int = 1) -> Contents:
    """A release: 10 slots, 100 candidates a page, the rest of the modules in other layouts' slots."""
    dice = random.Random(seed)
    made: Contents = {("attributes", "world"): _json(_attributes()), ("types", "block"): _json(_type())}
    for number in range(size.rules):
        made[("rules", f"rule-{number}")] = _json({"title": f"Rule {number}", "logic": _logic(dice)})
    for number in range(size.modules):
        slot = number % SLOTS if number < SLOTS * CANDIDATES else number
        made[("modules", f"module-{number}")] = _json(_module(number, slot, size, dice))
    for slot in range(SLOTS):
        made[("modules", f"fallback-{slot}")] = _json({**_module(0, -1, size, dice), "targeting": None})
    slots = [
        {"key": f"slot-{n}", "types": ["block"], "tags": [f"slot-{n}"], "min": 1, "max": 1, "fallback": f"fallback-{n}"}
        for n in range(SLOTS)
    ]
    layout = {"title": "Home", "channels": ["web", "headless"], "slots": slots, "static": "Welcome"}
    made[("layouts", "home")] = _json(layout)
    return made


def contents_of(segments: Mapping[str, Any], modules: Mapping[str, Any]) -> Contents:
    """A release of one page with a module for each targeting rule, one for everybody, and these segments."""
    made: Contents = {("attributes", "world"): _json(_attributes()), ("types", "block"): _json(_type())}
    for key, logic in segments.items():
        made[("segments", key)] = _json({"title": key, "logic": logic})
    for key, targeting in {**modules, "all": None}.items():
        words = {"en": {"heading": key}}
        tier = 0 if targeting is None else 1
        body = {"type": "block", "title": key, "tags": ["main"], "tier": tier, "targeting": targeting, "locales": words}
        made[("modules", key)] = _json(body)
    slot = {"key": "main", "types": ["block"], "tags": ["main"], "min": 1, "max": 1, "fallback": "all"}
    layout = {"title": "Home", "channels": ["web", "headless"], "slots": [slot], "static": "Welcome"}
    made[("layouts", "home")] = _json(layout)
    return made


def publish(database: Database, made: Contents, now: float) -> None:
    """Make the content the published release."""
    store, releases = ContentStore(database), Releases(database)
    store.put_all(made, author="benchmark", now=now)
    releases.publish(store.manifest(), name="benchmark", author="benchmark", now=now)


def people(database: Database, count: int, now: float, seed: int = 2, hot: HotCopies | None = None) -> None:
    """Profiles `user:0` … with traits, counters and a little history, all consented; copied as the intake does."""
    dice = random.Random(seed)
    attributes = _json(_attributes())
    known = compile_catalogue("", {("attributes", "world"): ""}, lambda _: {"": attributes})
    for start in range(0, count, 5_000):
        # As the intake leaves them: their segments are decided by the published release.
        fresh = (_profile(number, dice, now) for number in range(start, min(start + 5_000, count)))
        some = [current(person, known.segments, known.vocabulary, now) for person in fresh]
        with database.write() as connection:
            copies = records.save(connection, some, now)
            records.point(connection, {alias: person.id for person in some for alias in person.aliases})
        if hot is not None:
            hot.put(copies)


def _profile(number: int, dice: random.Random, now: float) -> Profile:
    bought = {c: dice.randint(1, 40) for c in dice.sample(CATEGORIES, 8)}
    items = [[now - n * 3600, 5.0, [str(dice.randint(1, 3000))]] for n in range(30)]
    events = {
        "Product Viewed": [[now - n * 600, {"product_id": str(n), "category": "coffee"}] for n in range(10)],
        "Order Completed": [[now - n * 86_400, {"total": 31.5}] for n in range(8)],
    }
    traits = {
        "first_name": f"Name {number}",
        "age_band": dice.choice(BANDS),
        "household_size": dice.randint(1, 6),
        "married": dice.random() < 0.5,
        "city": dice.choice(PLACES),
    }
    counters = {**STRANGER.counters, "orders": dice.randint(0, 200), "spend": dice.random() * 5000, "bought": bought}
    return replace(
        STRANGER,
        version=1,
        id=f"benchmark-{number}",
        aliases=(f"user:{number}",),
        traits=traits,
        consent={"personalization": True},
        counters=counters,
        items=items,
        events=events,
    )


def _logic(dice: random.Random) -> Any:
    """One to four predicates over traits, counters, history and context."""
    choices = [
        {"==": [{"var": "profile.age_band"}, dice.choice(BANDS)]},
        {">=": [{"var": "profile.household_size"}, dice.randint(1, 5)]},
        {">": [{"var": "profile.orders"}, dice.randint(0, 150)]},
        {"<": [{"var": "profile.spend"}, dice.random() * 5000]},
        {">": [{"var": f"profile.bought.{dice.choice(CATEGORIES)}"}, dice.randint(1, 20)]},
        {"in": [{"var": "profile.city"}, dice.sample(PLACES, 2)]},
        {"==": [{"var": "context.device"}, dice.choice(["mobile", "desktop"])]},
        {"==": [{"var": "profile.married"}, True]},
        {">": [{"events": {"type": "Product Viewed", "within": dice.choice(["1h", "1d"])}}, dice.randint(1, 8)]},
    ]
    predicates = dice.sample(choices, dice.randint(1, 4))
    return {dice.choice(["and", "and", "or"]): predicates}


def _module(number: int, slot: int, size: Size, dice: random.Random) -> dict[str, Any]:
    words = {
        "heading": f'Module {number} for {{{{ profile.first_name | default("you") }}}}',
        "body": "<p>" + "Words that say something to someone. " * 6 + "</p>",
        "picture": {"src": f"https://img.example/{number}.jpg", "alt": "A picture"},
        "link": {"label": "See more", "url": f"/m/{number}"},
    }
    return {
        "type": "block",
        "title": f"Module {number}",
        "tags": [f"slot-{slot}"],
        "tier": dice.randint(0, 3),
        "topics": [dice.choice(CATEGORIES)],
        "targeting": f"rule-{dice.randrange(size.rules)}" if size.rules else None,
        "locales": {"en": words},
    }


def _type() -> dict[str, Any]:
    fields = {
        "heading": {"kind": "text", "role": "heading", "required": True, "localised": True, "max": 200},
        "body": {"kind": "richtext", "role": "body", "localised": True},
        "picture": {"kind": "image", "role": "image"},
        "link": {"kind": "link", "role": "action"},
    }
    return {"title": "Block", "fields": fields}


def _attributes() -> dict[str, Any]:
    kinds = {
        "profile.first_name": "string",
        "profile.age_band": "string",
        "profile.household_size": "number",
        "profile.orders": "number",
        "profile.spend": "number",
        "profile.bought.*": "number",
        "profile.city": "string",
        "profile.married": "boolean",
        "context.device": "string",
    }
    rows = [{"path": path, "type": kind, "title": path, "purpose": "personalization"} for path, kind in kinds.items()]
    for row in rows:
        row["purpose"] = "necessary" if row["path"].startswith("context") else "personalization"
    events = [
        {"type": name, "purpose": "personalization"} for name in ("Product Viewed", "Product Added", "Order Completed")
    ]
    return {"attributes": rows, "events": events}


def _json(body: Any) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_INDENT_2) + b"\n"
