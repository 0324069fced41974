"""A save is judged with no more than what it names, and what is found is what would be found among all drafts."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from admin.content.surroundings import surroundings_of
from engine import validate
from modules import ContentStore, check_content, read_json
from rules import Finding
from storage import Database

from .wholly import judged_with_all, within

WORDS = ("coffee", "tea", "bread", "cake", "milk", "honey", "butter", "apple", "pear", "plum", "rice", "corn", "salt")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>\n'


class World:
    """Small content of every kind, made by seeded dice; and pieces to save into it, sound ones and broken ones."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.few = seed % 2 == 0
        """With few names of a kind a refusal lists them all, with many only the nearest."""
        self.types = [f"type-{word}" for word in WORDS[: 5 if self.few else 13]]
        self.segments = [f"loves-{word}" for word in WORDS[: 6 if self.few else 13]]
        self.rules = [f"buys-{word}" for word in WORDS[:6]]
        self.locales = ["en", "de", "de-AT"] if self.dice.random() < 0.8 else []

    def contents(self) -> dict[tuple[str, str], bytes]:
        """What is there before anything is saved: all of it sound."""
        made: dict[tuple[str, str], Any] = {
            ("attributes", "shop"): {
                "attributes": [
                    {"path": "profile.orders", "type": "number"},
                    {"path": "profile.city", "type": "string", "choices": ["Wien", "Graz", "Linz"]},
                    {"path": "profile.bought.*", "type": "number"},
                ],
                "events": [{"type": "Order Completed"}],
            },
            ("attributes", "visit"): {"attributes": [{"path": "context.hour", "type": "number"}]},
            ("asset-details", "plain.svg"): {"title": "Plain", "alt": {"en": "Plain"}},
        }
        for number, key in enumerate(self.types):
            made["types", key] = self.type(number)
        for number, key in enumerate(self.segments):
            above = self.segments[:number]
            made["segments", key] = {"title": key, "logic": self.logic(above, visit=False, slips=0.0)}
        for key in self.rules:
            made["rules", key] = {"title": key, "logic": self.logic(self.segments, slips=0.0)}
        if self.locales:
            rows = [{"code": code} for code in self.locales]
            made["locales", "all"] = {"locales": [*rows[:-1], {**rows[-1], "fallback": ["de"]}]}
        raw = {name: json.dumps(body).encode() for name, body in made.items()}
        return {**raw, ("assets", "plain.svg"): SVG, ("assets", "bare.svg"): SVG}

    def piece(self) -> tuple[str, str, Any]:
        """Something to save: kind, key and body."""
        kind = self.dice.choice(["modules"] * 4 + ["segments"] * 3 + ["rules", "policies", "locales", "types"])
        key = self.dice.choice({"segments": self.segments, "rules": self.rules, "types": self.types}.get(kind, ["one"]))
        if self.dice.random() < 0.4:
            key = f"new-{self.dice.choice(WORDS)}"
        return kind, key, getattr(self, kind.rstrip("s").replace("policie", "policy"))(self.dice.randrange(9))

    def type(self, number: int) -> Any:
        fields: dict[str, Any] = {
            "heading": {"kind": "text", "required": True, "max": self.dice.choice([9, 40, 40, 40])},
            "price": {"kind": "number", "localised": number % 3 == 0},
            "picture": {"kind": "image"},
        }
        if self.dice.random() < 0.2:
            fields["other"] = {"kind": "reference", "to": self.slip(self.types)}
        return {"title": f"Type {number}", "fields": fields, "fits": {"slots": ["top"]} if number % 4 == 0 else {}}

    def module(self, _: int) -> Any:
        dice = self.dice
        codes = dice.sample(["en", "de", "fr"], dice.randint(1, 2))
        body: dict[str, Any] = {
            "type": self.slip(self.types),
            "locales": {code: self.values(first=not number) for number, code in enumerate(codes)},
        }
        if dice.random() < 0.7:
            body["targeting"] = self.target()
        if dice.random() < 0.5:
            targets = [self.target(), self.target()]
            variants = [{"key": f"v{n}", "targeting": dice.choice(targets)} for n in range(dice.randint(1, 3))]
            body["variants"] = [{**one, "locales": {codes[0]: {"heading": "Hi"}}} for one in variants]
        return body

    def values(self, *, first: bool) -> Any:
        values: dict[str, Any] = {"heading": self.dice.choice(["Hello", "Hello, hello, hello"])}
        if first and self.dice.random() < 0.5:
            values["price"] = self.dice.choice([1, 2, "three"])
        if first and self.dice.random() < 0.5:
            values["picture"] = {"asset": self.slip(["plain.svg", "bare.svg"])}
        return values

    def target(self) -> Any:
        return self.slip(self.rules) if self.dice.random() < 0.5 else self.logic(self.segments)

    def segment(self, _: int) -> Any:
        return {"title": "Segment", "logic": self.logic(self.segments, visit=self.dice.random() < 0.1)}

    def rule(self, _: int) -> Any:
        return {"title": "Rule", "logic": self.logic(self.segments)}

    def policy(self, _: int) -> Any:
        return {"title": "Policy", "tags": ["adult"], "logic": self.logic(self.segments)}

    def locale(self, _: int) -> Any:
        codes = self.dice.sample(["en", "de", "fr", "it"], 2)
        return {"locales": [{"code": codes[0]}, {"code": codes[1], "fallback": [self.dice.choice(["en", "xx"])]}]}

    def slip(self, names: list[str], chance: float = 0.2) -> str:
        """One of these names; now and then with a letter too few, or one that nothing is like."""
        name = self.dice.choice(names) if names else "nothing"
        if self.dice.random() >= chance:
            return name
        return self.dice.choice([name[:-1], name.upper(), "quite-another"])

    def logic(self, segments: list[str], *, visit: bool = True, slips: float = 0.2) -> Any:
        dice = self.dice
        choices: list[Any] = [
            {">": [{"var": "profile.orders"}, dice.choice([1, 5])]},
            {"==": [{"var": "profile.city"}, dice.choice(["Wien", "Graz", "Linz"] + ["Winn"] * (slips > 0))]},
            {">": [{"var": "profile.bought." + self.slip(list(WORDS[:3]), slips)}, 0]},
            {">": [{"events": {"type": self.slip(["Order Completed"], slips), "within": "7d"}}, dice.choice([0, 2])]},
        ]
        if slips:  # what can contradict the first, and what is no logic
            choices.append({"<": [{"var": "profile.orders"}, dice.choice([1, 3])]})
        if segments:
            choices += [{"in_segment": self.slip(segments, slips)}] * 2
        if visit:
            choices.append({"<": [{"var": self.slip(["context.hour"], slips)}, 9]})
        if slips and dice.random() < 0.1:
            choices.append(dice.choice([{"nonsense": [1]}, {"and": []}, {}, {"var": 1, "in_segment": 2}]))
        some = dice.sample(choices, dice.randint(1, 3))
        return some[0] if len(some) == 1 else {dice.choice(["and", "or"]): some}


