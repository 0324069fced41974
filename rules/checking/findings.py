"""Every kind of finding: its code, how grave it is, what it says, and a rule in which it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rules.values import Attribute, FactType, Finding, Json, Vocabulary

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of finding. `example` is a rule in which it is found under `SAMPLE`.

    `catalogue` says that it is found among many rules: the example is then several of them, the first one first.
    """

    name: str
    severity: str
    summary: str
    example: Json
    catalogue: bool = False


SAMPLE: Final = Vocabulary(
    {
        attribute.path: attribute
        for attribute in (
            Attribute("profile.orders", FactType.NUMBER, "Orders"),
            Attribute("profile.age_band", FactType.STRING, "Age", choices=("19-24", "25-34", "35+")),
            Attribute("profile.married", FactType.BOOLEAN, "Married"),
            Attribute("profile.tags", FactType.LIST, "Tags"),
            Attribute("profile.bought.*", FactType.NUMBER, "Bought", keys=("coffee", "tea")),
            Attribute("context.place", FactType.STRING, "Place"),
        )
    },
    {"Product Added": "analytics", "Order Completed": "analytics"},
    frozenset({"coffee-lovers"}),
)
"""What the examples may name."""

ORDERS: Final[Json] = {"var": "profile.orders"}
BAND: Final[Json] = {"var": "profile.age_band"}
BOUGHT: Final[Json] = {">=": [{"var": "profile.bought.tea"}, 1]}
TAGS: Final[Json] = {"var": "profile.tags"}

