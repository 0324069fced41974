"""What happened how often and how long ago, against a number, in words."""

from __future__ import annotations

from typing import Final

from rules.explaining.words import Say, Words, duration, figure, lately, times
from rules.fast import MIRRORED
from rules.nodes import FOREVER, Call, Const, Events, Node
from rules.parser import OF_A_FIELD
from rules.values import Json
from rules.windows import spoken

DENIED: Final = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "==", "===": "!==", "!==": "==="}
"""A count is always a number: then not less is at least."""

AMOUNTS: Final = {
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "==": "exactly",
    "===": "exactly",
    "!=": "not exactly",
    "!==": "not exactly",
}

NEVER: Final = {("<", 1), ("<=", 0), ("==", 0), ("===", 0)}
EVER: Final = {(">=", 1), (">", 0), ("!=", 0), ("!==", 0)}


def against_number(node: Node) -> tuple[Node, str, float] | None:
    """What is compared, the comparison and the number, where that is what the predicate is made of."""
    if not isinstance(node, Call) or node.operator not in AMOUNTS or len(node.args) != 2:
        return None
    for turned, (one, other) in enumerate((node.args, node.args[::-1])):
        if not isinstance(one, Const) and isinstance(other, Const) and type(other.value) in {int, float}:
            operator = MIRRORED.get(node.operator, node.operator) if turned else node.operator
            return one, operator, other.value  # type: ignore[return-value]  # a number, by the line above
    return None


def reading_against(node: Node) -> tuple[Events, str, float] | None:
    """The reading, the comparison and the number, where a reading of the event log is compared."""
    found = against_number(node)
    return (found[0], found[1], found[2]) if found and isinstance(found[0], Events) else None


def happening(node: Node, words: Words, *, negated: bool, say: Say) -> str | None:
    """Such a predicate in words: `“Product Viewed” happened at least 3 times in the last 10 minutes`."""
    found = reading_against(node)
    if found is None or found[0].measure in OF_A_FIELD:
        return None
    reading, operator, bound = found
    operator = DENIED[operator] if negated else operator
    who, when = what_of(reading, words, say), _when(reading)
    if reading.measure != "count":
        if bound < 0:
            return None
        return f"{who} {reading.measure.removesuffix('_age')} happened {_amount(operator, duration(bound))} ago{when}"
    if (operator, bound) in NEVER:
        return f"{who} did not happen{when}"
    if (operator, bound) in EVER:
        return f"{who} happened{when}"
    return f"{who} happened {_amount(operator, times(bound))}{when}"


def happened(reading: Events, value: Json, words: Words, say: Say) -> str | None:
    """What the log says: `“Product Viewed” happened once in the last 10 minutes`."""
    if reading.measure in OF_A_FIELD or (value is not None and type(value) not in {int, float}):
        return None
    who, when = what_of(reading, words, say), _when(reading)
    if reading.measure == "count":
        return f"{who} happened {times(value)}{when}" if value else f"{who} did not happen{when}"  # type: ignore[arg-type]
    if value is None:
        return f"{who} did not happen{when}"
    return f"{who} {reading.measure.removesuffix('_age')} happened {duration(value)} ago{when}"  # type: ignore[arg-type]


def amount_wanted(node: Node, *, negated: bool) -> str | None:
    """What number such a predicate wants: `at least 3`, `less than 1 hour ago`."""
    found = reading_against(node)
    if found is None:
        return None
    reading, operator, bound = found
    ages = reading.measure.endswith("age")
    told = _amount(operator, duration(bound) if ages and bound >= 0 else figure(bound)) + (" ago" if ages else "")
    return f"not {told}" if negated else told


def what_of(reading: Events, words: Words, say: Say) -> str:
    """The occurrences that a reading is about."""
    where = f" where {say(reading.where, words.inside)}" if reading.where is not None else ""
    return f"“{reading.type}”{where}"


def _when(reading: Events) -> str:
    told = f" in the last {lately(str(reading.spec['within']))}" if reading.within < FOREVER else ""
    if not reading.not_followed_by:
        return told
    patience = reading.not_followed_within
    within = f" within {spoken(str(reading.spec['not_followed_within']))}" if patience < FOREVER else ""
    return f"{told}, not followed by “{reading.not_followed_by}”{within}"


def _amount(operator: str, told: str) -> str:
    return f"{AMOUNTS[operator]} {told}"
