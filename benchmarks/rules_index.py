"""Which of 100,000 rules hold for one person: the index against a loop over all rules, ours and those of others.

    .venv/bin/python -m benchmarks.rules_index            # a few minutes; makes an environment for each other engine
    .venv/bin/python -m benchmarks.rules_index --size 10000 --no-peers

For each world of rules (`benchmarks/targeting.py`) it prints how many of them match, the time of one answer, what a
change of one rule costs, and the ratios to the loops in the same run. Loading and memory are those of a fresh process
that reads JSON documents. Before it times anything it asserts that the index and the loop say the same.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from benchmarks.peers import PEERS, Worker
from benchmarks.targeting import World
from rules import Facts, Outcome, RuleIndex, parse

WORLDS: Final = ("conjunctive", "mixed", "thresholds")
NOW: Final = 1_750_000_000.0
PEOPLE: Final = 200


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", type=int, default=100_000)
    options.add_argument("--no-peers", action="store_true")
    options.add_argument("--load", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.load:
        _report_load(World(given.load), given.size)
        return
    times = {name: _world(World(name), given.size, peers=not given.no_peers) for name in WORLDS}
    print(f"\narbitrary thresholds against conjunctive: {times['thresholds'] / times['conjunctive']:.2f} (at most 2)")
    _growth(given.size)


def _world(world: World, size: int, *, peers: bool) -> float:
    rules, people = world.rules(size), world.people(PEOPLE)
    print(f"\n{world.name}: {size:,} rules")
    loaded = json.loads(subprocess.check_output(_load_command(world, size), cwd=Path(__file__).parents[1]))
    print(f"  parsed and indexed in {loaded['seconds']:.2f} s, {loaded['megabytes']:.0f} MB")
    index = RuleIndex((number, json.dumps(rule)) for number, rule in enumerate(rules))
    asked = [Facts(NOW, person) for person in people]
    found = [len(index.eligible(facts)) for facts in asked]
    print(f"  matching: {100 * min(found) / size:.1f} to {100 * max(found) / size:.1f} %")
    loop = _check_and_time_loop(rules, index, asked[:3])
    p50, p99 = _answer(index, asked)
    print(f"  one answer: {1e6 * p50:.0f} µs, 99th percentile {1e6 * p99:.0f} µs")
    print(f"  our own loop over decide: {loop / p50:,.0f} times as long")
    for name in ("datalogic", "panzi") if peers else ():
        print(f"  {name}'s loop: {_loop(name, rules, people[:3]) / p50:,.0f} times as long")
    changed = _changes(world, index, size)
    middle, high = 1e6 * statistics.median(changed), 1e6 * _percentile(changed, 0.99)
    print(f"  a change of one rule: {middle:.0f} µs, 99th percentile {high:.0f} µs")
    return p50


def _check_and_time_loop(rules: list[Any], index: RuleIndex[int], asked: list[Facts]) -> float:
    parsed = [parse(rule) for rule in rules]
    best = 9e9
    for facts in asked:
        for rule in parsed:
            rule.decide(facts)
        began = perf_counter()
        said = [rule.decide(facts).outcome for rule in parsed]
        best = min(best, perf_counter() - began)
        assert {number for number, one in enumerate(said) if one is Outcome.YES} == set(index.eligible(facts))
    return best


def _answer(index: RuleIndex[int], asked: list[Facts]) -> tuple[float, float]:
    times = []
    for _ in range(4):  # what is asked often becomes source
        for facts in asked:
            index.eligible(facts)
    for _ in range(5):
        for facts in asked:
            began = perf_counter()
            index.eligible(facts)
            times.append(perf_counter() - began)
    return statistics.median(times), _percentile(times, 0.99)


def _percentile(times: list[float], share: float) -> float:
    return sorted(times)[int(share * len(times))]


def _loop(name: str, rules: list[Any], people: list[dict[str, Any]]) -> float:
    with Worker(PEERS[name]) as peer:
        peer.ask("rules", rules=rules)
        return min(peer.ask("loop", data=[person]) for person in people)  # type: ignore[no-any-return]


def _changes(world: World, index: RuleIndex[int], size: int) -> list[float]:
    dice, times = random.Random(3), []
    for rule in World(world.name, seed=9).rules(1_000):
        name, document = dice.randrange(size), json.dumps(rule)
        began = perf_counter()
        index.change(name, document)
        times.append(perf_counter() - began)
    return times


def _growth(size: int) -> None:
    """Each ten times as many rules, in one run."""
    before = 0.0
    sizes = [count for count in (1_000, 10_000, 100_000) if count <= size]
    for count in sizes:
        world = World("conjunctive")
        index = RuleIndex((number, json.dumps(rule)) for number, rule in enumerate(world.rules(count)))
        p50, _ = _answer(index, [Facts(NOW, person) for person in world.people(PEOPLE)])
        more = f", {p50 / before:.1f} times as long as of a tenth (at most 4)" if before else ""
        print(f"{count:,} conjunctive rules: {1e6 * p50:.0f} µs{more}")
        before = p50


def _load_command(world: World, size: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.rules_index", "--load", world.name, "--size", str(size)]


def _report_load(world: World, size: int) -> None:
    documents = [(number, json.dumps(rule)) for number, rule in enumerate(world.rules(size))]
    gc.collect()
    before, began = _memory(), perf_counter()
    index = RuleIndex(documents)
    seconds = perf_counter() - began
    gc.collect()
    assert len(index) == size
    print(json.dumps({"seconds": seconds, "megabytes": (_memory() - before) / 1e6}))


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
