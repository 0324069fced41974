"""A big library to measure in: types, layouts, rules and very many modules, as a busy team might have. All made up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeAlias

import orjson

from benchmarks.targeting import World
from engine import compile_catalogue
from rules import Checker

Contents: TypeAlias = dict[tuple[str, str], bytes]

TYPES: Final = 200
LAYOUTS: Final = 19
SLOTS: Final = 8
NAMED_RULES: Final = 500
SEGMENTS: Final = 20
PINNED_DOWN: Final = 10
"""Candidates of each slot of the layout `home`, however big the library is."""
TAGS: Final = [f"tag-{number}" for number in range(40)]
TOPICS: Final = [f"topic-{number}" for number in range(30)]
WORDS: Final = [
    "fresh", "morning", "coffee", "garden", "offer", "family", "weekend", "basket", "autumn", "market",
    "spring", "delivery", "recipe", "member", "saving", "kitchen", "organic", "local", "bakery", "reward",
    "season", "evening", "picnic", "travel", "voucher", "library", "classic", "craft", "winter", "festival",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Library:
    """So many modules of 200 types under 20 layouts; 60 % are targeted, most of them by one of 500 named rules."""

    modules: int
    seed: int = 1

    def contents(self) -> Contents:
        """All of it, bytes by kind and key."""
        dice = random.Random(self.seed)
        made: Contents = {("attributes", "world"): _json(_attributes())}
        for number in range(TYPES):
            made["types", f"type-{number}"] = _json(_type(number))
        for number, logic in enumerate(islice(_passing(World("conjunctive", self.seed)), NAMED_RULES)):
            made["rules", f"rule-{number}"] = _json({"title": f"Rule {number}", "logic": logic})
        for number, logic in enumerate(islice(_passing(World("conjunctive", self.seed + 1)), SEGMENTS)):
            made["segments", f"segment-{number}"] = _json({"title": f"Segment {number}", "logic": logic})
        for number, tag in enumerate(TAGS[:5]):
            rule = {">=": [{"var": f"profile.a{18 + number}"}, 10]}
            made["policies", f"policy-{number}"] = _json({"title": f"Policy {number}", "tags": [tag], "logic": rule})
        own = _passing(World("mixed", self.seed + 2))
        for number in range(self.modules):
            made["modules", f"module-{number}"] = _json(module(number, dice, own))
        made["layouts", "home"] = _json(_home())
        made["layouts", "anything"] = _json(_layout("Anything", [{"key": "feed", "max": 20, "min": 1}]))
        for number in range(LAYOUTS - 1):
            made["layouts", f"layout-{number}"] = _json(_layout(f"Layout {number}", list(_slots(dice))))
        made["experiments", "words"] = _json(_experiment())
        return made


def module(number: int, dice: random.Random, own: Iterator[Any]) -> dict[str, Any]:
    """One module: two locales of five fields; the first hundred are those of the layout `home`."""
    body: dict[str, Any] = {
        "type": f"type-{dice.randrange(TYPES)}",
        "title": f"Module {number}",
        "tags": dice.sample(TAGS, dice.randrange(4)),
        "tier": dice.randrange(4),
        "worth": dice.choice([0.5, 1.0, 1.0, 2.0]),
        "topics": [dice.choice(TOPICS)],
        "locales": {locale: _words(number, locale, dice) for locale in ("en", "de")},
    }
    if number < PINNED_DOWN * SLOTS:
        body["tags"].append(f"home-{number % SLOTS}")
    if dice.random() < 0.6:
        body["targeting"] = f"rule-{dice.randrange(NAMED_RULES)}" if dice.random() < 2 / 3 else next(own)
    if dice.random() < 0.05:
        body["schedule"] = {"from": f"2025-{dice.randint(1, 12):02}-01T09:00", "until": None, "zone": "Europe/Vienna"}
    if dice.random() < 0.05:
        body["variants"] = [{"key": "bold", "locales": {"en": {"heading": _text(dice, 5)}}}]
    return body


def _passing(world: World) -> Iterator[Any]:
    """Rules of a world that may be saved, without end: of random ones, some contradict themselves."""
    attributes = orjson.dumps(_attributes())
    known = compile_catalogue("", {("attributes", "world"): ""}, lambda _: {"": attributes}).vocabulary
    checker, size = Checker(known), 1_000
    done = 0
    while True:
        rules = world.rules(size)[done:]
        yield from (one for one in rules if not any(found.severity == "error" for found in checker.check(one)))
        done, size = size, 4 * size


def _words(number: int, locale: str, dice: random.Random) -> dict[str, Any]:
    return {
        "heading": f"{_text(dice, 4)} {number} {locale}" + ' {{ profile.a0 | default("you") }}' * (number % 3 == 0),
        "body": f"<p>{_text(dice, 25)}</p><p>{_text(dice, 15)}</p>",
        "picture": {"src": f"https://img.example/{number}-{locale}.jpg", "alt": _text(dice, 4)},
        "link": {"label": _text(dice, 2), "url": f"/{locale}/m/{number}"},
        "note": _text(dice, 6),
    }


def _text(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(WORDS, k=words))


def _slots(dice: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(SLOTS):
        slot = {
            "key": f"slot-{number}",
            "min": 1,
            "max": 2,
            "types": [f"type-{n}" for n in dice.sample(range(TYPES), 3)],
        }
        if number % 2:
            slot["tags"] = [dice.choice(TAGS)]
        yield slot


def _home() -> dict[str, Any]:
    return _layout("Home", [{"key": f"slot-{n}", "min": 1, "max": 1, "tags": [f"home-{n}"]} for n in range(SLOTS)])


def _layout(title: str, slots: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "channels": ["web", "headless"], "slots": slots, "static": "Welcome"}


def _type(number: int) -> dict[str, Any]:
    fields = {
        "heading": {"kind": "text", "role": "heading", "required": True, "localised": True, "max": 200},
        "body": {"kind": "richtext", "role": "body", "localised": True},
        "picture": {"kind": "image", "role": "image"},
        "link": {"kind": "link", "role": "action"},
        "note": {"kind": "text", "role": "data", "localised": True},
    }
    return {"title": f"Type {number}", "fields": fields}


def _experiment() -> dict[str, Any]:
    variations = [
        {"key": "as-is", "weight": 0.5, "modules": {}},
        {"key": "without", "weight": 0.5, "modules": {f"module-{number}": "off" for number in range(10)}},
    ]
    return {"title": "Words", "status": "running", "coverage": 1.0, "variations": variations}


def _attributes() -> dict[str, Any]:
    kinds = {0: "string", 18: "number", 26: "boolean"}
    rows = [
        {"path": f"profile.a{n}", "type": kinds[max(k for k in kinds if k <= n)], "title": f"A {n}"} for n in range(30)
    ]
    rows += [{"path": "profile.tags", "type": "list"}, {"path": "profile.orders", "type": "list"}]
    return {"attributes": [{**row, "purpose": "necessary"} for row in rows], "events": []}


def _json(body: Any) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_INDENT_2) + b"\n"
