"""Rules and data at random from a seed: untidy on purpose, and cheap, so that many pairs can be tried."""

import math
from collections.abc import Callable
from random import Random
from typing import Any

from rules import OPERATORS, Rule, RuleError, parse

KEYS = ["a", "b", "c", "d"]
PATHS = [
    "a",
    "b",
    "c",
    "p.a",
    "p.b",
    "p.c",
    "p.q.a",
    "p.q.b",
    "rows",
    "p.rows",
    "a.0",
    "a.length",
    "",
    "absent",
    "p.gone.x",
]
INNER = ["", "a", "b", "c", "q.a", "0", "a.b", "gone"]
NUMBERS = [0, 1, 2, -1, 3, 10, 0.5, -0.0, 1.5, -2.5, 1e3, 2**53 - 1, 2**53, -(2**53), 1e16, 1e-7]
BEYOND = [2**53 + 1, -(2**53) - 1, 10**400, -(10**400), 2**64, math.inf, -math.inf, math.nan, 1e308]
TEXTS = [
    "",
    "0",
    "1",
    "1.5",
    " 2 ",
    "a",
    "b",
    "ab",
    "true",
    "null",
    "é",
    "\U0001f600",
    "\ue000",
    "[object Object]",
    "1abc",
    "-0",
]
SCALARS = [*NUMBERS, *TEXTS, True, False, None]

NAMES = sorted(set(OPERATORS) - {"events"})


class Chance:
    """One throw of all dice after another."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def parsed(self, make: Callable[[], Any] | None = None) -> Rule:
        """A rule that may be saved: some constants are refused."""
        while True:
            try:
                return parse(self.rule() if make is None else make())
            except RuleError:
                continue

    def rule(self, depth: int = 4, paths: list[str] = PATHS) -> Any:
        """A rule of standard operators, most of them as people write them."""
        if depth <= 0 or self.dice.random() < 0.15:
            return self._leaf(paths)
        return self.dice.choice(
            [
                *(self._compared, self._compared, self._member, self._joined),
                *(self._called, self._over, self._chosen, self._own),
            ]
        )(depth - 1, paths)

    def data(self) -> Any:
        """A profile, more or less; now and then nothing like one."""
        if self.dice.random() < 0.03:
            return self.value(2)
        made = {key: self.value(1) for key in KEYS if self.dice.random() < 0.8}
        if self.dice.random() < 0.9:
            made["p"] = {key: self.value(1) for key in KEYS if self.dice.random() < 0.8}
            made["p"]["rows"] = self._rows()
            made["p"]["q"] = {key: self.value(0) for key in KEYS} if self.dice.random() < 0.8 else self.value(1)
        made["rows"] = self._rows()
        return made

    def value(self, depth: int) -> Any:
        """Any JSON value."""
        kind = self.dice.random()
        if depth and kind < 0.1:
            return [self.value(depth - 1) for _ in range(self.dice.randrange(4))]
        if depth and kind < 0.2:
            return {key: self.value(depth - 1) for key in KEYS if self.dice.random() < 0.5}
        return self.dice.choice(SCALARS if kind < 0.97 else BEYOND)

    def _rows(self) -> Any:
        if self.dice.random() < 0.1:
            return self.value(1)
        if self.dice.random() < 0.3:
            return [self.value(1) for _ in range(self.dice.randrange(5))]
        return [{key: self.value(0) for key in (*KEYS, "q")} for _ in range(self.dice.randrange(6))]

    def _leaf(self, paths: list[str]) -> Any:
        kind = self.dice.random()
        if kind < 0.6:
            return self._variable(paths)
        if kind < 0.95:
            return self.dice.choice(SCALARS)
        return [self._leaf(paths)] if kind < 0.98 else {"unheard of": [1]}

    def _variable(self, paths: list[str]) -> Any:
        path = self.dice.choice(paths)
        kind = self.dice.random()
        if kind < 0.75:
            return {"var": path}
        if kind < 0.95:
            return {"var": [path, self.dice.choice(SCALARS)]}
        return {"var": [path, self._variable(paths)]} if kind < 0.98 else {"var": {"cat": [path, ""]}}

    def _compared(self, depth: int, paths: list[str]) -> Any:
        name = self.dice.choice(["==", "===", "!=", "!==", "<", "<=", ">", ">="])
        args = [self._leaf(paths) if self.dice.random() < 0.7 else self.rule(depth, paths) for _ in range(2)]
        if name in {"<", "<="} and self.dice.random() < 0.2:
            args.append(self._leaf(paths))
        return {name: args}

    def _member(self, depth: int, paths: list[str]) -> Any:
        many = [self.dice.choice(SCALARS if self.dice.random() < 0.3 else TEXTS) for _ in range(self.dice.randrange(6))]
        what = self._variable(paths) if self.dice.random() < 0.8 else self.rule(depth, paths)
        return {"in": [what, many] if self.dice.random() < 0.6 else [self._leaf(paths), self._leaf(paths)]}

    def _joined(self, depth: int, paths: list[str]) -> Any:
        name = self.dice.choice(["and", "or", "!", "!!"])
        size = 1 if name.startswith("!") else self.dice.randrange(1, 5)
        return {name: [self.rule(depth, paths) for _ in range(size)]}

    def _called(self, depth: int, paths: list[str]) -> Any:
        name = self.dice.choice(
            ["+", "-", "*", "/", "%", "+", "-", "*", "min", "max", "cat", "merge", "substr", "missing"]
        )
        least, most = {"-": (1, 2), "/": (2, 2), "%": (2, 2), "substr": (2, 3), "*": (2, 3)}.get(name, (1, 4))
        args = [self.rule(depth, paths) for _ in range(self.dice.randint(least, most))]
        return {name: self.dice.sample(PATHS, 2) if name == "missing" else args}

    def _over(self, depth: int, paths: list[str]) -> Any:
        name = self.dice.choice(["some", "all", "none", "filter", "map", "reduce"])
        kind = self.dice.random()
        rows: Any = {"var": self.dice.choice(["rows", "p.rows", "a"] if paths is PATHS else ["", "q", "a"])}
        if kind < 0.3:
            rows = self._over(depth - 1, paths) if depth > 0 else rows
        elif kind < 0.4:
            rows = self.rule(depth, paths)
        if name != "reduce":
            return {name: [rows, self.rule(depth, INNER)]}
        inner = ["accumulator", "current", "current.a", "current.b", "current.q.a", "", "accumulator.a", "gone"]
        first = [self.dice.choice(SCALARS)] if self.dice.random() < 0.8 else []
        return {name: [rows, self.rule(depth, inner), *first]}

    def _chosen(self, depth: int, paths: list[str]) -> Any:
        name = self.dice.choice(["if", "if", "?:"])
        return {name: [self.rule(depth, paths) for _ in range(self.dice.randrange(1, 6))]}

    def _own(self, depth: int, paths: list[str]) -> Any:
        """Any operator of the table, ours among them, with what it never expected."""
        operator = OPERATORS[self.dice.choice(NAMES)]
        most = operator.least + 2 if operator.most is None else operator.most
        args = [self.rule(depth, paths) for _ in range(self.dice.randint(operator.least, max(most, operator.least)))]
        return {operator.name: args}
