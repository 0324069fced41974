"""What a predicate says over all values of the fact that it reads: where it stops a rule, and where it does not.

What it says is not worked out here a second time: it is asked, once for each stretch of values on which its answer
cannot change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from rules.compiler import TIMED
from rules.indexing.probes import probes
from rules.nodes import Call, Node
from rules.operator import Truth
from rules.operators.reading import nested
from rules.questions import Count, Element, Fact, Membership, Question
from rules.rule import Rule
from rules.values import ENOUGH, Facts, Json, Outcome

NOW: Final = 1_000_000_000.0
"""A moment, for questions in which none counts."""


@dataclass(slots=True)
class Shape:
    """Whether it stops below all values of a type, at which single values that is otherwise, and from which values
    on it is otherwise for good, or until the next such value."""

    stops: bool
    singles: tuple[Any, ...] = ()
    turns: tuple[Any, ...] = ()


@dataclass(slots=True)
class FactShape:
    """A predicate over one fact; None for the types of values of which nothing is told."""

    subject: Hashable
    path: tuple[str, ...]
    stops_absent: bool
    numbers: Shape | None
    texts: Shape | None
    truths: Shape | None
    stops_odd: bool
    """Where there is what is not a number."""
    coerced: bool | None
    """How it reads values of other types, see `Fact`."""


@dataclass(slots=True)
class CountShape:
    """A predicate over how many events of a type lie within a window of seconds."""

    subject: Hashable
    type: str
    within: float
    counts: Shape


@dataclass(slots=True)
class KeyShape:
    """A predicate over one key being in a set: a segment, or a text in the list at a path."""

    subject: Hashable
    path: tuple[str, ...] | None
    key: str
    stops_in: bool
    stops_out: bool
    stops_absent: bool
    """Where there is no list."""


Shaped: TypeAlias = "FactShape | CountShape | KeyShape"


@dataclass(slots=True, eq=False)
class Opaque:
    """A predicate that can only be asked as it is."""

    rule: Rule
    enough: frozenset[Outcome]
    """The outcomes with which a rule can still hold."""
    subject = "opaque"


def shape_of(node: Node, *, negated: bool, lenient: bool) -> Shaped | Opaque:
    """The shape of a predicate, or of its opposite. `lenient` says that unknown is good enough."""
    truth = TIMED.truth(node, negated=negated)
    asks, decide, enough = asked(truth), truth.decide, ENOUGH[lenient]

    def stops(facts: Facts) -> bool:
        return decide(facts.values, facts).outcome not in enough

    match asks:
        case Fact():
            return _fact_shape(asks, stops)
        case Count():
            counts = Shape(stops(Facts(NOW)), (), (float(asks.needed),))
            return CountShape(("count", asks.type, asks.within), asks.type, asks.within, counts)
        case Element():
            return _element_shape(asks, stops)
        case Membership(segment=key):
            inside, outside = stops(Facts(NOW, segments=frozenset({key}))), stops(Facts(NOW))
            return KeyShape("segments", None, key, inside, outside, False)
    return Opaque(Rule(Call("", "!", (node,)) if negated else node), enough)


def asked(truth: Truth) -> Question | None:
    """The one question that the whole of it depends on; None where there are several, or one that is not told."""
    if not truth.parts:
        return truth.asks
    facts = [asked(part) for part in truth.parts]
    first = facts[0]
    if not isinstance(first, Fact):
        return None
    texts: tuple[str, ...] | None = ()
    numbers: tuple[float, ...] | None = ()
    for fact in facts:
        if not isinstance(fact, Fact) or fact.path != first.path:
            return None
        texts = None if texts is None or fact.texts is None else texts + fact.texts
        numbers = None if numbers is None or fact.numbers is None else numbers + fact.numbers
    truths = any(fact.truths for fact in facts)  # type: ignore[union-attr]
    return Fact(first.path, texts, numbers, truths, _reading([fact for fact in facts if isinstance(fact, Fact)]))


def _reading(facts: Sequence[Fact]) -> bool | None:
    """How all of them read values of other types; None where not all of them do it alike."""
    ways = {(fact.coerced, fact.texts is None) for fact in facts}
    return facts[0].coerced if len(ways) == 1 else None


def _fact_shape(asks: Fact, stops: Callable[[Facts], bool]) -> FactShape:
    path = asks.path
    parent: dict[str, Any] = {}
    facts = Facts(NOW, nested(path[:-1], parent))

    def stops_at(value: Json) -> bool:
        parent[path[-1]] = value
        return stops(facts)

    absent = stops(facts)
    numbers, texts = asks.numbers, asks.texts
    return FactShape(
        ("fact", path),
        path,
        absent,
        None if numbers is None else _shape(float, numbers, stops_at),
        None if texts is None else _shape(str, texts, stops_at),
        # Where nothing is compared with true or false, they are read as values of another type.
        _shape(bool, (False, True), stops_at) if asks.truths else None,
        stops_at(math.nan),
        None if numbers is None else asks.coerced,
    )


def _element_shape(asks: Element, stops: Callable[[Facts], bool]) -> KeyShape:
    lists: tuple[list[Json], ...] = ([asks.text], [])
    inside, outside = (stops(Facts(NOW, nested(asks.path, texts))) for texts in lists)
    return KeyShape(("list", asks.path), asks.path, asks.text, inside, outside, stops(Facts(NOW)))


def _shape(kind: type, points: Iterable[Any], stops: Callable[[Any], bool]) -> Shape:
    below, steps = probes(kind, points)
    before = start = stops(below)
    singles, turns = [], []
    for point, above in steps:
        at, after = stops(point), stops(above)
        if at is not before and after is before:
            singles.append(point)
            continue
        if at is not before:
            turns.append(point)
        if after is not at:
            turns.append(above)
        before = after
    return Shape(start, tuple(singles), tuple(turns))
