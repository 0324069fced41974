"""Checking rules at save: 10,000 rules one by one, and 1,000 rules of one slot beside each other.

    .venv/bin/python -m benchmarks.rules_check [--size 10000] [--rounds 5]

The rules are those of `benchmarks/targeting.py`. Prints the least times of all rounds, and their ratios to reading the
same rules' JSON and walking through it once, in turn in one run. What was found is counted.
"""

from __future__ import annotations

import argparse
import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, Final

from benchmarks.targeting import ATTRIBUTES, LISTED, NUMBERED, WORDS, World
from rules import Attribute, Checker, Entry, FactType, Finding, Vocabulary, check, check_catalogue, parse

WORLDS: Final = ("conjunctive", "mixed", "thresholds")
SLOT: Final = 1_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    for name in WORLDS:
        _single(name, World(name).rules(given.size), given.rounds)
    for name in WORLDS:
        _slot(name, World(name).rules(SLOT), given.rounds)


def _single(name: str, rules: list[Any], rounds: int) -> None:
    documents = [json.dumps(rule) for rule in rules]
    vocabulary = _vocabulary()
    least = _least(
        {
            "json": lambda: [_walked(json.loads(document)) for document in documents],
            "parse": lambda: [parse(rule) for rule in rules],
            "checker": lambda: _all_with_one(vocabulary, rules),
            "check": lambda: [check(rule, vocabulary) for rule in rules],
        },
        rounds,
    )
    found = Counter(one.code for rule in rules for one in check(rule, vocabulary))
    print(f"\n{name}: {len(rules):,} rules one by one")
    for kind, words in (("parse", "parsed alone"), ("checker", "by one Checker"), ("check", "by check(), each anew")):
        each = 1e6 * least[kind] / len(rules)
        print(
            f"  {words}: {least[kind]:.2f} s, {each:.0f} µs each, {least[kind] / least['json']:.1f} × JSON and a walk"
        )
    print(f"  found: {_counted(found)}")


def _slot(name: str, rules: list[Any], rounds: int) -> None:
    entries = [Entry(f"r{number}", rule, "top", number) for number, rule in enumerate(rules)]
    vocabulary = _vocabulary()
    least = _least({"slot": lambda: check_catalogue(entries, vocabulary)}, rounds)["slot"]
    found: list[Finding] = check_catalogue(entries, vocabulary)
    told = _counted(Counter(one.code for one in found))
    print(f"\n{name}: {len(rules):,} rules of one slot beside each other: {least:.2f} s\n  found: {told}")


def _all_with_one(vocabulary: Vocabulary, rules: Iterable[Any]) -> list[list[Finding]]:
    checker = Checker(vocabulary)
    return [checker.check(rule) for rule in rules]


def _walked(value: Any) -> int:
    """How many values there are: what any look at a rule costs at least."""
    if isinstance(value, dict):
        return 1 + sum(map(_walked, value.values()))
    return 1 + sum(map(_walked, value)) if isinstance(value, list) else 1


def _least(contestants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    least = dict.fromkeys(contestants, 9e9)
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            gc.disable()
            began = perf_counter()
            run()
            least[name] = min(least[name], perf_counter() - began)
            gc.enable()
    return least


def _vocabulary() -> Vocabulary:
    made = [("profile.tags", FactType.LIST), ("profile.orders", FactType.LIST)]
    for number in range(ATTRIBUTES):
        text = number in WORDS or number in LISTED
        plain = FactType.NUMBER if number in NUMBERED else FactType.BOOLEAN
        made.append((f"profile.a{number}", FactType.STRING if text else plain))
    return Vocabulary({path: Attribute(path, kind, path) for path, kind in made})


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count:,} {code}" for code, count in found.most_common()) or "nothing"


if __name__ == "__main__":
    main()
