"""Constants of the operators of date and time: a zone, unit, part or date that is none is found before it is met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rules.errors import RuleError, meant
from rules.nodes import Call, Const, Node
from rules.operators.calendar import PARTS, UNITS, instant_of, midnight
from rules.operators.zones import zone_names, zone_of

DATES: Final = "write it in ISO 8601: 2025-03-30, 2025-03-30T12:00 or 2025-03-30T12:00+02:00"
ZONES: Final = "write it as Area/City, such as Europe/Berlin"


def vet_date(node: Call) -> Iterator[RuleError]:
    """A text that is no date, a zone that is none, a day that the calendar does not have."""
    *given, last = node.args or (Const(node.pointer, None),)
    if given and isinstance(last, Const) and type(last.value) is str:
        yield from _vet_zone([last])
    else:
        given = [*given, last]
    if len(given) == 1:
        yield from _vet_instant(given)
    elif len(given) == 3:
        yield from _vet_day(node, given)


def vet_add(node: Call) -> Iterator[RuleError]:
    """Instant, amount, unit, zone."""
    yield from _vet_instant(node.args[:1])
    yield from _vet_name(node.args[2:3], "unit", UNITS)
    yield from _vet_zone(node.args[3:4])


def vet_diff(node: Call) -> Iterator[RuleError]:
    """Instant, instant, unit, zone."""
    yield from _vet_instant(node.args[:2])
    yield from _vet_name(node.args[2:3], "unit", UNITS)
    yield from _vet_zone(node.args[3:4])


def vet_part(node: Call) -> Iterator[RuleError]:
    """Instant, part, zone."""
    yield from _vet_instant(node.args[:1])
    yield from _vet_name(node.args[1:2], "part of a date", PARTS)
    yield from _vet_zone(node.args[2:3])


def vet_instants(node: Call) -> Iterator[RuleError]:
    """Nothing but instants."""
    yield from _vet_instant(node.args[:3])


def _vet_instant(args: Iterable[Node]) -> Iterator[RuleError]:
    for arg in args:
        if isinstance(arg, Const) and arg.value is not None and instant_of(arg.value) is None:
            yield RuleError(arg.pointer, f"{arg.value!r} is no instant", DATES)


def _vet_day(node: Call, args: list[Node]) -> Iterator[RuleError]:
    values = [arg.value for arg in args if isinstance(arg, Const)]
    if len(values) == 3:
        year, month, day = values
        if midnight(year, month, day) is None:
            remedy = "write year, month and day: 2025, 3, 30"
            yield RuleError(node.pointer, f"{values!r} is no day of the calendar", remedy)


def _vet_name(args: Iterable[Node], what: str, known: Iterable[str]) -> Iterator[RuleError]:
    for arg in args:
        if isinstance(arg, Const) and arg.value not in tuple(known):
            yield RuleError(arg.pointer, f"there is no {what} {arg.value!r}", meant(str(arg.value), known))


def _vet_zone(args: Iterable[Node]) -> Iterator[RuleError]:
    for arg in args:
        if isinstance(arg, Const) and zone_of(arg.value) is None:
            yield RuleError(arg.pointer, f"there is no zone {arg.value!r}", _meant_zone(str(arg.value)))


def _meant_zone(name: str) -> str:
    """The zone of the city that was written, else the nearest name."""
    city = name.rpartition("/")[2].strip().replace(" ", "_").casefold()
    near = sorted(known for known in zone_names() if known.rpartition("/")[2].casefold() == city)
    if near:
        return f"did you mean {near[-1]!r}?"
    return meant(name, (known for known in zone_names() if "/" in known)) or ZONES
