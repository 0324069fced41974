"""What runs in the environment of a peer: questions as lines of JSON in, answers out. Standard library and peer only.

values   cases=[[rule, data], ...]              -> [{"value": ...} or {"error": ...}, ...]
seconds  rule, data=[...], loops                -> of one evaluation: the best of the loops over all data
rules    rules=[...]                            -> how many are kept, compiled where the peer compiles
loop     data=[...]                             -> of all rules kept asked of one datum, the mean over the data
compile  rules=[...]                            -> of one rule, null where the peer compiles nothing
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any


class Interpreted:
    """An engine that reads the rule anew each time: `jsonLogic(rule, data)`."""

    compiles = False

    def __init__(self) -> None:
        from json_logic import jsonLogic

        self.apply: Callable[[Any, Any], Any] = jsonLogic
        self.kept: list[Any] = []

    def compiled(self, rule: Any) -> Any:
        return rule

    def prepared(self, data: Any) -> Any:
        return data

    def value(self, rule: Any, data: Any) -> Any:
        return self.apply(rule, data)

    def once(self, rule: Any, data: list[Any]) -> float:
        apply = self.apply
        began = perf_counter()
        for one in data:
            apply(rule, one)
        return perf_counter() - began

    def all(self, datum: Any) -> float:
        apply, began = self.apply, perf_counter()
        for rule in self.kept:
            apply(rule, datum)
        return perf_counter() - began


class Datalogic:
    """datalogic-py: rules compiled, data parsed before, one session, the truth alone where that is quickest."""

    compiles = True

    def __init__(self) -> None:
        import datalogic_py

        self.engine = datalogic_py.Engine()
        self.session = self.engine.session()
        self.prepared = datalogic_py.DataHandle
        self.kept: list[Any] = []

    def compiled(self, rule: Any) -> Any:
        return self.engine.compile(rule)

    def value(self, rule: Any, data: Any) -> Any:
        return self.compiled(rule).evaluate(data)

    def once(self, rule: Any, data: list[Any]) -> float:
        return min(self._once(ask, rule, data) for ask in (self.session.evaluate_data, self._quickest(rule, data[0])))

    def _quickest(self, rule: Any, datum: Any) -> Callable[[Any, Any], Any]:
        kind = type(self.session.evaluate_data(rule, datum))
        typed = {bool: self.session.evaluate_bool, int: self.session.evaluate_int, float: self.session.evaluate_float}
        return typed.get(kind, self.session.evaluate_data_str)

    def _once(self, ask: Callable[[Any, Any], Any], rule: Any, data: list[Any]) -> float:
        began = perf_counter()
        for one in data:
            ask(rule, one)
        return perf_counter() - began

    def all(self, datum: Any) -> float:
        began = perf_counter()
        self.session.evaluate_many(self.kept, datum)
        middle = perf_counter()
        truthy = self.session.evaluate_truthy
        for rule in self.kept:
            truthy(rule, datum)
        return min(middle - began, perf_counter() - middle)


class Answers:
    """What can be asked of an engine."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    def values(self, cases: list[Any]) -> list[Any]:
        return [self._value(rule, data) for rule, data in cases]

    def _value(self, rule: Any, data: Any) -> Any:
        try:
            made = self.engine.value(rule, data)
            json.dumps(made)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return {"error": f"{type(error).__name__}: {error}"[:500]}
        return {"value": made}

    def seconds(self, rule: Any, data: list[Any], loops: int) -> float:
        compiled, given = self.engine.compiled(rule), [self.engine.prepared(one) for one in data]
        return min(self.engine.once(compiled, given) for _ in range(loops)) / len(data)

    def rules(self, rules: list[Any]) -> int:
        self.engine.kept = [self.engine.compiled(rule) for rule in rules]
        return len(rules)

    def loop(self, data: list[Any]) -> float:
        given = [self.engine.prepared(one) for one in data]
        return sum(self.engine.all(one) for one in given) / len(data)

    def compile(self, rules: list[Any]) -> float | None:
        if not self.engine.compiles:
            return None
        began = perf_counter()
        for rule in rules:
            self.engine.compiled(rule)
        return (perf_counter() - began) / len(rules)


def main() -> None:
    answers = Answers(Datalogic() if sys.argv[1] == "datalogic" else Interpreted())
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"answer": getattr(answers, asked["what"])(**asked["given"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:2000]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
