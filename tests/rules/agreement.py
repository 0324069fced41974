"""Whether the ways of running a rule say the same, to the last bit."""

import math
from collections.abc import Callable
from typing import Any

from rules import Facts, Json, RuleError, parse
from rules.modes import Mode, deciding, evaluating


def exactly(one: Any, other: Any, *, ordered: bool = True) -> bool:
    """Whether two values are the same JSON to the last bit: 1 is 1.0, but not true, and 0 is not -0.

    Keys come in the same order too, unless they are no matter: JavaScript puts numbers first.
    """
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(exactly(a, b, ordered=ordered) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        keys = list(one) == list(other) if ordered else one.keys() == other.keys()
        return keys and all(exactly(one[key], other[key], ordered=ordered) for key in one)
    if isinstance(one, float | int) and not isinstance(one, bool):
        same_kind = isinstance(other, float | int) and not isinstance(other, bool)
        return same_kind and (one == other or (one != one and other != other)) and _sign(one) == _sign(other)
    return type(one) is type(other) and bool(one == other)


def _sign(number: float) -> float:
    return math.copysign(1.0, number) if isinstance(number, float) and number == 0 else 0.0 if number else 1.0


def answer(ask: Callable[..., Any], *given: Any) -> Any:
    """What comes of it, be it a refusal."""
    try:
        return ask(*given)
    except RuleError as error:
        return ("refused", str(error))


def agree(logic: Json, data: Json, modes: tuple[Mode, ...] = tuple(Mode)) -> Any:
    """The value in all modes, and the verdict too."""
    rule = parse(logic)
    values = [answer(evaluating(rule.root, mode), data) for mode in modes]
    assert all(exactly(values[0], value) for value in values), (logic, data, values)
    facts = Facts(0.0, data if isinstance(data, dict) else {})
    verdicts = [answer(deciding(rule.root, mode, rule.truth), facts) for mode in modes]
    assert all(verdict == verdicts[0] for verdict in verdicts), (logic, data, verdicts)
    return values[0]
