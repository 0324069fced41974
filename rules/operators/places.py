"""Places on the earth, and how far they are apart: geodesics on WGS84 (Karney 2013, doi:10.1007/s00190-012-0578-z)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from geographiclib.geodesic import Geodesic

from rules.errors import SHORT, RuleError
from rules.fast import MIRRORED, PYTHON
from rules.javascript import ABSENT, Value
from rules.kinds import Kind
from rules.nodes import Call, Const
from rules.operator import Builder, Decision, Example, Expression, Truth, partial
from rules.values import Facts, Verdict
from rules.verdicts import predicate, verdicts

Place: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees."""

LATITUDE: Final = ("lat", "latitude")
LONGITUDE: Final = ("lon", "lng", "longitude")

LEAST: Final = 6_335.4393
MOST: Final = 6_399.5937
"""Kilometres per radian: the least and the greatest radius of curvature of WGS84, a(1-f)² and a/(1-f), rounded
outward."""

SLACK: Final = 1e-6
"""More than the rounding of any angle below, which is worst between antipodes, and of the geodesic in kilometres."""

REMEDY: Final = 'write {"lat": 53.8, "lon": -1.55}, or latitude (-90 to 90) and longitude as two numbers'


def distance(*values: Value) -> float | None:
    """Kilometres between two places, each an object or two numbers; None where one is no place."""
    pair = _pair(values)
    return None if pair is None else apart(*pair)


def apart(one: Place, other: Place) -> float:
    """Kilometres between two places along the ellipsoid."""
    found: float = Geodesic.WGS84.Inverse(*one, *other, Geodesic.DISTANCE)["s12"]
    return found / 1_000


def toward(one: Place, other: Place, kilometres: float) -> Place:
    """The place so far from one place in the direction of another, northward where both are the same."""
    course = Geodesic.WGS84.Inverse(*one, *other)["azi1"]
    found = Geodesic.WGS84.Direct(*one, course, kilometres * 1_000)
    return found["lat2"], found["lon2"]


def surely(one: Place, other: Place, kilometres: float) -> bool | None:
    """Whether the places are surely farther apart than this (True), surely nearer (False), or too close to call.

    Every small step on the ellipsoid is between `LEAST` and `MOST` times as long as the same step, in latitude and
    longitude, on a sphere of radius one: the radii of curvature of the ellipsoid lie between them (that along the
    parallel between a and `MOST`). So is every path, and so is the shortest.
    """
    least = LEAST * (1 - SLACK)
    if abs(one[0] - other[0]) * DEGREE * least - SLACK > kilometres:
        return True
    angle = _angle(one, other)
    if angle * least - SLACK > kilometres:
        return True
    return False if angle * MOST * (1 + SLACK) + SLACK < kilometres else None


def vet_places(node: Call) -> Iterator[RuleError]:
    """Constants that are no place."""
    for arg in node.args[:4]:
        if not isinstance(arg, Const):
            continue
        wrong = not _is_degrees(arg.value, 360) if not isinstance(arg.value, dict) else place_of(arg.value) is None
        if wrong:
            yield RuleError(arg.pointer, f"{json.dumps(arg.value, ensure_ascii=False)[:SHORT]} is no place", REMEDY)


def place_of(value: Value) -> Place | None:
    """The place that an object names; None where it names none."""
    if not isinstance(value, Mapping):
        return None
    return _checked(_named(value, LATITUDE), _named(value, LONGITUDE))


def distance_truth(node: Call, builder: Builder, negated: bool) -> Truth | None:
    """A comparison of a distance with a number: the geodesic is only worked out where a sure bound does not decide."""
    if len(node.args) != 2:
        return None
    for turned, (one, other) in enumerate((node.args, node.args[::-1])):
        if not isinstance(one, Call) or one.operator != "distance" or not isinstance(other, Const):
            continue
        bound: Any = other.value
        if len(one.args) >= 2 and (type(bound) is int or type(bound) is float):
            name = MIRRORED[node.operator] if turned else node.operator
            args = tuple(builder.value(arg) for arg in one.args[:4])
            return predicate(node.pointer, _compared(node.pointer, args, name, bound, negated))
    return None


def _compared(pointer: str, args: tuple[Expression, ...], name: str, bound: float, negated: bool) -> Decision:
    yes, no, unknown = verdicts(pointer, negated=negated)
    farther, nearer = (yes, no) if name in {">", ">="} else (no, yes)
    compare = PYTHON[name]

    def decide(data: Value, facts: Facts) -> Verdict:
        pair = _pair([arg(data, facts) for arg in args])
        if pair is None:
            return unknown
        sure = surely(*pair, bound)
        if sure is None:
            return yes if compare(apart(*pair), bound) else no
        return farther if sure else nearer

    return decide


def _pair(values: Any) -> tuple[Place, Place] | None:
    """The two places of two to four arguments."""
    places: list[Place | None] = []
    rest = list(values)
    while rest:
        value = rest.pop(0)
        if value is ABSENT:
            return None
        if type(value) is int or type(value) is float:
            places.append(_checked(value, rest.pop(0) if rest else None))
        else:
            places.append(place_of(value))
    if len(places) != 2 or places[0] is None or places[1] is None:
        return None
    return places[0], places[1]


def _named(value: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((value[name] for name in names if name in value), None)


def _checked(latitude: Any, longitude: Any) -> Place | None:
    if _is_degrees(latitude, 90) and _is_degrees(longitude, 360):
        return float(latitude), float(longitude)
    return None


def _is_degrees(value: Any, most: int) -> bool:
    return (type(value) is int or type(value) is float) and -most <= value <= most


DEGREE: Final = math.pi / 180


def _angle(one: Place, other: Place) -> float:
    """The angle between two places on a sphere, in radians (the haversine formula)."""
    up, along = math.sin((one[0] - other[0]) * DEGREE / 2), math.sin((one[1] - other[1]) * DEGREE / 2)
    half = up * up + math.cos(one[0] * DEGREE) * math.cos(other[0] * DEGREE) * along * along
    return 2 * math.asin(math.sqrt(min(1.0, half)))


OPERATORS: Final = (
    partial(
        "distance",
        "Kilometres between two places, each an object with `lat` and `lon` or two numbers, on the ellipsoid WGS84.",
        (
            Example(
                {"<": [{"distance": [{"var": "profile.home"}, {"lat": 53.8008, "lon": -1.5491, "name": "Leeds"}]}, 10]},
                {"profile": {"home": {"lat": 53.7455, "lon": -1.5946}}},
                True,
            ),
            Example({">": [{"distance": [53.8008, -1.5491, 51.5074, -0.1278]}, 270]}, None, True),
        ),
        distance,
        "place",
        least=2,
        most=4,
        phrase="the kilometres between {all}",
        takes=(Kind.PLACE,),
        vet=vet_places,
        unknown="as soon as an argument is, and of what is no place",
        coercion="none: of what is no place it is null",
    ),
)