def narrowly(store: ContentStore, kind: str, key: str, content: bytes) -> list[Finding]:
    around = surroundings_of(store, kind, key, read_json(content))  # type: ignore[arg-type]
    return within(kind, key, validate({(kind, key): content}, notes=True, around=around))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_with_what_it_names_is_what_is_found_with_all_there_is(database: Database, seed: int) -> None:
    world, store = World(seed), ContentStore(database)
    contents = world.contents()
    assert [one for one in validate(contents) if one.severity == "error"] == []
    store.put_all(contents, author="ann", now=1.0)
    codes: set[str] = set()
    for _ in range(70):
        kind, key, body = world.piece()
        content = json.dumps(body).encode()
        if check_content(kind, key, content):
            continue
        wanted = judged_with_all(store, kind, key, content)
        assert narrowly(store, kind, key, content) == wanted, (kind, key, body)
        codes |= {one.code or one.message.split("'")[0] for one in wanted}
        if not any(one.severity == "error" for one in wanted):
            store.put(kind, key, content, author="ann", now=2.0)
    assert len(codes) > 10


@pytest.mark.parametrize("seed", range(2))
def test_what_is_wrong_elsewhere_hides_nothing(database: Database, seed: int) -> None:
    world, store = World(seed), ContentStore(database)
    broken = {("segments", "loves-quarrel"): b'{"title": "Q", "logic": {"nonsense": [1]}}', ("types", "torn"): b"{"}
    store.put_all({**world.contents(), **broken}, author="ann", now=1.0)
    for _ in range(60):
        kind, key, body = world.piece()
        content = json.dumps(body).encode()
        if not check_content(kind, key, content):
            # By place and kind: what is known by name holds the torn type, if all types are told.
            wanted, found = (
                {(one.pointer, one.severity, one.code) for one in judge(store, kind, key, content)}
                for judge in (judged_with_all, narrowly)
            )
            assert wanted <= found, (kind, key, body)


def test_a_module_is_judged_with_the_few_drafts_that_it_names(database: Database) -> None:
    world, store = World(1), ContentStore(database)
    store.put_all(world.contents(), author="ann", now=1.0)
    body = {
        "type": "type-tea",
        "targeting": "buys-tea",
        "locales": {"en": {"heading": "Hi", "picture": {"asset": "plain.svg"}}},
        "variants": [{"key": "v", "targeting": {"in_segment": "loves-tea"}, "locales": {"en": {"heading": "Ho"}}}],
    }
    around = surroundings_of(store, "modules", "hi", body)
    together = {
        ("attributes", "shop"),
        ("attributes", "visit"),
        *((kind, "all") for kind in ["locales"] if world.locales),
    }
    shown = {("assets", "plain.svg"), ("asset-details", "plain.svg")}
    named = {("types", "type-tea"), ("rules", "buys-tea"), ("segments", "loves-tea")}
    assert around.contents.keys() == together | shown | named
