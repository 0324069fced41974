"""Rules over every operator of the table with arguments of the types that it wants, and people of whom all is known."""

from collections.abc import Callable
from random import Random
from typing import Any

from rules import Facts, Json

NOW = 1_750_000_000.0
TEXTS = ["", "a", "ab", "B", "tea", "Zürich", "1"]
VERSIONS = ["1.0.0", "1.2.3", "2.0.0-rc.1"]
DATES = ["2025-06-15", "2025-03-30T02:30", "2024-02-29T12:00:00Z"]
ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu"]
UNITS = ["second", "hour", "day", "week", "month", "year"]
PARTS = ["year", "month", "day", "weekday", "hour", "minute", "second"]
PLACES = [{"lat": 53.8, "lon": -1.55}, {"lat": 0, "lon": 180}]

VALUES: dict[str, list[Any]] = {
    "number": [0, 1, 2, -1, 0.5, 3],
    "text": TEXTS,
    "truth": [True, False],
    "moment": [NOW, NOW + 60.0, 0, *DATES],
    "version": VERSIONS,
    "place": PLACES,
    "numbers": [[1], [0, 2], [3, 1, 2]],
    "texts": [["a"], ["tea", "ab"], ["", "1", "B"]],
    "rows": [[{"n": 1, "t": "a"}], [{"n": 0, "t": "tea"}, {"n": 2, "t": "B"}], []],
}
"""Type -> what a fact or constant of that type can be."""


