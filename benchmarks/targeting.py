"""Rules as an editor targets with, over thirty attributes, and people to ask about; all from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

WORDS: Final = range(12)
LISTED: Final = range(12, 18)
NUMBERED: Final = range(18, 26)
SURE: Final = range(26, 30)
ATTRIBUTES: Final = 30

VALUES: Final = [f"value-{at}" for at in range(10)]
CATEGORIES: Final = ("bread", "coffee", "tea", "cheese", "wine", "fruit", "fish", "pasta", "soap", "flowers")
TAGS: Final = [f"tag-{at}" for at in range(40)]


@dataclass(frozen=True, slots=True)
class World:
    """A kind of rules. `conjunctive`, `mixed` (a fifth with an or, 15 % with a not, 5 % over lists), or `thresholds`
    (every rule with a threshold of its own)."""

    name: str
    seed: int = 1

    def rules(self, count: int) -> list[Any]:
        """So many rules of one to five predicates, of which a tenth matches a person."""
        dice = random.Random(self.seed)
        make = {"conjunctive": _conjunctive, "mixed": _mixed, "thresholds": _thresholds}[self.name]
        return [make(dice) for _ in range(count)]

    def people(self, count: int) -> list[dict[str, Any]]:
        """The facts of so many people."""
        dice = random.Random(self.seed + 1)
        return [_person(dice) for _ in range(count)]


def _attribute(number: int) -> dict[str, str]:
    return {"var": f"profile.a{number}"}


def _predicate(dice: random.Random, threshold: Callable[[random.Random], float]) -> Any:
    number = dice.randrange(ATTRIBUTES)
    if number in WORDS:
        return {"==": [_attribute(number), dice.choice(VALUES[:4])]}
    if number in LISTED:
        return {"in": [_attribute(number), dice.sample(VALUES, 3)]}
    if number in NUMBERED:
        return {dice.choice([">=", "<"]): [_attribute(number), threshold(dice)]}
    return {"==": [_attribute(number), dice.random() < 0.4]}


def _round(dice: random.Random) -> float:
    return dice.randrange(0, 100, 5)


def _conjunctive(dice: random.Random) -> Any:
    return {"and": [_predicate(dice, _round) for _ in range(dice.randint(1, 5))]}


def _mixed(dice: random.Random) -> Any:
    rule = _conjunctive(dice)
    if dice.random() < 0.20:
        rule["and"][0] = {"or": [_predicate(dice, _round) for _ in range(dice.randint(2, 3))]}
    if dice.random() < 0.15:
        rule["and"][-1] = {"!": rule["and"][-1]}
    if dice.random() < 0.05:
        rule["and"].append(_over_a_list(dice))
    return rule


def _over_a_list(dice: random.Random) -> Any:
    if dice.random() < 0.5:
        return {"in": [dice.choice(TAGS), {"var": "profile.tags"}]}
    row = [{"==": [{"var": "category"}, dice.choice(CATEGORIES)]}, {">": [{"var": "total"}, dice.randrange(0, 100, 5)]}]
    return {"some": [{"var": "profile.orders"}, {"and": row}]}


def _thresholds(dice: random.Random) -> Any:
    rule = {"and": [_predicate(dice, _any) for _ in range(dice.randint(0, 4))]}
    high = 40 + 60 * dice.random()
    number = _attribute(dice.choice(NUMBERED))
    rule["and"].append(dice.choice([{">=": [number, high]}, {"<": [number, 100 - high]}]))
    return rule


def _any(dice: random.Random) -> float:
    return dice.random() * 100


def _person(dice: random.Random) -> dict[str, Any]:
    profile: dict[str, Any] = {f"a{number}": dice.choice(VALUES[:4]) for number in WORDS}
    profile |= {f"a{number}": dice.choice(VALUES) for number in LISTED}
    profile |= {f"a{number}": dice.random() * 100 for number in NUMBERED}
    profile |= {f"a{number}": dice.random() < 0.4 for number in SURE}
    profile["tags"] = dice.sample(TAGS, 6)
    profile["orders"] = [{"category": dice.choice(CATEGORIES), "total": dice.randrange(100)} for _ in range(10)]
    return {"profile": profile}
