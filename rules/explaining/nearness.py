"""How far two places are from one another, against a number, in words."""

from __future__ import annotations

from rules.explaining.happened import AMOUNTS, DENIED, against_number
from rules.explaining.words import Say, Words, figure, spell
from rules.nodes import Call, Const, Node
from rules.values import Json


def distance_against(node: Node) -> tuple[Call, str, float] | None:
    """The distance between two places, the comparison and the kilometres, where that is what is compared."""
    found = against_number(node)
    if found is None or not isinstance(found[0], Call) or found[0].operator != "distance" or len(found[0].args) != 2:
        return None
    distance = found[0]
    if isinstance(distance.args[0], Const):
        distance = Call(distance.pointer, distance.operator, distance.args[::-1])
    return distance, found[1], found[2]


def near(node: Node, words: Words, say: Say, *, negated: bool) -> tuple[Node, str] | None:
    """Such a predicate as what it is about, and what it says of that: `is less than 10 km from "Leeds"`."""
    found = distance_against(node)
    if found is None:
        return None
    distance, operator, bound = found
    amount = AMOUNTS[DENIED[operator] if negated else operator]
    return distance.args[0], f"is {amount} {figure(bound)} km from {say(distance.args[1], words)}"


def apart(distance: Call, kilometres: Json, words: Words, say: Say) -> str | None:
    """What the facts say: `Home is 14.2 km from "Leeds"`."""
    if type(kilometres) is not float and type(kilometres) is not int:
        return None
    one, other = (say(arg, words) for arg in distance.args)
    return f"{one} is {spell(round(kilometres, 1))} km from {other}"
