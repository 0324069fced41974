"""A toy library that changes at random, in every way in which content can."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from engine import Ask, Catalogue, Engine, Page, compile_catalogue
from rules import Facts
from tests.engine.toys import ATTRIBUTES, CARD, NOW

Name = tuple[str, str]

AGE = {"var": "profile.age"}
HOUR = {"var": "context.hour"}
TAGS = ("wine", "tea", "new")
NOTE = {"title": "Note", "fields": {"heading": {"kind": "text", "role": "heading", "localised": False}}}
PICKY = {**CARD, "title": "Picky", "fits": {"slots": ["home/top", "more"], "tags": ["tea"]}}
KNOWN = {
    "attributes": [
        *ATTRIBUTES["attributes"],
        {"path": "profile.list", "type": "list", "title": "List"},
        {"path": "profile.bought.*", "type": "number", "title": "Bought"},
    ],
    "events": ATTRIBUTES["events"],
}
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 9"><path d="M0 0h9"/></svg>'
TYPES = ({"card": CARD, "note": NOTE, "picky": PICKY}, {"card": NOTE, "note": CARD, "picky": NOTE})
LOCALES = {"locales": [{"code": "en"}, {"code": "de", "fallback": ["en"]}]}


@dataclass
class History:
    """Content as it is now; each `step` makes another change or a few, not all of which can be published."""

    seed: int
    modules: int = 30
    now: dict[Name, bytes] = field(default_factory=dict)
    known: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.put({("attributes", "toy"): KNOWN, **{("types", key): body for key, body in TYPES[0].items()}})
        for number in range(4):
            self.put({("rules", f"r{number}"): self.rule(), ("segments", f"s{number}"): self._segment(number)})
        self.put({("modules", f"m{number}"): self.module() for number in range(self.modules)})
        self.put({("layouts", "home"): self._layout(), ("layouts", "side"): self._layout()})

    def put(self, bodies: Mapping[Name, Any]) -> None:
        """Have these; None takes away."""
        for name, body in bodies.items():
            if body is None:
                self.now.pop(name, None)
            else:
                self.now[name] = body if isinstance(body, bytes) else orjson.dumps(body)
                self.known[sha256(self.now[name]).hexdigest()] = self.now[name]

    def manifest(self) -> dict[Name, str]:
        """The digest of each piece of content."""
        return {name: sha256(data).hexdigest() for name, data in self.now.items()}

    def load(self, digests: Collection[str]) -> dict[str, bytes]:
        """Bytes by digest."""
        return {digest: self.known[digest] for digest in digests}

    def compiled(self, release: str, many: int) -> Catalogue:
        """All of it, compiled at once."""
        return compile_catalogue(release, self.manifest(), self.load, many=many)

    def changes(self, before: Mapping[Name, str]) -> dict[Name, str | None]:
        """What is other than before."""
        after = self.manifest()
        return {name: after.get(name) for name in {*before, *after} if before.get(name) != after.get(name)}

    def step(self) -> None:
        """Change something."""
        kinds = ["modules"] * 8 + ["rules", "types", "layouts", "policies", "experiments", "segments", "attributes"]
        for kind in self.dice.choices([*kinds, "locales", "assets", "details"], k=self.dice.choice([1, 1, 2, 5])):
            self.put(dict([getattr(self, f"_change_{kind}")()]))

    def _change_modules(self) -> tuple[Name, Any]:
        key = f"m{self.dice.randrange(self.modules + 6)}"
        return ("modules", key), None if self.dice.random() < 0.25 else self.module()

    def _change_rules(self) -> tuple[Name, Any]:
        return ("rules", f"r{self.dice.randrange(4)}"), None if self.dice.random() < 0.1 else self.rule()

    def _change_types(self) -> tuple[Name, Any]:
        key = self.dice.choice(("card", "note", "picky"))
        return ("types", key), None if self.dice.random() < 0.1 else self.dice.choice(TYPES)[key]

    def _change_layouts(self) -> tuple[Name, Any]:
        key = self.dice.choice(("home", "side", "third"))
        return ("layouts", key), None if self.dice.random() < 0.2 and key != "home" else self._layout()

    def _change_policies(self) -> tuple[Name, Any]:
        logic = self.dice.choice([False, {">=": [AGE, self.dice.randrange(40)]}, {"<": [HOUR, 12]}])
        body = {"title": "P", "tags": self.dice.sample(TAGS, 1), "logic": logic}
        return ("policies", f"p{self.dice.randrange(2)}"), None if self.dice.random() < 0.4 else body

    def _change_experiments(self) -> tuple[Name, Any]:
        keys = [key for kind, key in self.now if kind == "modules"]
        some = {key: self._variation(key) for key in self.dice.sample(keys, min(3, len(keys)))}
        variations = [{"key": "a", "weight": 0.5, "modules": some}, {"key": "b", "weight": 0.5, "modules": {}}]
        status = self.dice.choice(["running", "running", "stopped"])
        body = {"title": "E", "status": status, "variations": variations}
        return ("experiments", f"e{self.dice.randrange(2)}"), None if self.dice.random() < 0.2 else body

    def _variation(self, key: str) -> str:
        has_variant = b'"bold"' in self.now["modules", key]
        return self.dice.choice(["off", "bold"]) if has_variant else "off"

    def _change_segments(self) -> tuple[Name, Any]:
        number = self.dice.randrange(4)
        return ("segments", f"s{number}"), self._segment(self.dice.choice([number, 4]))

    def _change_attributes(self) -> tuple[Name, Any]:
        row = {"path": f"profile.x{self.dice.randrange(3)}", "type": "number", "title": "X"}
        return ("attributes", "more"), self.dice.choice([None, {"attributes": [row], "events": []}])

    def _change_locales(self) -> tuple[Name, Any]:
        return ("locales", "here"), self.dice.choice([None, LOCALES])

    def _change_assets(self) -> tuple[Name, Any]:
        return ("assets", "a.svg"), self.dice.choice([None, DOT % self.dice.randrange(3)])

    def _change_details(self) -> tuple[Name, Any]:
        return ("asset-details", "a.svg"), self.dice.choice([None, {"alt": {"en": f"A {self.dice.randrange(3)}"}}])

    def rule(self) -> Any:
        """Some named rule."""
        return {"title": "R", "logic": self._logic()}

    def _segment(self, others: int) -> Any:
        """A segment that may ask for one of so many others."""
        logic: Any = {">": [AGE, self.dice.randrange(60)]}
        if others and self.dice.random() < 0.2:
            logic = {"in_segment": f"s{self.dice.randrange(others)}"}
        return {"title": "S", "logic": logic}

    def _logic(self) -> Any:
        dice = self.dice
        return dice.choice(
            [
                {">=": [AGE, dice.randrange(60)]},
                {"and": [{"<": [AGE, dice.random() * 60]}, {">": [HOUR, dice.randrange(24)]}]},
                {"==": [{"var": "profile.first_name"}, dice.choice(["Ada", "Bob"])]},
                {"in_segment": f"s{dice.randrange(4)}"},
                {">=": [{"events": {"type": "Product Added", "within": "10m"}}, dice.randrange(1, 3)]},
                {"!": [{"==": [AGE, dice.randrange(3) * 20]}]},
                {"some": [{"var": "profile.list"}, {">": [{"var": ""}, dice.randrange(3)]}]},
                {">": [{"var": f"profile.bought.{dice.choice(('tea', 'teas', 'bread'))}"}, dice.randrange(3)]},
            ]
        )

    def module(self) -> Any:
        """Some module."""
        dice = self.dice
        words = {"heading": dice.choice(["Hi", "Hello", "Dear {{ profile.first_name }}"])}
        body: dict[str, Any] = {
            "type": dice.choice(["card", "card", "note", "picky"]),
            "tier": dice.randrange(3),
            "worth": dice.choice([0.5, 1.0, 2.0]),
            "topics": dice.sample(["tea", "bread"], dice.randrange(2)),
            "tags": dice.sample(TAGS, dice.randrange(3)),
            "locales": dict.fromkeys(dice.sample(["en", "de", "fr"], dice.randrange(1, 3)), words),
        }
        if dice.random() < 0.6:
            body["targeting"] = f"r{dice.randrange(4)}" if dice.random() < 0.5 else self._logic()
            body["unknown"] = dice.choice(["yes", "no"])
        if dice.random() < 0.2:
            body["schedule"] = dice.choice([{"until": "2027-06-01T00:00:00"}, {"from": "2027-03-01T00:00:00"}])
        if dice.random() < 0.3:
            words = {next(iter(body["locales"])): {"heading": "Bold"}}
            body["variants"] = [{"key": "bold", "locales": words, "targeting": dice.choice(["r0", self._logic()])}]
        return body

    def _layout(self) -> Any:
        return {"title": "L", "slots": list(self._slots()), "fallback": self.dice.choice([None, "m1", "m2"])}

    def _slots(self) -> Iterator[dict[str, Any]]:
        dice = self.dice
        for key in ("top", "more", "end")[: dice.randrange(1, 4)]:
            slot: dict[str, Any] = {"key": key, "min": dice.randrange(2), "max": dice.choice([1, 2, 5, 30])}
            slot["types"] = dice.choice([[], [], ["card"], ["note", "picky"]])
            slot["tags"] = dice.choice([[], [], ["tea"], ["tea", "new"]])
            slot["pinned"] = dice.sample(["m3", "m4", "m5"], dice.choice([0, 0, 1]))
            slot["fallback"] = dice.choice([None, "m6"])
            slot["diverse_by"] = dice.choice([None, None, "topic"])
            yield slot


def asks(catalogue: Catalogue, dice: random.Random, count: int) -> Iterator[Ask]:
    """Questions of different people to every layout."""
    for _ in range(count):
        profile: dict[str, Any] = {"list": [dice.randrange(4)], "bought": {"tea": 2}} if dice.random() < 0.7 else {}
        if dice.random() < 0.8:
            profile["age"] = dice.choice([dice.randrange(60), "20", None, [20]])
        if dice.random() < 0.5:
            profile["first_name"] = dice.choice(["Ada", "Bob"])
        added = [[NOW - ago, {}] for ago in sorted(dice.sample(range(0, 900, 50), dice.randrange(4)))]
        segments = frozenset(dice.sample(["s0", "s1", "s2", "s3"], dice.randrange(3)))
        values = {"profile": profile, "context": {"hour": dice.randrange(24)}}
        facts = Facts(NOW, values, {"Product Added": added} if added else {}, segments)
        without = dice.choice([{}, {}, {}, {"m7": "broken", "m8": "broken"}])
        more = {"channel": "web", "locale": dice.choice(["en", "de-AT"]), "unit": str(dice.random())}
        for layout in catalogue.plans:
            yield Ask(catalogue=catalogue, layout=layout, facts=facts, without=without, **more)


ENGINES = (Engine(), Engine(interest=lambda _: {"tea": 3.0, "bread": 0.2}))


def told(page: Page) -> Any:
    """All that an answer says, but until when it holds."""
    return (
        page.decision_id,
        page.level,
        page.notes,
        [
            (f.slot, [(p.module, p.content.digest, p.content.fields, p.encoded) for p in f.placements], f.why.encoded)
            for f in page.filled
        ],
    )
