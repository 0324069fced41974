"""Random rules over untidy people: facts missing, null, empty, of the wrong type, at the edges of numbers and texts."""

from __future__ import annotations

from random import Random
from typing import Any, Final

NUMBERS: Final = (
    *(0, 1, -1, 2, 3, 10, 0.5, -1.5, 0.1, 1e21, 1e-7, 123456789012, 2**53, 2**53 + 2, -(2**53), 1e308, -1e308, 5e-324),
    *(1e300, 2**31, 2**32, 100, 7, 1.0, -0.0),
)
TEXTS: Final = (
    *(
        "",
        "0",
        "1",
        " 1 ",
        "01",
        "1e3",
        "-5",
        "+5",
        ".5",
        "5.",
        "0x10",
        "0b11",
        "1abc",
        "abc",
        "a",
        "b",
        "true",
        "null",
    ),
    *("Infinity", "-Infinity", "NaN", "1,2", "10", "9", "[object Object]", "\n", "\ufeff7", "é", "ß", "😀"),
    *("\uffff", "a.b", "length", "tea", "TEA", "undefined", "false"),
)
HALF: Final = "\ud800"
"""Half of a surrogate pair: data may hold it, a rule may not."""

KEYS: Final = ("a", "b", "c", "list", "rows", "deep", "0", "1", "a.b", "", "length", "é")
PATHS: Final = (
    *(
        "a",
        "b",
        "c",
        "list",
        "rows",
        "deep",
        "deep.a",
        "deep.b.c",
        "rows.0.a",
        "rows.1",
        "list.0",
        "list.length",
        "",
        "0",
    ),
    *("nowhere", "a.nowhere", "a.length", "deep.list.1", "current", "accumulator", "accumulator.a", "current.b", "é"),
)
FIXED: Final = {
    **dict.fromkeys(("==", "===", "!=", "!==", ">", ">=", "in", "%", "/", "<", "<=", "-"), (2, 2, 2, 2, 3, 1)),
    **dict.fromkeys(("!", "!!"), (1, 1, 1, 1, 2, 0)),
    **dict.fromkeys(("and", "or", "+", "*", "cat", "merge", "min", "max"), (1, 2, 2, 3, 4, 0)),
    **dict.fromkeys(("if", "?:"), (3, 3, 3, 5, 4, 2, 1, 0)),
    "substr": (2, 2, 3, 3, 4, 1),
}
"""How many arguments each operator is given, the usual numbers more often."""

OVER: Final = ("map", "filter", "all", "some", "none", "reduce")


class Untidy:
    """A source of rules and data, the same for the same seed."""

    def __init__(self, seed: int, *, surrogates: bool = True) -> None:
        self._random = Random(seed)
        self._texts = (*TEXTS, HALF) if surrogates else TEXTS

    def pair(self) -> tuple[Any, Any]:
        """A rule and data for it."""
        return self.rule(self._random.choice((1, 2, 2, 3, 4))), self.data(3)

    def data(self, depth: int) -> Any:
        """A person, mostly an object; rarely something else."""
        if self._random.random() < 0.08:
            return self.value(depth)
        return {key: self.value(depth - 1) for key in KEYS if self._random.random() < 0.6}

    def value(self, depth: int) -> Any:
        """Any JSON."""
        draw = self._random.random()
        if depth > 0 and draw < 0.2:
            return [self.value(depth - 1) for _ in range(self._random.randrange(4))]
        if depth > 0 and draw < 0.35:
            return {key: self.value(depth - 1) for key in self._random.sample(KEYS, self._random.randrange(4))}
        return self.scalar(self._texts)

    def scalar(self, texts: tuple[str, ...] = TEXTS) -> Any:
        """A number, one of the texts, true, false or null."""
        kind = self._random.random()
        if kind < 0.4:
            return self._random.choice(NUMBERS)
        if kind < 0.8:
            return self._random.choice(texts)
        return self._random.choice((None, True, False))

    def rule(self, depth: int) -> Any:
        """A rule of the operators of json-logic-js, without those that print or call."""
        draw = self._random.random()
        if depth <= 0 or draw < 0.06:
            return self._leaf()
        if draw < 0.14:
            return self._reading(depth)
        if draw < 0.36:
            return self._over(depth)
        name = self._random.choice(tuple(FIXED))
        args = [self.rule(depth - 1) for _ in range(self._random.choice(FIXED[name]))]
        return {name: args[0]} if len(args) == 1 and self._random.random() < 0.3 else {name: args}

    def _leaf(self) -> Any:
        draw = self._random.random()
        if draw < 0.6:
            return {"var": self._random.choice(PATHS)}
        if draw < 0.68:
            return {"var": [self._random.choice(PATHS), self.scalar()]}
        if draw < 0.75:
            return [self.scalar() for _ in range(self._random.randrange(4))]
        return self.scalar() if draw < 0.97 else self._random.choice(({}, {"a": 1, "b": [{"var": "a"}]}))

    def _reading(self, depth: int) -> Any:
        paths = self._random.sample(PATHS, self._random.randrange(1, 4))
        choice = self._random.randrange(5)
        if choice == 0:
            return {"missing": paths}
        if choice == 1:
            return {"missing_some": [self._random.choice((0, 1, 2, "1", None)), paths]}
        if choice == 2:
            return {"missing": {"merge": [paths, self.rule(depth - 1)]}}
        path: Any = self.rule(depth - 1)
        return {"var": [path, self.rule(depth - 1)] if choice == 3 else [path]}

    def _over(self, depth: int) -> Any:
        name = self._random.choice(OVER)
        rows = self._random.choice(({"var": "list"}, {"var": "rows"}, {"var": "deep.list"}, self.rule(depth - 1)))
        args = [rows, self.rule(depth - 1), self.rule(depth - 1), self.rule(depth - 1)]
        usual = 3 if name == "reduce" else 2
        return {name: args[: usual if self._random.random() < 0.85 else self._random.randrange(5)]}
