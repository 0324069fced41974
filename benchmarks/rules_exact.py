"""How exactly engines of JSON-logic say what json-logic-js 2.0.5 says, on random rules over untidy people.

    python -m benchmarks.rules_exact [--pairs 100000] [--seed 1] [--peers] [--show 5]

It needs `node` and `npm`, and prints, for us and with `--peers` for the Python engines: how many pairs they answer
otherwise, on how many they raise an error of their own, and (ours) how many went over budget. Pairs on which
json-logic-js itself throws say nothing of exactness. With peers no text holds half a surrogate pair: not every engine
can be given one.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from benchmarks.node import Node
from benchmarks.peers import PEERS, Worker
from benchmarks.untidy import Untidy
from rules import RuleError, parse

BATCH: Final = 2_000

Answer = Callable[[list[Any]], list[Any]]


def main() -> None:
    """Ask everybody, print a table."""
    asked = _arguments()
    counts: dict[str, Counter[str]] = {}
    with Node("json-logic-js", "2.0.5") as reference:
        engines: dict[str, Answer] = {"intarsia": ours}
        workers = [Worker(peer) for peer in PEERS.values()] if asked.peers else []
        engines |= {worker.peer.name: _asking(worker) for worker in workers}
        for cases in _batches(asked.pairs, asked.seed, surrogates=not asked.peers):
            wanted = reference.values(cases)
            for name, answer in engines.items():
                _count(counts.setdefault(name, Counter()), name, cases, wanted, answer(cases), asked.show)
        for worker in workers:
            worker.__exit__(None, None, None)
    print(f"{asked.pairs:,} random rules x data against json-logic-js 2.0.5")
    for name, count in counts.items():
        print(f"{name:12} {count['other']:7,} differ  {count['error']:7,} raise  {count['budget']:7,} over budget")


def ours(cases: list[Any]) -> list[Any]:
    """What Intarsia makes of each case."""
    return [_our(rule, data) for rule, data in cases]


def _our(rule: Any, data: Any) -> Any:
    try:
        return {"value": told(parse(rule).evaluate(data))}
    except RuleError as error:
        return {"error": str(error), "type": "budget"}
    except Exception as error:
        return {"error": repr(error), "type": "crash"}


def told(value: Any) -> Any:
    """The value as JSON can say it."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, list | tuple):
        return [told(inner) for inner in value]
    return {key: told(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: `true` is not 1, 1 is 1.0; numbers are doubles."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    numbers = {int, float}
    if type(one) in numbers and type(other) in numbers:
        return float(one) == float(other)
    return type(one) is type(other) and bool(one == other)


def _count(count: Counter[str], name: str, cases: list[Any], wanted: list[Any], got: list[Any], show: int) -> None:
    for (rule, data), right, answer in zip(cases, wanted, got, strict=True):
        kind = _kind(right, answer)
        count[kind] += 1
        if kind != "same" and name == "intarsia" and count[kind] <= show:
            print(kind, json.dumps(rule), json.dumps(data), "wanted", right, "got", answer)


def _kind(right: Any, answer: Any) -> str:
    if "error" in answer:
        return "budget" if answer.get("type") == "budget" else "error"
    return "same" if "error" in right or same(right["value"], told(answer["value"])) else "other"


def _asking(worker: Worker) -> Answer:
    def ask(cases: list[Any]) -> list[Any]:
        answers: list[Any] = worker.ask("values", cases=cases)
        return answers

    return ask


def _batches(pairs: int, seed: int, *, surrogates: bool) -> Iterator[list[Any]]:
    source = Untidy(seed, surrogates=surrogates)
    for start in range(0, pairs, BATCH):
        yield [source.pair() for _ in range(min(BATCH, pairs - start))]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", action="store_true", help="the Python engines too")
    parser.add_argument("--show", type=int, default=0, help="so many of our own differences")
    return parser.parse_args()


if __name__ == "__main__":
    main()
