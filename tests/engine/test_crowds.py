"""Where very many modules fit, an index lets them through: the same ones, in the same order, as one by one."""

from __future__ import annotations

import random
from typing import Any

import pytest

from engine import Engine, Page
from rules import Facts, parse
from tests.engine.toys import NOW, catalogue, decide, layout, module, shown

AGE = {"var": "profile.age"}


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
        more["schedule"] = {"until": dice.choice(["2026-12-31T00:00:00", "2027-06-01T00:00:00"])}
    return module(**more)


def _asks(dice: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {"context": {"hour": dice.randrange(24)}, "profile": {}}
    if dice.random() < 0.8:
        values["profile"]["age"] = dice.choice([dice.randrange(60), dice.random() * 60, "20"])
    if dice.random() < 0.5:
        values["profile"]["first_name"] = dice.choice(["Ada", "Bob"])
    added = [[NOW - ago, {}] for ago in sorted(dice.sample(range(0, 900, 50), dice.randrange(4)))]
    return {"values": values, "events": {"Product Added": added} if added else {}, "unit": str(dice.random())}


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
    contents = {"modules": modules, "layouts": {"home": layout(*slots, fallback="m1")}}
    few, crowd = catalogue(many=1_000, **contents), catalogue(many=1, **contents)
    engine = Engine(interest=lambda history: interest)
    for _ in range(60):
        ask = _asks(dice)
        one, other = decide(few, engine, **dict(ask)), decide(crowd, engine, **dict(ask))
        assert _placed(one) == _placed(other)
        for a, b in zip(one.filled, other.filled, strict=True):
            assert [(o.module, o.score) for o in a.why.outranked] == [(o.module, o.score) for o in b.why.outranked]
            assert {stop.module for stop in b.why.stopped} <= {stop.module for stop in a.why.stopped}
            told, untold = len(b.why.stopped), len(a.why.stopped) - len(b.why.stopped)
            assert (f"{untold} more are targeted at others" in b.why.note) is (untold > 0)
            assert told >= min(20, len(a.why.stopped))
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
