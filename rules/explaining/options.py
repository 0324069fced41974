"""What could be otherwise: for each fact that a rule reads, the few values at which an answer may change."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

from rules.explaining.anatomy import Predicate, constants
from rules.explaining.changes import MOST, SetFact, Span
from rules.explaining.elsewhere import place_options
from rules.explaining.happened import against_number
from rules.explaining.other_lists import Satisfy, asks_for_a_list, element_options, list_options
from rules.explaining.other_moments import asks_for_dates, moment_options
from rules.fast import MIRRORED
from rules.javascript import SAFE_INTEGER, UNDEFINED
from rules.nodes import Call, Node, children
from rules.operators.reading import follow
from rules.operators.scores import SCORE
from rules.questions import Fact
from rules.values import Attribute, Facts, FactType, Json

OTHERWISE: Final = "something else"
"""A text that no rule asks for by name."""

KINDS: Final[dict[FactType, tuple[type, ...]]] = {
    FactType.STRING: (str,),
    FactType.NUMBER: (int, float),
    FactType.DATETIME: (int, float, str),
    FactType.BOOLEAN: (bool,),
    FactType.LIST: (list,),
}

SAMPLES: Final[dict[FactType, tuple[Json, ...]]] = {
    FactType.NUMBER: (1, 0),
    FactType.DATETIME: (1, 0),
    FactType.BOOLEAN: (True, False),
    FactType.LIST: ([OTHERWISE], []),
}
"""Type -> a value that is there and true, and one that is false."""

VERSION: Final = re.compile(r"(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?")

FINEST: Final = 6
"""Decimals of the smallest step."""


def fact_options(
    path: tuple[str, ...], asking: Sequence[Predicate], facts: Facts, attribute: Attribute | None, satisfy: Satisfy
) -> list[SetFact]:
    """Other values of the fact at a path, those first that are nearest to what it is."""
    found = follow(facts.values, path)
    now: Json = None if found is UNDEFINED else found
    if any(asks_for_dates(one.node) for one in asking):
        made = list(moment_options(path, asking, facts, now))
    else:
        made = [*_numbers(path, asking, now), *element_options(path, asking, now, satisfy)]
        made += _values(path, asking, now, attribute)
    unlike: dict[Hashable, tuple[tuple[int, float, int], SetFact]] = {}
    for number, one in enumerate(made):
        if _fits(one.after, attribute):
            unlike.setdefault(_identity(one.after), ((*_distance(one, now), number), one))
    unlike.pop(_identity(now), None)
    return [one for _, one in sorted(unlike.values(), key=lambda ranked: ranked[0])[:MOST]]


def _identity(value: Json) -> Hashable:
    """What two values have in common that are the same; of a list, its elements one by one."""
    if isinstance(value, list):
        return tuple((type(item), id(item)) if isinstance(item, list | dict) else (type(item), item) for item in value)
    return id(value) if isinstance(value, dict) else (type(value), value)


def _distance(one: SetFact, now: Json) -> tuple[int, float]:
    """Values of the present type come first, and the nearest numbers; no value at all comes last."""
    near = 0.0
    if _is_number(one.after) and _is_number(now):
        near = abs(one.after - now)  # type: ignore[operator]  # numbers, by the line above
    stranger = now is not None and type(one.after) is not type(now) and not (_is_number(one.after) and _is_number(now))
    return (2 if one.after is None else int(stranger)), near


def _numbers(path: tuple[str, ...], asking: Sequence[Predicate], now: Json) -> Iterator[SetFact]:
    """One number of each range within which no answer changes; single numbers where the ranges are not known."""
    points = [_points(one, path) for one in asking]
    if all(some is not None for some in points):
        yield from _ranges(path, sorted({point for some in points for point in some or ()}), now)
        return
    named = [value for one in asking for value in constants(one.node) if _is_number(value)]
    for value in named:
        for near in (value, value + 1, value - 1):  # type: ignore[operator]  # numbers, by the line above
            yield SetFact(path, now, near, exact=False)


def _points(one: Predicate, path: tuple[str, ...]) -> tuple[float, ...] | None:
    """The numbers at which the answer of a predicate may change; None where that is not known."""
    asks = one.truth.asks
    compared = against_number(one.node)
    if compared is not None and isinstance(compared[0], Call) and compared[0].operator == SCORE:
        return (float(compared[2]),)
    return asks.numbers if isinstance(asks, Fact) and asks.path == path else None


def _ranges(path: tuple[str, ...], points: list[float], now: Json) -> Iterator[SetFact]:
    here: float | None = now if _is_number(now) else None  # type: ignore[assignment]  # a number, by the condition
    step = _step([*points, *([] if here is None else [here])])
    for low, high in zip([None, *points], [*points, None], strict=True):
        span = Span(low, False, high, False)
        if points and (here is None or here not in span):
            yield SetFact(path, now, _whole(_nearest(low, high, here, step)), span)
        if high is not None and high != here:
            yield SetFact(path, now, _whole(high), Span(high, True, high, True))


def _nearest(low: float | None, high: float | None, here: float | None, step: float) -> float:
    """The number strictly between the two that is nearest."""
    if low is None:
        assert high is not None
        return high - step
    if high is None:
        return low + step
    near = high - step if here is not None and here >= high else low + step
    return near if low < near < high else (low + high) / 2


def _step(numbers: Iterable[float]) -> float:
    """One in the last decimal that any of these numbers has."""
    decimals = max((_decimals(number) for number in numbers), default=0)
    return 1.0 if decimals == 0 else 10.0**-decimals


def _decimals(number: float) -> int:
    return next((n for n in range(FINEST) if math.isclose(number, round(number, n), rel_tol=0, abs_tol=1e-12)), FINEST)


def _whole(number: float) -> int | float:
    number = round(number, FINEST + 3)
    return int(number) if number.is_integer() else number


def _values(
    path: tuple[str, ...], asking: Sequence[Predicate], now: Json, attribute: Attribute | None
) -> Iterator[SetFact]:
    named = [value for one in asking for value in constants(one.node)]
    texts = _unlike_first([value for value in named if isinstance(value, str)], asking)
    listing = isinstance(now, list) or (now is None and (attribute is None or attribute.type is FactType.LIST))
    if listing and any(asks_for_a_list(one.node) for one in asking):
        yield from list_options(path, now if isinstance(now, list) else [], named, now)
    exact = all(isinstance(one.truth.asks, Fact) and one.truth.asks.texts is not None for one in asking)
    yield from (SetFact(path, now, text, exact=exact) for text in texts)
    ordered = [one.node for one in asking if isinstance(one.node, Call) and one.node.operator in MIRRORED]
    bounds = [value for node in ordered for value in constants(node) if isinstance(value, str)]
    yield from (SetFact(path, now, near, exact=False) for text in bounds for near in ("", f"{text}z"))
    for one in asking:
        yield from place_options(path, one, now)
    yield from (SetFact(path, now, version, exact=False) for one in asking for version in _versions(one.node))
    if any(isinstance(value, bool) for value in [*named, now]):
        yield from (SetFact(path, now, value) for value in (True, False))
    if not named or any(one.truth.asks is None for one in asking):
        yield from _samples(path, now, attribute, bare=not named)
    if attribute is not None and attribute.choices:
        yield from (SetFact(path, now, choice) for choice in attribute.choices)
    elif texts or isinstance(now, str):
        yield SetFact(path, now, OTHERWISE, free=True)
    if any(_gives_absence_a_meaning(one.node) for one in asking):
        yield SetFact(path, now, None)


def _versions(node: Node) -> Iterator[str]:
    """The versions that a range names, and the ones that follow them."""
    if not isinstance(node, Call) or node.operator != "semver":
        return
    for text in constants(node):
        for found in VERSION.findall(text) if isinstance(text, str) else ():
            major, minor, patch = (int(part or 0) for part in found)
            yield f"{major}.{minor}.{patch}"
            yield f"{major}.{minor}.{patch + 1}"
            yield f"{major + 1}.0.0"


def _unlike_first(texts: list[str], asking: Sequence[Predicate]) -> list[str]:
    """The texts, first those of which no two are named by the same predicates: others do what one of them does."""
    places: dict[str, list[int]] = {}
    for number, one in enumerate(asking):
        for value in constants(one.node):
            if isinstance(value, str):
                places.setdefault(value, []).append(number)
    first: dict[tuple[int, ...], str] = {}
    for text in texts:
        first.setdefault(tuple(places[text]), text)
    return list(dict.fromkeys([*first.values(), *texts]))


def _samples(path: tuple[str, ...], now: Json, attribute: Attribute | None, *, bare: bool) -> Iterator[SetFact]:
    """Where a rule only asks whether the fact is there, or is true: some value of its type that is, and one not."""
    kind = attribute.type if attribute else _type_of(now)
    if kind in SAMPLES:
        free = bare and kind is not FactType.BOOLEAN
        yield from (SetFact(path, now, value, free=free, exact=not bare) for value in SAMPLES[kind])
    else:
        yield SetFact(path, now, OTHERWISE, free=bare or now is not None, exact=False)
        yield SetFact(path, now, "")


def _type_of(value: Json) -> FactType:
    return next((kind for kind, types in KINDS.items() if type(value) in types), FactType.STRING)


def _gives_absence_a_meaning(node: Node) -> bool:
    if isinstance(node, Call) and (
        node.operator.startswith("missing") or (node.operator == "var" and len(node.args) > 1)
    ):
        return True
    return any(_gives_absence_a_meaning(child) for child in children(node))


def _fits(value: Json, attribute: Attribute | None) -> bool:
    if value is None or attribute is None or attribute.type not in KINDS:
        return True
    if attribute.choices and isinstance(value, str) and value not in attribute.choices:
        return False
    return type(value) in KINDS[attribute.type]


def _is_number(value: Json) -> bool:
    return (type(value) is int and abs(value) <= SAFE_INTEGER) or (type(value) is float and math.isfinite(value))
