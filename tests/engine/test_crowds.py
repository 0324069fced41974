"""Where very many modules fit, an index lets them through: the same ones, in the same order, as one by one."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from engine import Engine, Gate, Level, Page
from rules import Facts, RuleError, parse
from tests.engine.toys import NOW, catalogue, decide, layout, module, shown

AGE = {"var": "profile.age"}
SCHEDULES = [
    {"until": "2026-12-31T00:00:00"},
    {"until": "2027-06-01T00:00:00"},
    {"from": "2027-03-01T00:00:00"},
    {"from": "2026-06-01T00:00:00", "until": "2027-01-15T08:00:01"},
    {"from": "2027-01-15T08:00:00"},
]
"""Some are over by `NOW` or begin with it."""

SLOT = {"key": "top", "max": 20}
WINE = {"title": "Wine", "tags": ["wine"], "logic": {">=": [AGE, 18]}}
WORDS = {
    "title": "Words",
    "status": "running",
    "coverage": 1.0,
    "variations": [
        {"key": "one", "weight": 0.5, "modules": {"m3": "off", "m7": "off"}},
        {"key": "other", "weight": 0.5, "modules": {}},
    ],
}


def _target(dice: random.Random) -> Any:
    return dice.choice(
        [
            None,
            {">=": [AGE, dice.randrange(60)]},
            {"<": [AGE, dice.random() * 60]},
            {"==": [{"var": "profile.first_name"}, dice.choice(["Ada", "Bob"])]},
            {"or": [{"<": [AGE, 20]}, {">": [{"var": "context.hour"}, dice.randrange(24)]}]},
            {">=": [{"events": {"type": "Product Added", "within": "10m"}}, dice.randrange(1, 3)]},
            {"!": [{"==": [AGE, dice.randrange(3) * 20]}]},
        ]
    )


def _module(dice: random.Random) -> Any:
    more: dict[str, Any] = {"tier": dice.randrange(3), "worth": dice.choice([0.5, 1.0, 1.0, 2.0])}
    more["topics"] = dice.sample(["tea", "coffee", "bread"], dice.randrange(3))
    target = _target(dice)
    if target is not None:
        more |= {"targeting": target, "unknown": dice.choice(["yes", "no", "no"])}
    if dice.random() < 0.1:
        more["schedule"] = dice.choice(SCHEDULES)
    if dice.random() < 0.2:
        more["tags"] = ["wine"]
    return module(dice.choice(["Hi", "Hi", "Dear {{ profile.first_name }}"]), **more)


def _asks(dice: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {"context": {"hour": dice.randrange(24)}, "profile": {}}
    if dice.random() < 0.8:
        values["profile"]["age"] = dice.choice([dice.randrange(60), dice.random() * 60, "20", [20], True, {}])
    if dice.random() < 0.5:
        values["profile"]["first_name"] = dice.choice(["Ada", "Bob"])
    added = [[NOW - ago, {}] for ago in sorted(dice.sample(range(0, 900, 50), dice.randrange(4)))]
    return {"values": values, "events": {"Product Added": added} if added else {}, "unit": str(dice.random())}


def _untold(note: str) -> int:
    """How many are said to be stopped without being told of."""
    return sum(int(count) for count in re.findall(r"(\d+) more (?:are|have)", note))


def _placed(page: Page) -> Any:
    return [[(p.module, p.score, p.reason) for p in filled.placements] for filled in page.filled]


@pytest.mark.parametrize("interest", [{}, {"tea": 3.0, "bread": 0.2}, {"coffee": 0.0, "tea": 0.0}])
@pytest.mark.parametrize("diverse", [None, "topic"])
def test_a_crowd_gets_the_page_that_few_would_get(interest: dict[str, float], diverse: str | None) -> None:
    dice = random.Random(5)
    modules = {f"m{at}": _module(dice) for at in range(150)}
    slots = [{"key": "top", "max": 3, "pinned": ["m7", "m9"]}, {"key": "more", "max": 40}, {"key": "end", "min": 1}]
    if diverse:
        slots[1]["diverse_by"] = diverse
    layouts = {"home": layout(*slots, fallback="m1")}
    contents = {"modules": modules, "layouts": layouts, "policies": {"wine": WINE}, "experiments": {"words": WORDS}}
    few, crowd = catalogue(many=1_000, **contents), catalogue(many=1, **contents)
    engine = Engine(interest=lambda history: interest)
    for _ in range(60):
        ask = _asks(dice) | {"without": dice.choice([{}, {}, {"m7": "no such field"}])}
        one, other = decide(few, engine, **dict(ask)), decide(crowd, engine, **dict(ask))
        assert _placed(one) == _placed(other)
        for a, b in zip(one.filled, other.filled, strict=True):
            assert [(o.module, o.score) for o in a.why.outranked] == [(o.module, o.score) for o in b.why.outranked]
            assert {stop.module for stop in b.why.stopped} <= {stop.module for stop in a.why.stopped}
            assert len(b.why.stopped) >= min(20, len(a.why.stopped))
            assert len(b.why.stopped) + _untold(b.why.note) == len(a.why.stopped)
        assert (one.level, one.notes) == (other.level, other.notes)
        assert one.valid_until is None or (other.valid_until is not None and other.valid_until <= one.valid_until)


def test_of_a_crowd_the_first_that_were_stopped_are_told_and_the_others_counted() -> None:
    """By default it is a thousand modules that are a crowd."""
    modules = {f"m{at}": module(tier=at % 7, targeting={">=": [AGE, 18 + at]}) for at in range(1_200)}
    shop = catalogue(modules=modules, layouts={"home": layout({"key": "top", "max": 2})})
    page = decide(shop, values={"profile": {"age": 118}})
    (filled,) = page.filled
    assert len(shown(page)["top"]) == 2
    assert len(filled.why.stopped) == 20
    assert {stop.because for stop in filled.why.stopped} == {("",)}
    assert filled.why.note == "79 more came after; 1079 more are targeted at others"
    stopped = {stop.module for stop in filled.why.stopped}
    rules = {key: parse(body["targeting"]) for key, body in modules.items()}
    facts = Facts(NOW, {"profile": {"age": 118}})
    assert all(rules[key].decide(facts).outcome == "no" for key in stopped)


def test_a_crowd_tells_the_first_that_schedule_or_policy_keep_back_and_counts_the_others() -> None:
    late, wine = {"schedule": {"until": "2026-06-01T00:00:00"}}, {"tags": ["wine"]}
    modules = {f"m{at}": module(tier=at % 7, **(late, wine, {})[at % 3]) for at in range(90)}
    shop = catalogue(
        many=1, modules=modules, layouts={"home": layout(SLOT)}, policies={"wine": WINE | {"logic": False}}
    )
    (filled,) = decide(shop, without={"m0": "no such field", "m2": "no such field"}).filled
    assert len(filled.why.stopped) == 22
    assert {stop.module for stop in filled.why.stopped if stop.gate is Gate.BROKEN} == {"m0", "m2"}
    assert filled.why.note == "39 more are kept back by schedule or policy"


@pytest.mark.parametrize("age", [30, "30", None])
def test_rules_that_fail_in_a_crowd_cost_their_own_modules_their_place(age: Any) -> None:
    failing = {"nope": [1]}
    targets = [failing, {"and": [{"<": [AGE, 90]}, failing]}, {"or": [failing, True]}, {">=": [AGE, 18]}, True]
    modules = {f"m{at}": module(targeting=targets[at % 5], unknown="yes") for at in range(200)}
    contents = {"modules": modules, "layouts": {"home": layout(SLOT)}}
    few, crowd = catalogue(many=1_000, **contents), catalogue(many=1, **contents)
    values = {"profile": {"age": age}}
    one, other = decide(few, values=values), decide(crowd, values=values)
    assert _placed(one) == _placed(other)
    assert one.level is other.level is Level.DEGRADED
    assert set(other.notes) < set(one.notes)
    (filled,) = other.filled
    assert {(stop.gate, stop.detail) for stop in filled.why.stopped} == {
        (Gate.BROKEN, "the rule of its own rule fails")
    }
    assert "100 more have rules that fail" in filled.why.note
    for shop in (few, crowd):
        with pytest.raises(RuleError):
            decide(shop, values=values, strict=True)


def test_a_place_whose_modules_all_have_failing_rules_falls_back() -> None:
    modules = {f"m{at}": module(targeting={"nope": [at]}) for at in range(30)} | {"back": module(targeting=False)}
    contents = {"modules": modules, "layouts": {"home": layout(SLOT | {"fallback": "back"})}}
    for many in (1_000, 1):
        assert shown(decide(catalogue(many=many, **contents))) == {"top": ["back"]}
