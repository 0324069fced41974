"""What it costs to say how long a verdict holds, and to tell far from near: ratios of least times in one run.

    .venv/bin/python benchmarks/rules_clock.py [--rounds 15] [--people 200]

Everybody is somebody else: so a first look ahead is one that nobody's verdict could be remembered for.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rules import Facts, parse
from rules.clock.remembered import KEPT
from rules.compiler import compile_truth

NOW = 1_750_000_000.0
DAY = 86_400
CLOCK: Any = {"now": []}
ZONE = "Europe/Berlin"
LEEDS: Any = {"lat": 53.8008, "lon": -1.5491}
DISTANCE: Any = {"distance": [{"var": "place"}, LEEDS]}

RULES: dict[str, Any] = {
    "from nine to five": {"<=": [9, {"date_part": [CLOCK, "hour", ZONE]}, 16]},
    "evening, in the person's zone": {">=": [{"date_part": [CLOCK, "hour", {"var": "zone"}]}, 18]},
    "of age": {">=": [{"date_diff": [{"var": "born"}, CLOCK, "year", ZONE]}, 18]},
    "within thirty days": {"before": [CLOCK, {"date_add": [{"var": "since"}, 30, "day", ZONE]}]},
}


def crowd(size: int, dice: Random) -> list[Facts]:
    """People of all ages, here and there, at different seconds."""
    zones = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney")
    return [
        Facts(
            NOW + number * 7,
            {
                "born": NOW - dice.randrange(14 * 365, 22 * 365) * DAY - number,
                "since": NOW - dice.randrange(0, 60) * DAY - number,
                "zone": dice.choice(zones),
                "place": {"lat": dice.uniform(50, 58), "lon": dice.uniform(-5, 1)},
            },
        )
        for number in range(size)
    ]


def least(rounds: int, people: list[Facts], ask: Any, *, afresh: bool = False) -> float:
    """The least time for one person, in microseconds."""
    times = []
    for _ in range(rounds):
        if afresh:
            KEPT.clear()
        start = perf_counter()
        for facts in people:
            ask(facts)
        times.append((perf_counter() - start) / len(people))
    return min(times) * 1e6


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--people", type=int, default=200)
    given = arguments.parse_args()
    people = crowd(given.people, Random(1))
    print("| rule | verdict alone, µs | until when, first look | until when, again |\n|---|---|---|---|")
    for name, logic in RULES.items():
        rule = parse(logic)
        alone = compile_truth(rule.root, timed=False).decide
        base = least(given.rounds, people, lambda facts, alone=alone: alone(facts.values, facts))
        decide = rule.decide
        first = least(given.rounds, people, decide, afresh=True)
        again = least(given.rounds, people, decide)
        print(f"| {name} | {base:.1f} | {first / base:.1f} × | {again / base:.2f} × |")
    exact = least(given.rounds, people, lambda facts: parse_distance.evaluate(facts.values))
    near = parse({"<": [DISTANCE, 10]})
    quick = least(given.rounds, people, near.decide)
    print(f"\nA distance is {exact:.1f} µs; whether it is less than 10 km takes {quick / exact:.2f} × of that.")


parse_distance = parse(DISTANCE)

if __name__ == "__main__":
    main()
