"""The public suites of JSON-logic, answered by us and with `--peers` by other engines: how many cases each gets right.

    python -m benchmarks.rules_suites [--peers]

An error counts where its type is the wanted one; a Python engine's, where it raises anything at all.
`--peers` needs `node` and `npm`, and installs each engine in a place of its own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.node import Node
from benchmarks.peers import PEERS, Worker
from benchmarks.rules_exact import told
from rules import LogicError, RuleError, parse, parse_community

SUITES: Final = Path(__file__).resolve().parents[1] / "tests/cases/public"
NEAR: Final = 1e-10

Answer = Callable[[list[Any]], list[Any]]
Case = dict[str, Any]


def main() -> None:
    """Ask everybody, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="the other engines too")
    with_peers = parser.parse_args().peers
    files: list[str] = json.loads((SUITES / "compat/index.json").read_text(encoding="utf-8"))
    everything = [case for name in files for case in suite(f"compat/{name}")]
    columns = {
        "official": suite("tests.json"),
        "base": suite("compat/compatible.json"),
        "values": [case for case in everything if "result" in case],
        "errors": [case for case in everything if "error" in case],
    }
    print(f"{'':24}", *(f"{name} of {len(cases)}".rjust(16) for name, cases in columns.items()))
    with ExitStack() as stack:
        for name, answer in _engines(stack, with_peers):
            print(f"{name:24}", *(f"{_right(answer, cases):16}" for cases in columns.values()), flush=True)


def suite(name: str) -> list[Case]:
    """The cases of a file, as rule, data, and result or error."""
    rows = [row for row in json.loads((SUITES / name).read_text(encoding="utf-8")) if not isinstance(row, str)]
    return [row if isinstance(row, dict) else dict(zip(("rule", "data", "result"), row, strict=True)) for row in rows]


def _engines(stack: ExitStack, with_peers: bool) -> Iterator[tuple[str, Answer]]:
    yield "intarsia, standard", lambda cases: [_ours(parse, *case) for case in cases]
    yield "intarsia, community", lambda cases: [_ours(parse_community, *case) for case in cases]
    if with_peers:
        for package, version in (("json-logic-js", "2.0.5"), ("json-logic-engine", "5.0.7")):
            yield package, stack.enter_context(Node(package, version)).values
        for peer in PEERS.values():
            yield peer.name, _asking(stack.enter_context(Worker(peer)))


def _asking(worker: Worker) -> Answer:
    def ask(cases: list[Any]) -> list[Any]:
        answers = worker.ask("values", cases=cases)
        return [{**answer, "type": None} if "error" in answer else answer for answer in answers]

    return ask


def _ours(read: Callable[[Any], Any], rule: Any, data: Any) -> Any:
    try:
        return {"value": told(read(rule).evaluate(data))}
    except LogicError as error:
        return {"error": str(error), "type": error.type}
    except RuleError as error:
        return {"error": str(error), "type": "RuleError"}


def _right(answer: Answer, cases: list[Case]) -> int:
    answers = answer([[case["rule"], case.get("data")] for case in cases])
    return sum(map(_is_right, cases, answers))


def _is_right(case: Case, answer: Any) -> bool:
    if "error" in case:
        return "error" in answer and answer["type"] in {None, case["error"]["type"]}
    return "error" not in answer and near(told(answer["value"]), case["result"])


def near(one: Any, other: Any) -> bool:
    """Equal as JSON, numbers within 1e-10."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(near, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(near(one[key], other[key]) for key in one)
    numbers = {int, float}
    if type(one) in numbers and type(other) in numbers:
        return bool(abs(one - other) <= NEAR)
    return type(one) is type(other) and bool(one == other)


if __name__ == "__main__":
    main()