MISTAKES: Final = (
    Mistake(
        "malformed",
        ERROR,
        "It is not JSON, or no event reading.",
        {">": [{"events": {"type": "Product Added", "within": "soon"}}, 0]},
    ),
    Mistake(
        "limit",
        ERROR,
        "It has more than 1,000 nodes, more than 32 levels, or a text of more than 10,000 characters.",
        {"==": [ORDERS, "…" * 10_001]},
    ),
    Mistake("asks-nothing", ERROR, "It is a constant, and neither true nor false.", 5),
    Mistake(
        "no-operation",
        ERROR,
        "An object with no key or with several is data, and data is always true.",
        {">": [ORDERS, 2], "==": [BAND, "35+"]},
    ),
    Mistake("unknown-operator", ERROR, "There is no such operator.", {"starts_wiht": [BAND, "1"]}),
    Mistake("unknown-attribute", ERROR, "There is no such attribute.", {">": [{"var": "profile.order"}, 2]}),
    Mistake(
        "unknown-key",
        WARNING,
        "Below an attribute that registers every key there is none of this name yet, but one that is nearly the same.",
        {">": [{"var": "profile.bought.cofee"}, 2]},
    ),
    Mistake("computed-path", ERROR, "What it reads is worked out by the rule.", {"var": {"cat": ["profile.", "x"]}}),
    Mistake("whole-facts", ERROR, "It reads every fact at once.", {"==": [{"var": ""}, 1]}),
    Mistake(
        "out-of-reach",
        WARNING,
        "Inside of a list operator, or of the condition of events, `var` reads the element and no fact.",
        {"some": [TAGS, {"==": [{"var": "profile.orders"}, 2]}]},
    ),
    Mistake("argument-count", ERROR, "The operator takes more or fewer arguments.", {">": [ORDERS, 1, 2]}),
    Mistake(
        "wrong-type",
        ERROR,
        "A constant does not fit the attribute, or an argument the operator.",
        {">": [ORDERS, "2"]},
    ),
    Mistake("no-choice", ERROR, "The attribute never has this value.", {"==": [BAND, "25-35"]}),
    Mistake("null-comparison", ERROR, "A comparison with null is never known.", {"==": [ORDERS, None]}),
    Mistake("unknown-segment", ERROR, "There is no such segment.", {"in_segment": "coffee-lover"}),
    Mistake("computed-segment", ERROR, "The segment is worked out by the rule.", {"in_segment": [BAND]}),
    Mistake("unknown-event", ERROR, "There is no such type of event.", {">": [{"events": {"type": "Product Add"}}, 0]}),
    Mistake(
        "contradiction",
        ERROR,
        "Predicates that must hold together never do; `related` points to the others, `proof` says why.",
        {"and": [{">": [ORDERS, 5]}, {"<": [ORDERS, 3]}]},
    ),
    Mistake(
        "always-false",
        ERROR,
        "The rule never says yes, whatever the facts.",
        {"or": [{"<": [{"var": "context.place"}, ""]}, {"==": [1, 2]}]},
    ),
    Mistake(
        "empty-window",
        ERROR,
        "No event can be in this window and be counted so, or no clock can show this time.",
        {">": [{"events": {"type": "Product Added", "within": "10m", "measure": "last_age"}}, 600]},
    ),
    Mistake(
        "always-true",
        WARNING,
        "The rule says yes to everybody of whom what it reads is known.",
        {"or": [{"==": [BAND, "35+"]}, {"!=": [BAND, "35+"]}]},
    ),
    Mistake(
        "dead-part",
        WARNING,
        "A predicate that never matters: where it would, another one never holds.",
        {"or": [{"==": [BAND, "35+"]}, {"and": [{">": [ORDERS, 5]}, {"<": [ORDERS, 3]}]}]},
    ),
    Mistake(
        "no-answer",
        WARNING,
        "A moment, a distance or a score stands where an answer should: any but 0 counts as yes.",
        {"date_part": [{"now": []}, "weekday", "Europe/Berlin"]},
    ),
    Mistake(
        "dear",
        WARNING,
        "Deciding it takes more than 10,000 steps; a step is one operation on one value.",
        {"some": [TAGS, {"some": [TAGS, {"some": [TAGS, {"some": [TAGS, {"==": [{"var": ""}, "x"]}]}]}]}]},
    ),
    Mistake(
        "growth",
        WARNING,
        "A text or list that doubles with every element.",
        {"==": [{"reduce": [TAGS, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "x"]}, "xx"]},
    ),
    Mistake(
        "null-trap",
        NOTE,
        "`evaluate` takes null for what is not known, and null passes; `decide` says unknown.",
        {"<=": [ORDERS, 5]},
    ),
    Mistake(
        "nobody",
        ERROR,
        "Among many rules, one that nobody can pass.",
        [{"and": [{">": [ORDERS, 5]}, {"<": [ORDERS, 3]}]}],
        catalogue=True,
    ),
    Mistake(
        "shadowed",
        WARNING,
        "Whoever passes it passes another rule of the same slot that comes before it; proved.",
        [{">": [ORDERS, 2]}, {"and": [{">": [ORDERS, 5]}, {"==": [BAND, "35+"]}]}],
        catalogue=True,
    ),
    Mistake(
        "duplicate",
        WARNING,
        "Two rules ask the same, in whatever order.",
        [{"and": [{">": [ORDERS, 2]}, BOUGHT]}, {"and": [BOUGHT, {">": [ORDERS, 2]}]}],
        catalogue=True,
    ),
    Mistake(
        "overlap",
        NOTE,
        "Two rules of one slot and one order let in the same person, who is shown; told where it is asked for.",
        [{">": [ORDERS, 2]}, {"==": [BAND, "35+"]}],
        catalogue=True,
    ),
    Mistake(
        "absent-passes",
        NOTE,
        "Whoever is not known passes, because of the default.",
        {"<=": [{"var": ["profile.orders", 0]}, 5]},
    ),
)

FINDINGS: Final[Mapping[str, Mistake]] = MappingProxyType({mistake.name: mistake for mistake in MISTAKES})
"""Every kind of finding by its code; the manual derives from it."""


def finding(code: str, pointer: str, message: str, remedy: str = "") -> Finding:
    """A finding of this kind, as grave as its kind is."""
    return Finding(pointer, message, remedy, FINDINGS[code].severity, code)
