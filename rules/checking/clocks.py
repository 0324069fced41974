"""What predicates say of the clock: when it is, and what a calendar shows of an instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rules.checking.samples import Sample, samples
from rules.checking.wanted import IMPOSSIBLE, Predicate, Scene, Subject, Wanted, tried
from rules.javascript import ABSENT, Value, truthy
from rules.kinds import Kind
from rules.nodes import Array, Call, Const, Node
from rules.operator import Operator
from rules.operators.calendar import DAYPARTS, instant_of
from rules.operators.zones import EARLIEST, LATEST
from rules.table import OPERATORS
from rules.values import Json, Outcome

NOW: Final = 1_750_000_000.0
"""When a witness is asked: the middle of 2025."""

PARTS: Final[Mapping[str, tuple[Json, ...]]] = {
    "month": tuple(range(1, 13)),
    "day": tuple(range(1, 32)),
    "weekday": tuple(range(1, 8)),
    "hour": tuple(range(24)),
    "minute": tuple(range(60)),
    "second": tuple(range(60)),
    "daypart": tuple(dict.fromkeys(name for _, name in DAYPARTS)),
}
"""Part of a date -> all that it can be."""


REMEDIES: Final[Mapping[str, str]] = {
    "weekday": "write a number from 1 (Monday) to 7 (Sunday)",
    "daypart": f"write one of {', '.join(dict.fromkeys(name for _, name in DAYPARTS))}",
}
"""Part of a date -> how its values are written, where its numbers alone do not tell."""


class Clock(Subject):
    """The time by the clock: any number of seconds, and never absent."""

    __slots__ = ()

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """An instant, as near to this time as can be."""
        points = (at for one in wanted for at in one.predicate.numbers or ())
        near = sorted(samples(float, points), key=lambda sample: abs(sample.value - NOW))
        return tried(near, wanted, float)

    def place(self, value: Value, wanted: Sequence[Wanted], scene: Scene) -> None:
        """Let it be that late."""
        scene.now = value


class Part(Subject):
    """A part of a date: one of a few values, or absent where the date is."""

    __slots__ = ("_values", "name")

    def __init__(self, key: object, name: str, values: tuple[Json, ...]) -> None:
        super().__init__(key)
        self.name = name
        self._values = values

    @property
    def remedy(self) -> str:
        """What such a part can be compared with."""
        first, *_, last = self._values
        return REMEDIES.get(self.name) or f"write a number from {first} to {last}"

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """One of its values."""
        found = tried((Sample(value, True) for value in (*self._values, ABSENT)), wanted, int)
        return IMPOSSIBLE if found is IMPOSSIBLE else found


def of_the_clock(node: Node, subject: Callable[[object, Callable[[], Subject]], Subject]) -> Predicate | None:
    """The predicate that compares the time, or a part of a date, with constants; None for any other."""
    if not isinstance(node, Call) or node.operator not in OPERATORS:
        return None
    operator = OPERATORS[node.operator]
    function = operator.function
    if function is None or not operator.boolean:
        return None
    args = node.args[: operator.most]
    places = [place for place, arg in enumerate(args) if isinstance(arg, Call)]
    given = [_constant(arg) for arg in args]
    if len(places) != 1 or sum(value is ABSENT for value in given) != 1:
        return None
    about = args[places[0]]
    assert isinstance(about, Call)
    made = _subject(about, subject)
    if made is None:
        return None

    def says(value: Value) -> Outcome:
        said = ABSENT if value is ABSENT else function(*[value if one is ABSENT else one for one in given])
        if said is ABSENT or said is None:
            return Outcome.UNKNOWN
        return Outcome.YES if truthy(said) else Outcome.NO

    return Predicate(node, made, says, None, points(operator, given))


def points(operator: Operator, given: Sequence[Value]) -> tuple[float, ...] | None:
    """The seconds at which a comparison with these constants can turn; None where that is not known."""
    moments = operator.takes == (Kind.MOMENT,)
    found = [instant_of(one) if moments or not isinstance(one, str) else None for one in given if one is not ABSENT]
    known = tuple(float(one) for one in found if one is not None)
    if len(known) < len(found):
        return None
    return (EARLIEST, *known, LATEST) if moments else known


def _subject(about: Call, subject: Callable[[object, Callable[[], Subject]], Subject]) -> Subject | None:
    if about.operator == "now":
        return subject("now", lambda: Clock("now"))
    if about.operator == "date_part" and len(about.args) > 1 and isinstance(about.args[1], Const):
        part = about.args[1].value
        values = PARTS.get(part) if isinstance(part, str) else None
        if values is not None:
            name = repr(about.logic)
            return subject(name, lambda: Part(name, str(part), values))
    return None


def _constant(node: Node) -> Value:
    """The value that is written there; `ABSENT` for what is worked out."""
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Array) and all(isinstance(item, Const) for item in node.items):
        return [item.value for item in node.items if isinstance(item, Const)]
    return ABSENT
