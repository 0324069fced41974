"""Whatever a publication changes in an answer for nobody in particular is filed under a key that it purges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import orjson
import pytest

from channels import View, create_channels
from engine import Ask, Catalogue, CatalogueError, Engine, keys_of, recompile, touched
from modules import KINDS
from profiles import SegmentError
from rules import Facts
from service.caching import filed_under
from storage import EVERYTHING, UNTOLD, capped
from tests.engine.histories import DOT, NOTE, TYPES, History, Name
from tests.engine.toys import NOW, catalogue, layout, module, shelf

PICTURE = {"kind": "image", "role": "image"}
PICTURED = tuple(
    {
        key: {**made, "fields": {**made["fields"], "picture": PICTURE}, "templates": templates}
        for (key, made), templates in zip(types.items(), ({}, {"web": "<p>{{ heading }}</p>"}, {}), strict=True)
    }
    for types in TYPES
)
CHANNELS = create_channels()
SHARED = [name for name, channel in CHANNELS.items() if channel.shared]
ENGINE = Engine(shelf("tea", "bread"))
STEPS = 16

Where = tuple[str, str, str, int]
"""Layout, channel, locale, hour."""


class Pictured(History):
    """Modules with pictures and items, and more that nobody can see at first."""

    def module(self) -> Any:
        body, dice = super().module(), self.dice
        for words in body["locales"].values():
            words["heading"] = dice.choice(["Hi", "Hello", 'Dear {{ profile.first_name | default("you") }}'])
            if dice.random() < 0.4:
                words["picture"] = {"asset": dice.choice(["a.svg", "b.png", "c.svg"])}
            if body["type"] == "card" and dice.random() < 0.3:
                words["products"] = {"count": 1, "recommend": "popular"}
        if dice.random() < 0.5:
            body.pop("targeting", None)
        return body

    def _change_types(self) -> tuple[Name, Any]:
        key = self.dice.choice(("card", "note", "picky"))
        return ("types", key), self.dice.choice(PICTURED)[key]

    def _change_assets(self) -> tuple[Name, Any]:
        return ("assets", self.dice.choice(["a.svg", "a.png", "b.png", "c.png"])), DOT % self.dice.randrange(9)

    def _change_modules(self) -> tuple[Name, Any]:
        name, body = super()._change_modules()
        if body is not None and name in self.now and self.dice.random() < 0.4:
            body = {**orjson.loads(self.now[name]), "locales": body["locales"]}
        return name, body

    def _change_policies(self) -> tuple[Name, Any]:
        return super()._change_policies() if self.dice.random() < 0.2 else self._change_modules()

    def _change_attributes(self) -> tuple[Name, Any]:
        return super()._change_attributes() if self.dice.random() < 0.2 else self._change_modules()

    def _change_locales(self) -> tuple[Name, Any]:
        return super()._change_locales() if self.dice.random() < 0.2 else self._change_modules()


def answers(shop: Catalogue, most: int) -> dict[Where, tuple[bytes, set[str]]]:
    """Every answer for nobody in particular, with its keys within so many bytes."""
    return {where: _answer(shop, where, most) for where in _wheres(shop)}


def _wheres(shop: Catalogue) -> Iterator[Where]:
    for key in shop.plans:
        for channel in SHARED:
            for locale, hour in (("en", 8), ("de-AT", 20)):
                yield key, channel, locale, hour


def _answer(shop: Catalogue, where: Where, most: int) -> tuple[bytes, set[str]]:
    key, channel, locale, hour = where
    facts = Facts(NOW, {"profile": {}, "consent": {}, "context": {"hour": hour}}, {}, frozenset())
    ask = Ask(catalogue=shop, layout=key, channel=channel, locale=locale, facts=facts, unit="")
    page = ENGINE.decide(ask)
    view = View(
        facts.values,
        lambda name: f"/assets/{shop.assets.get(name, 'missing')}/{name}",
        has_asset=shop.assets.__contains__,
        alt_of=shop.alt_of,
    )
    render = getattr(CHANNELS[channel], "render_slots", CHANNELS[channel].render)
    body: bytes = render(page, view, why=False).body
    return body, set(filed_under(*keys_of(page, shop), most))


def _next(history: History, served: Catalogue, before: Mapping[Name, str], release: str) -> Catalogue | None:
    """The catalogue after another step; None where that cannot be published."""
    make: Callable[[], Catalogue] = partial(recompile, served, release, history.changes(before), history.load)
    try:
        return make()
    except (CatalogueError, SegmentError):
        return None


@pytest.mark.parametrize("most", [60, 10_000])
@pytest.mark.parametrize("many", [1, 1_000])
@pytest.mark.parametrize("seed", range(3))
def test_each_answer_that_a_publication_changes_has_a_key_that_it_purges(seed: int, many: int, most: int) -> None:
    """Also where its headers cannot name all that it shows, and of modules that were not shown before."""
    history = Pictured(seed)
    history.put({("types", key): body for key, body in PICTURED[0].items()})
    history.put({("assets", name): DOT % 1 for name in ("a.svg", "b.png", "c.svg")})
    release = f"{seed}-{many}-{most}"  # fragments are kept by it, for all tests
    served, before = history.compiled(release, many), history.manifest()
    kept, changed, spared = answers(served, most), 0, 0
    for number in range(STEPS):
        earlier = dict(history.now)
        history.step()
        made = _next(history, served, before, f"{release}-{number}")
        if made is None:
            history.now = earlier
            continue
        after = history.manifest()
        moved = {name: (before.get(name), after.get(name)) for name in history.changes(before)}
        purged = touched(served, moved, history.load)
        now = answers(made, most)
        for where, (body, keys) in kept.items():
            if where not in now or now[where][0] != body:
                changed += 1
                assert keys & purged, (where, list(moved), body, now.get(where))
            elif not keys & purged:
                spared += 1
        served, before, kept = made, after, now
    assert changed > 20, "the test changes too little to show anything"
    assert spared > 20, "everything is purged with everything"


def test_new_words_purge_the_answers_that_show_them_and_a_new_tier_every_answer_of_the_layout() -> None:
    made = {
        "types": {"note": NOTE},
        "modules": {
            "hero": {**module(tags=["hero"]), "type": "note"},
            "other": module("Other", tags=["hero"], tier=-1),
        },
        "layouts": {"home": layout({"key": "top", "tags": ["hero"]}), "side": layout({"key": "top", "tags": ["side"]})},
    }
    assert _purged(made, hero={**module("Words", tags=["hero"]), "type": "note"}) == ["module:hero", UNTOLD]
    personal = {**module("Dear {{ profile.first_name }}", tags=["hero"]), "type": "note"}
    assert _purged(made, hero=personal) == ["layout:home", "module:hero", UNTOLD]
    assert _purged(made, other=module("Words", tags=["hero"], tier=5)) == ["layout:home", "module:other", UNTOLD]
    assert _purged(made, fresh=module("New", tags=["side"])) == ["layout:side", "module:fresh", UNTOLD]
    assert _purged(made, fresh=module("New", tags=["nowhere"])) == ["module:fresh", UNTOLD]
    assert _purged(made, hero=module(tags=["side"])) == ["layout:home", "layout:side", "module:hero", UNTOLD]


def _purged(made: dict[str, Any], **modules: Any) -> list[str]:
    shop = catalogue(**made)
    bodies = {key: orjson.dumps(body) for key, body in modules.items()}
    moved = {("modules", key): (shop.digest("modules", key), f"new {key}") for key in modules}
    old = {shop.digest("modules", key): orjson.dumps(made["modules"][key]) for key in modules if key in made["modules"]}
    return capped(touched(shop, moved, lambda _: {**old, **{f"new {key}": body for key, body in bodies.items()}}))


WORLD: dict[str, dict[str, Any]] = {
    "types": {"note": NOTE},
    "rules": {"grown": {"title": "Grown up", "logic": {">": [{"var": "profile.age"}, 17]}}},
    "segments": {"some": {"title": "Some", "logic": {">": [{"var": "profile.age"}, 17]}}},
    "modules": {
        "hero": {**module(tags=["hero"]), "type": "note", "targeting": "grown"},
        "stand-in": module(tags=["nowhere"]),
        "aside": module(tags=["aside"]),
    },
    "layouts": {
        "home": layout({"key": "top", "tags": ["hero"], "fallback": "stand-in", "min": 1}),
        "side": layout({"key": "top", "tags": ["aside"]}),
        "last": layout({"key": "top", "tags": ["none"]}, fallback="stand-in"),
        "pinning": layout({"key": "top", "tags": ["none"], "pinned": ["stand-in"]}),
    },
}


@pytest.mark.parametrize(
    ("kind", "key", "body", "purged"),
    [
        ("modules", "stand-in", module("Else"), ["layout:home", "layout:last", "layout:pinning", "module:stand-in"]),
        ("rules", "grown", {"title": "G", "logic": {"==": [{"var": "profile.age"}, 3]}}, ["layout:home"]),
        ("types", "note", {**NOTE, "title": "Other"}, ["layout:home", "type:note"]),
        ("types", "fresh", NOTE, ["type:fresh"]),
        ("layouts", "side", layout({"key": "top"}), ["layout:side"]),
        ("layouts", "fresh", layout({"key": "top"}), ["layout:fresh"]),
        ("assets", "coffee.png", {}, ["asset:coffee"]),
        ("asset-details", "coffee.svg", {}, ["asset:coffee"]),
        ("policies", "adults", {"title": "P", "tags": ["none"], "logic": False}, [EVERYTHING]),
        ("locales", "here", {"locales": [{"code": "de"}]}, [EVERYTHING]),
        ("attributes", "more", {"attributes": [], "events": []}, [EVERYTHING]),
        ("model-pins", "recommender", {"version": "1"}, ["items"]),
        ("segments", "some", {"title": "Some", "logic": False}, []),
        ("triggers", "t", {"title": "T", "when": {"left": "some"}, "purpose": "necessary", "do": []}, []),
        ("experiments", "e", {"title": "E", "status": "stopped", "variations": []}, []),
    ],
)
def test_what_a_change_of_each_kind_purges(kind: str, key: str, body: Any, purged: list[str]) -> None:
    shop = catalogue(**WORLD)
    old = shop.digest(kind, key)
    bodies = {"new": orjson.dumps(body), str(old): orjson.dumps(WORLD.get(kind, {}).get(key, {}))}
    found = capped(touched(shop, {(kind, key): (old, "new")}, lambda wanted: {one: bodies[one] for one in wanted}))
    untold = [UNTOLD] if purged and purged != [EVERYTHING] else []
    assert found == purged + untold
    if old is not None:
        gone = touched(shop, {(kind, key): (old, None)}, lambda wanted: {one: bodies[one] for one in wanted})
        assert capped(gone) == found


def test_every_kind_of_content_has_its_case() -> None:
    cases = test_what_a_change_of_each_kind_purges.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {case[0] for case in cases} == KINDS.keys()


def test_of_too_much_everything_goes() -> None:
    shop = catalogue(layouts={"home": layout({"key": "top"})}, modules={"hero": module()})
    many = {("modules", f"m{number}"): (None, "x") for number in range(2_001)}
    assert touched(shop, many, lambda _: {}) == {EVERYTHING}
    assert capped({f"module:m{number}" for number in range(257)}) == [EVERYTHING]
    assert touched(shop, {}, lambda _: {}) == set()