class Tidy:
    """One throw of all dice after another; `used` are the operators that came up."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.used: set[str] = set()
        self._inside = ""

    def facts(self) -> Facts:
        """Somebody of whom everything is known."""
        known: Json = {kind: self.dice.choice(values) for kind, values in VALUES.items()}
        events: Any = {
            kind: [[NOW - age, {"n": age, "t": "a"}] for age in ages]
            for kind, ages in (("E", (5, 50, 500)), ("F", (40,)))
        }
        segments = frozenset(key for key in "st" if self.dice.random() < 0.5)
        return Facts(NOW, {"p": known, "score": {"churn": 0.5}}, events, segments)

    def rule(self, depth: int = 4) -> Any:
        """A question."""
        return self._made("truth", depth)

    def _made(self, kind: str, depth: int) -> Any:
        if depth <= 0 or self.dice.random() < 0.15:
            return self._leaf(kind)
        return self.dice.choice(self._ways(kind))(depth - 1)

    def _leaf(self, kind: str) -> Any:
        if self.dice.random() < 0.3:
            return self.dice.choice(VALUES[kind])
        return self._fact(kind)

    def _fact(self, kind: str) -> Any:
        if self._inside:
            return self._element(kind)
        default = [self.dice.choice(VALUES[kind])] if self.dice.random() < 0.2 else []
        return self._call("var", f"p.{kind}", *default)

    def _element(self, kind: str) -> Any:
        paths = {"rows": {"number": "n", "text": "t"}, "numbers": {"number": ""}, "texts": {"text": ""}}[self._inside]
        return self._call("var", paths[kind]) if kind in paths else self.dice.choice(VALUES[kind])

    def _call(self, name: str, *args: Any) -> Any:
        self.used.add(name)
        return {name: list(args)}

    def _ways(self, kind: str) -> list[Callable[[int], Any]]:
        return {
            "truth": [self._logic, self._logic, self._compared, self._of_texts, self._of_sets, self._over, self._timed],
            "number": [self._arithmetic, self._number, self._reading, self._reduced],
            "text": [self._text],
            "moment": [self._moment],
            "numbers": [self._list("numbers")],
            "texts": [self._list("texts")],
        }.get(kind, [lambda depth: self._leaf(kind)])

    def _some(self, kind: str, depth: int, least: int, most: int) -> list[Any]:
        return [self._made(kind, depth) for _ in range(self.dice.randint(least, most))]

    def _logic(self, depth: int) -> Any:
        name = self.dice.choice(["and", "or", "!", "!!", "if", "?:", "log", "var"])
        if name in {"!", "!!", "log"}:
            return self._call(name, self._made(self.dice.choice(["truth", "truth", "number", "text"]), depth))
        if name in {"if", "?:"}:
            return self._call(name, *self._some("truth", depth, 3, 5))
        return self._leaf("truth") if name == "var" else self._call(name, *self._some("truth", depth, 1, 3))

    def _compared(self, depth: int) -> Any:
        name = self.dice.choice(["==", "===", "!=", "!==", "<", "<=", ">", ">="])
        kind = self.dice.choice(["number", "number", "text"])
        most = 3 if name in {"<", "<="} and kind == "number" else 2
        return self._call(name, *self._some(kind, depth, 2, most))

    def _of_texts(self, depth: int) -> Any:
        name = self.dice.choice(["starts_with", "ends_with", "contains", "equals_folded", "matches", "semver", "in"])
        if name == "matches":
            return self._call(name, self._made("text", depth), self.dice.choice(["^a", "(?i)tea$", "[0-9]"]))
        if name == "semver":
            return self._call(name, self._leaf("version"), self.dice.choice([">=1.2 <2", "^1.0", "2.x || 1.2.3"]))
        return self._call(name, *self._some("text", depth, 2, 2))

    def _of_sets(self, depth: int) -> Any:
        name = self.dice.choice(["any_of", "all_of", "none_of", "in", "contains", "in_segment", "missing"])
        kind = self.dice.choice(["numbers", "texts"])
        match name:
            case "in":
                return self._call(name, self._made(kind[:-1], depth), self._made(kind, depth))
            case "contains":
                return self._call(name, self._made("texts", depth), self._made("text", depth))
            case "in_segment":
                return self._call(name, self.dice.choice("stu"))
            case "missing":
                some = self._call("missing_some", 1, ["p.text", "p.gone"])
                return some if self.dice.random() < 0.5 else self._call(name, "p.text", "p.gone")
        return self._call(name, self._made(kind, depth), self._made(kind, depth))

    def _over(self, depth: int) -> Any:
        return self._call(self.dice.choice(["some", "all", "none"]), *self._each("truth", depth))

    def _each(self, kind: str, depth: int) -> tuple[Any, Any]:
        """A list, and something made of each element."""
        return self._of_each(self.dice.choice(["numbers", "texts", "texts" if self._inside else "rows"]), kind, depth)

    def _timed(self, depth: int) -> Any:
        name = self.dice.choice(["before", "after", "between"])
        size = 3 if name == "between" else 2
        return self._call(name, *self._some("moment", depth, size, size))

    def _arithmetic(self, depth: int) -> Any:
        name = self.dice.choice(["+", "-", "*", "/", "%", "min", "max"])
        most = 2 if name in {"-", "/", "%"} else 3
        return self._call(name, *self._some("number", depth, 2, most))

    def _number(self, depth: int) -> Any:
        name = self.dice.choice(["size", "index_of", "distance", "date_diff", "date_part", "at", "first", "last"])
        moment = self._made("moment", depth)
        match name:
            case "size":
                return self._call(name, self._made(self.dice.choice(["text", "texts"]), depth))
            case "index_of":
                return self._call(name, self._made("numbers", depth), self._made("number", depth))
            case "distance" if not self._inside:
                return self._call(name, self._call("var", "p.place"), 53.9, -1.4)
            case "date_diff":
                return self._call(name, moment, self._made("moment", depth), self.dice.choice(UNITS), "Europe/Berlin")
            case "at":
                return self._call(name, self.dice.choice(VALUES["numbers"]), self.dice.choice([0, -1]))
            case "first" | "last":
                return self._call(name, self.dice.choice(VALUES["numbers"]))
        return self._call("date_part", moment, self.dice.choice(PARTS), self.dice.choice(ZONES))

    def _reading(self, depth: int) -> Any:
        if self.dice.random() < 0.3:
            return self._call("score", "churn")
        self.used.add("events")
        measure = self.dice.choice(["count", "sum", "distinct", "last_age", "first_age"])
        spec: Json = {"type": "E", "measure": measure}
        if measure in {"sum", "distinct"}:
            spec["field"] = "n"
        if self.dice.random() < 0.5:
            spec["within"] = self.dice.choice(["10s", "1m"])
        if self.dice.random() < 0.3:
            spec["where"] = {"<": [{"var": "n"}, 100]}
        return {"events": spec}

    def _reduced(self, depth: int) -> Any:
        step = self.dice.choice(["+", "max", "-"])
        body = {step: [{"var": "accumulator"}, {"var": "current"}]}
        return self._call("reduce", self._made("numbers", depth), body, self.dice.choice([0, 1]))

    def _text(self, depth: int) -> Any:
        name = self.dice.choice(["cat", "substr", "lower", "upper", "trim"])
        inner = self._made("text", depth)
        match name:
            case "cat":
                return self._call(name, inner, self._made(self.dice.choice(["text", "number"]), depth))
            case "substr":
                return self._call(name, inner, *self.dice.choice([[0], [1], [-1], [0, 1], [0, -1]]))
        return self._call(name, inner)

    def _moment(self, depth: int) -> Any:
        name = self.dice.choice(["now", "date", "date_add"])
        if name == "now":
            return self._call(name)
        if name == "date":
            given = [[self.dice.choice(DATES)], [2025, 2, 28], [self.dice.choice(DATES), "Europe/Berlin"]]
            return self._call(name, *self.dice.choice(given))
        amount = self.dice.choice([0, 1, -1, 30])
        return self._call(name, self._made("moment", depth), amount, self.dice.choice(UNITS), self.dice.choice(ZONES))

    def _list(self, kind: str) -> Callable[[int], Any]:
        def make(depth: int) -> Any:
            name = self.dice.choice(
                ["merge", "union", "unique", "intersection", "difference", "slice", "filter", "map"]
            )
            match name:
                case "unique":
                    return self._call(name, self._made(kind, depth))
                case "slice":
                    return self._call(name, self._made(kind, depth), *self.dice.choice([[0], [0, 1], [-1], [1]]))
                case "filter":
                    return self._call(name, *self._of_each(kind, "truth", depth))
                case "map":
                    return self._call(name, *self._of_each(kind, kind[:-1], depth))
            return self._call(name, *self._some(kind, depth, 2, 3))

        return make

    def _of_each(self, rows: str, kind: str, depth: int) -> tuple[Any, Any]:
        given = self._made(rows, depth)
        outer, self._inside = self._inside, rows
        body = self._made(kind, depth)
        self._inside = outer
        return given, body
