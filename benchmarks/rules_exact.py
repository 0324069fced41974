"""How exactly engines of JSON-logic say what json-logic-js 2.0.5 says, on random rules over untidy people.

    python -m benchmarks.rules_exact [--pairs 100000] [--seed 1] [--peers] [--show 5]

It needs `node` and `npm`, and prints, for both of our modes (source that has seen such data) and with `--peers` for the
Python engines: how many pairs they answer otherwise, on how many they raise an error of their own, and (ours) how many
went over budget. Pairs on which json-logic-js itself throws say nothing of exactness. With peers no text holds half a
surrogate pair: not every engine can be given one. In a rule there is none anyway.
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
from rules import LogicError, RuleError, parse, parse_community
from rules.modes import Mode, evaluating

BATCH: Final = 2_000

Answer = Callable[[list[Any]], list[Any]]


def main() -> None:
    """Ask everybody, print a table."""
    asked = _arguments()
    counts: dict[str, Counter[str]] = {}
    crashes = 0
    with Node("json-logic-js", "2.0.5") as reference:
        engines: dict[str, Answer] = {f"ours, {mode}": _in(mode) for mode in (Mode.CLOSURES, Mode.SOURCE)}
        workers = [Worker(peer) for peer in PEERS.values()] if asked.peers else []
        engines |= {worker.peer.name: _asking(worker) for worker in workers}
        for cases in _batches(asked.pairs, asked.seed, surrogates=not asked.peers):
            wanted = reference.values(cases)
            crashes += _crashes(cases)
            for name, answer in engines.items():
                _count(counts.setdefault(name, Counter()), name, cases, wanted, answer(cases), asked.show)
        for worker in workers:
            worker.__exit__(None, None, None)
    print(f"{asked.pairs:,} random rules x data against json-logic-js 2.0.5")
    for name, count in counts.items():
        print(f"{name:16} {count['other']:7,} differ  {count['error']:7,} raise  {count['budget']:7,} over budget")
    print(f"community dialect, on the same pairs: {crashes:,} raise anything but its own errors")


def _in(mode: Mode) -> Answer:
    def answer(cases: list[Any]) -> list[Any]:
        return [_our(mode, rule, data) for rule, data in cases]

    return answer


def _our(mode: Mode, rule: Any, data: Any) -> Any:
    try:
        return {"value": told(evaluating(parse(rule).root, mode, data)(data))}
    except RuleError as error:
        return {"error": str(error), "type": "budget"}
    except Exception as error:
        return {"error": repr(error), "type": "crash"}


def _crashes(cases: list[Any]) -> int:
    """Pairs on which the community dialect raises anything but its own errors."""
    count = 0
    for rule, data in cases:
        try:
            parse_community(rule).evaluate(data)
        except LogicError:
            continue
        except Exception:
            count += 1
    return count


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
        if kind != "same" and name.startswith("ours") and count[kind] <= show:
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
