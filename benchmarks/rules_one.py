"""One rule against one profile: ours, other engines, and the same written by hand, in turn in one run.

    .venv/bin/python benchmarks/rules_one.py [--rounds 15] [--people 200]

Prints times of ours for orientation, and ratios of the least times of all rounds. Each peer runs in an environment of
its own, with its rule compiled and its data parsed beforehand where it can do that.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter
from types import FunctionType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.peers import PEERS, Worker
from rules import parse
from rules.modes import Mode, evaluating
from rules.rule import HOT
from rules.source.generated import maker
from rules.values import Facts

TOWNS = ["Bern", "Basel", "Chur", "Genf", "Olten", "Sitten", "Thun", "Uster", "Wil", "Zug"]
PLACES = [f"{town} {number}" for number in range(5) for town in TOWNS]
DAY = 86_400
NOW = 1_750_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """A rule, and the same by hand as one would write it who knows that everything is there."""

    name: str
    logic: Any
    by_hand: Callable[[Any], Any]


@dataclass(slots=True)
class Times:
    """The least time of one evaluation of each contestant, in seconds."""

    least: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, seconds: float) -> None:
        self.least[name] = min(seconds, self.least.get(name, math.inf))

    def ratio(self, name: str, to: str = "ours") -> float:
        return self.least[name] / self.least[to]


def equality(data: Any) -> bool:
    return data["profile"]["place"] == "Bern 0"


def and_or(data: Any) -> bool:
    profile = data["profile"]
    return (
        profile["orders"] > 2
        and profile["place"] != "Chur 1"
        and (profile["band"] == "25-34" or data["context"]["device"] in {"mobile", "tablet"} or profile["spend"] < 50)
    )


def in_fifty(data: Any, places: frozenset[str] = frozenset(PLACES)) -> bool:
    return data["profile"]["place"] in places


def over_events(data: Any) -> bool:
    for event in data["events"]:  # noqa: SIM110  # twice as fast as any()
        if event["price"] > 20 and event["type"] == "Order Completed":
            return True
    return False


def arithmetic(data: Any) -> bool:
    return (data["context"]["now"] - data["profile"]["last_order"]) / 86_400 > 7


def var(path: str) -> dict[str, str]:
    return {"var": path}


TASKS = (
    Task("equality", {"==": [var("profile.place"), "Bern 0"]}, equality),
    Task(
        "and/or of five",
        {
            "and": [
                {">": [var("profile.orders"), 2]},
                {"!=": [var("profile.place"), "Chur 1"]},
                {
                    "or": [
                        {"==": [var("profile.band"), "25-34"]},
                        {"in": [var("context.device"), ["mobile", "tablet"]]},
                        {"<": [var("profile.spend"), 50]},
                    ]
                },
            ]
        },
        and_or,
    ),
    Task("in fifty", {"in": [var("profile.place"), PLACES]}, in_fifty),
    Task(
        "some over filter of 20",
        {"some": [{"filter": [var("events"), {">": [var("price"), 20]}]}, {"==": [var("type"), "Order Completed"]}]},
        over_events,
    ),
    Task(
        "date arithmetic",
        {">": [{"/": [{"-": [var("context.now"), var("profile.last_order")]}, DAY]}, 7]},
        arithmetic,
    ),
)


def people(count: int) -> list[Any]:
    """Profiles as a shop has them; half of them somewhere in the fifty places."""
    dice = Random(1)
    kinds = ["Product Viewed"] * 12 + ["Product Added"] * 5 + ["Product Removed"] * 2 + ["Order Completed"]
    return [
        {
            "profile": {
                "place": dice.choice(PLACES if dice.random() < 0.5 else ["Bern 0", "Paris", "Rome"]),
                "orders": dice.randrange(8),
                "band": dice.choice(["18-24", "25-34", "35-44"]),
                "spend": round(dice.expovariate(1 / 80), 2),
                "last_order": NOW - dice.randrange(30 * DAY),
            },
            "context": {"device": dice.choice(["mobile", "tablet", "desktop"]), "now": NOW},
            "events": [
                {"type": dice.choice(kinds), "price": round(dice.uniform(2, 40), 2), "at": NOW - 600 * number}
                for number in range(20)
            ],
        }
        for _ in range(count)
    ]


def timed(ask: Callable[[Any], Any], data: list[Any]) -> float:
    """Seconds of one call."""
    began = perf_counter()
    for one in data:
        ask(one)
    return (perf_counter() - began) / len(data)


def clock() -> Callable[[Callable[[Any], Any], list[Any]], float]:
    """The same loop with code of its own: Python learns at the place of a call which function is called there."""
    return FunctionType(timed.__code__.replace(), globals())


def measured(task: Task, data: list[Any], workers: list[Worker], rounds: int) -> Times:
    """All contestants in turn, again and again."""
    times, rule = Times(), parse(task.logic)
    facts = [Facts(0.0, one) for one in data]
    closures = evaluating(rule.root, Mode.CLOSURES)
    for one in (data * HOT)[: HOT + 1]:
        assert rule.evaluate(one) is task.by_hand(one) is closures(one), task.name
        rule.decide(Facts(0.0, one))
    ours: list[tuple[str, Any, list[Any], Any]] = [
        ("ours", rule.evaluate, data, clock()),
        ("by hand", task.by_hand, data, clock()),
        ("closures", closures, data, clock()),
        ("decide", rule.decide, facts, clock()),
    ]
    for _ in range(rounds):
        for name, ask, asked, seconds in ours:
            times.take(name, min(seconds(ask, asked), seconds(ask, asked)))
        for worker in workers:
            times.take(worker.peer.name, worker.ask("seconds", rule=task.logic, data=data, loops=2))
    return times


def compiled(workers: list[Worker], rounds: int) -> Times:
    """What it costs to make one rule ready, the mean of the five."""
    texts = [json.dumps(task.logic) for task in TASKS] * 20
    rules = [json.loads(text) for text in texts]
    times = Times()
    for _ in range(rounds):
        roots = [parse(rule).root for rule in rules]
        times.take("json.loads of its text", timed(json.loads, texts))
        times.take("parse", timed(parse, rules))
        times.take("closures, evaluate", timed(lambda root: evaluating(root, Mode.CLOSURES), roots))
        times.take("closures, decide", timed(lambda rule: rule.truth, [parse(rule) for rule in rules]))
        times.take("source, shape known", timed(lambda root: evaluating(root, Mode.SOURCE), roots))
        times.take("source, shape new", timed(anew, roots[: len(TASKS)]))
        for worker in workers:
            seconds = worker.ask("compile", rules=rules)
            if seconds is not None:
                times.take(f"{worker.peer.name}, compile", seconds)
    return times


def anew(root: Any) -> None:
    """Source of a shape that nobody has had."""
    maker.cache_clear()
    evaluating(root, Mode.SOURCE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--people", type=int, default=200)
    given = parser.parse_args()
    data = people(given.people)
    workers = [Worker(peer) for peer in PEERS.values()]
    every = [measured(task, data, workers, given.rounds) for task in TASKS]
    pure = [peer.name for peer in PEERS.values() if peer.pure]
    print(f"{'':24}{'ours':>8}{'closures':>9}{'decide':>8}   {'by hand':>8}{'fastest pure':>22}{'datalogic':>10}")
    factors = []
    for task, times in zip(TASKS, every, strict=True):
        fastest = min(pure, key=lambda name: times.least[name])
        factors.append(times.ratio(fastest))
        nanoseconds = "".join(f"{times.least[name] * 1e9:>8.0f} " for name in ("ours", "closures", "decide"))
        others = f"{fastest} {factors[-1]:.1f}x"
        print(
            f"{task.name:24}{nanoseconds} {1 / times.ratio('by hand'):>8.2f}x {others:>21}"
            f" {times.ratio('datalogic'):>8.2f}x"
        )
    print("ours, closures, decide: ns. by hand: ours as a multiple of it. Others: they as a multiple of ours.")
    print(f"fastest pure-Python peer, geometric mean: {math.exp(sum(map(math.log, factors)) / len(factors)):.1f}x")
    for name, seconds in (made := compiled(workers, given.rounds)).least.items():
        print(f"{name:28}{seconds * 1e6:>8.1f} µs {made.ratio(name, 'json.loads of its text'):>8.1f}x json.loads")
    for worker in workers:
        worker.__exit__(None, None, None)


if __name__ == "__main__":
    main()
