"""Where somebody could be otherwise: in a place that a rule names, or just inside or outside the distance it allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.explaining.anatomy import Predicate
from rules.explaining.changes import SetFact
from rules.explaining.nearness import distance_against
from rules.explaining.words import figure, spell
from rules.nodes import Const
from rules.operators.places import place_of, toward
from rules.values import Json

STEP: Final = 0.1
"""Kilometres on this side and on that of a distance."""

DIGITS: Final = 5
"""Decimals of a degree: a metre."""


def place_options(path: tuple[str, ...], one: Predicate, now: Json) -> Iterator[SetFact]:
    """Other places for a predicate that compares a distance: on the line from where somebody is, the nearest ones."""
    found = distance_against(one.node)
    if found is None or not isinstance(found[0].args[1], Const):
        return
    named, kilometres = found[0].args[1].value, found[2]
    there, here = place_of(named), place_of(now)
    if there is None:
        return
    for apart in (kilometres - STEP, kilometres + STEP):
        if apart > 0:
            latitude, longitude = toward(there, here or there, apart)
            place: Json = {"lat": round(latitude, DIGITS), "lon": round(longitude, DIGITS)}
            yield SetFact(path, now, place, exact=False, told=f"{figure(round(apart, 1))} km from {spell(named)}")
    yield SetFact(path, now, named, exact=False)
