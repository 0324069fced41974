"""The operators of date and time. An instant is a number of seconds since 1970, or a text in ISO 8601."""

from __future__ import annotations

import math
from typing import Final

from rules.clock.course import Ahead, Course, Range, Sweep, Watch
from rules.clock.date_aims import back_add, back_diff, back_part
from rules.clock.date_courses import add_over, before_over, between_over, diff_over, part_over
from rules.javascript import UNDEFINED, Value, number
from rules.kinds import Kind
from rules.nodes import Call
from rules.operator import Builder, Example, Expression, Operator, partial
from rules.operators.calendar import PARTS, SECONDS, UNITS, added, instant_of, midnight, whole_units
from rules.operators.date_vets import vet_add, vet_date, vet_diff, vet_instants, vet_part
from rules.operators.zones import UNIVERSAL, wall, zone_of
from rules.values import Facts, Instant


def build_now(node: Call, builder: Builder) -> Expression:
    """The clock that was injected, in whole seconds."""
    return lambda data, facts: math.floor(facts.now)


def sweep_now(node: Call, builder: Builder) -> Sweep:
    """The seconds of a span."""

    def run(start: Instant, end: Instant) -> Course:
        return Range(math.floor(start), math.ceil(end) - 1, whole=True)

    def prepare(data: Value, facts: Facts, watches: list[Watch]) -> Ahead:
        return run

    return prepare


def date(*values: Value) -> Value:
    """The instant that a text names, or midnight at the start of a day: year, month, day; in a zone, else in UTC."""
    named = len(values) > 1 and type(values[-1]) is str
    zone = zone_of(values[-1] if named else UNIVERSAL)
    given = values[:-1] if named else values
    if zone is None:
        return None
    if len(given) == 3:
        return _seconds(midnight(*given, zone))
    return _seconds(instant_of(given[0], zone)) if len(given) == 1 else None


def date_add(
    at: Value = UNDEFINED, amount: Value = UNDEFINED, unit: Value = UNDEFINED, name: Value = UNIVERSAL
) -> Value:
    """The instant so many units later; None where an argument is no instant, number, unit or zone."""
    zone = zone_of(name)
    start = instant_of(at, zone)
    if start is None or zone is None or unit not in UNITS or type(amount) not in {int, float}:
        return None
    return _seconds(added(start, amount, unit, zone)) if math.isfinite(amount) else None


def date_diff(
    start: Value = UNDEFINED, end: Value = UNDEFINED, unit: Value = UNDEFINED, name: Value = UNIVERSAL
) -> Value:
    """How many whole units lie between two instants; None where an argument is no instant, unit or zone."""
    zone = zone_of(name)
    one, other = instant_of(start, zone), instant_of(end, zone)
    if one is None or other is None or zone is None or unit not in UNITS:
        return None
    if unit in SECONDS:
        return math.trunc((other - one) / SECONDS[unit])
    return whole_units(wall(one, zone), wall(other, zone), unit)


def date_part(at: Value = UNDEFINED, part: Value = UNDEFINED, name: Value = UNDEFINED) -> Value:
    """What a calendar or clock in a zone shows at an instant; None where an argument is no instant, part or zone."""
    zone = zone_of(name)
    moment = instant_of(at, zone)
    if moment is None or zone is None or type(part) is not str or part not in PARTS:
        return None
    return PARTS[part](wall(moment, zone))


def before(one: Value = UNDEFINED, other: Value = UNDEFINED) -> bool | None:
    """Whether an instant is before another; None where one is none."""
    a, b = instant_of(one), instant_of(other)
    return None if a is None or b is None else a < b


def after(one: Value = UNDEFINED, other: Value = UNDEFINED) -> bool | None:
    """Whether an instant is after another; None where one is none."""
    return before(other, one)


def between(at: Value = UNDEFINED, start: Value = UNDEFINED, end: Value = UNDEFINED) -> bool | None:
    """Whether an instant is at or after the start, and before the end; None where one is none."""
    moment, first, last = instant_of(at), instant_of(start), instant_of(end)
    return None if moment is None or first is None or last is None else first <= moment < last


def _seconds(at: Instant | None) -> Value:
    return None if at is None else number(float(at))


NONE_OF_OTHERS: Final = "a text in ISO 8601 is an instant too; of what is none it is null"
FALSE_OF_OTHERS: Final = "a text in ISO 8601 is an instant too; of what is none it is false"
NO_ANSWER: Final = "as soon as an argument is, and where one is no instant, unit or zone"
MIDNIGHT: Final = 1_743_292_800

OPERATORS: Final = (
    Operator(
        "now",
        "The time by the clock, in whole seconds since 1970.",
        (Example({"now": []}, None, 0), Example({"before": [{"now": []}, "2025-03-30"]}, None, True)),
        build_now,
        "time",
        least=0,
        most=0,
        phrase="now",
        unknown="never: a clock is always there",
        coercion="none",
        clock=sweep_now,
    ),
    partial(
        "date",
        "The instant of a text in ISO 8601, or of year, month and day, by the clocks of a zone, else by UTC.",
        (
            Example({"date": ["2025-03-30T12:00", "Europe/Berlin"]}, None, 1743328800),
            Example({"date": [2025, 3, 30, "Europe/Berlin"]}, None, 1743289200),
            Example({"date": "2025-03-30T12:00:00Z"}, None, 1743336000),
        ),
        date,
        "time",
        most=4,
        phrase="the date {all}",
        vet=vet_date,
        unknown="as soon as an argument is, and of what is no date or no zone",
        coercion="a number alone is an instant already; of what is no date it is null",
    ),
    partial(
        "date_add",
        "An instant so many units later: second, minute, hour, day, week, month or year, by the clocks of a zone.",
        (
            Example({"date_add": ["2025-03-29T12:00+01:00", 1, "day", "Europe/Berlin"]}, None, 1743328800),
            Example({"date_add": ["2025-03-29T12:00+01:00", 24, "hour"]}, None, 1743332400),
            Example({"date_add": ["2024-01-31", 1, "month"]}, None, 1709164800),
        ),
        date_add,
        "time",
        least=3,
        most=4,
        phrase="{0} plus {1} {2}",
        takes=(Kind.MOMENT, Kind.NUMBER, Kind.TEXT),
        vet=vet_add,
        over=add_over,
        back=back_add,
        unknown=NO_ANSWER,
        coercion=NONE_OF_OTHERS,
    ),
    partial(
        "date_diff",
        "How many whole units lie between two instants; days and longer ones by the clocks of a zone, else by UTC.",
        (
            Example({"date_diff": ["2007-04-01", "2025-03-31", "year"]}, None, 17),
            Example({"date_diff": ["2025-03-30T00:00+01:00", "2025-03-31T00:00+02:00", "hour"]}, None, 23),
            Example(
                {"date_diff": ["2025-03-30T00:00+01:00", "2025-03-31T00:00+02:00", "day", "Europe/Berlin"]}, None, 1
            ),
        ),
        date_diff,
        "time",
        least=3,
        most=4,
        phrase="the time from {0} to {1} in units of a {2}",
        takes=(Kind.MOMENT, Kind.MOMENT, Kind.TEXT),
        vet=vet_diff,
        over=diff_over,
        back=back_diff,
        unknown=NO_ANSWER,
        coercion=NONE_OF_OTHERS,
    ),
    partial(
        "date_part",
        "What calendar and clock show at an instant in a named zone: year, month, day, weekday (1 is Monday), hour, "
        "minute, second or daypart (night, morning from 5, afternoon from 12, evening from 17, night from 22).",
        (
            Example({"date_part": ["2025-03-30T22:30:00Z", "weekday", "Europe/Berlin"]}, None, 1),
            Example({"date_part": [MIDNIGHT, "hour", "Europe/Berlin"]}, None, 1),
            Example({"date_part": [MIDNIGHT, "daypart", "America/New_York"]}, None, "evening"),
        ),
        date_part,
        "time",
        least=3,
        most=3,
        phrase="the {1} of {0} in {2}",
        takes=(Kind.MOMENT, Kind.TEXT, Kind.TEXT),
        vet=vet_part,
        over=part_over,
        back=back_part,
        unknown="as soon as an argument is, and where one is no instant, part or zone",
        coercion=NONE_OF_OTHERS,
    ),
    partial(
        "before",
        "Whether an instant is before another.",
        (Example({"before": [{"var": "ends"}, "2025-12-24T18:00+01:00"]}, {"ends": 1766000000}, True),),
        before,
        "time",
        least=2,
        most=2,
        phrase="{0} is before {1}",
        boolean=True,
        takes=(Kind.MOMENT,),
        vet=vet_instants,
        over=before_over,
        unknown="as soon as an argument is, and where one is no instant",
        coercion=FALSE_OF_OTHERS,
    ),
    partial(
        "after",
        "Whether an instant is after another.",
        (Example({"after": [{"var": "starts"}, "2025-12-24T18:00+01:00"]}, {"starts": 1766000000}, False),),
        after,
        "time",
        least=2,
        most=2,
        phrase="{0} is after {1}",
        boolean=True,
        takes=(Kind.MOMENT,),
        vet=vet_instants,
        over=lambda one, other: before_over(other, one),
        unknown="as soon as an argument is, and where one is no instant",
        coercion=FALSE_OF_OTHERS,
    ),
    partial(
        "between",
        "Whether an instant is at or after a start, and before an end.",
        (
            Example({"between": [{"var": "at"}, "2025-12-01", "2025-12-25"]}, {"at": "2025-12-01"}, True),
            Example({"between": [{"var": "at"}, "2025-12-01", "2025-12-25"]}, {"at": "2025-12-25"}, False),
        ),
        between,
        "time",
        least=3,
        most=3,
        phrase="{0} is from {1} until before {2}",
        boolean=True,
        takes=(Kind.MOMENT,),
        vet=vet_instants,
        over=between_over,
        unknown="as soon as an argument is, and where one is no instant",
        coercion=FALSE_OF_OTHERS,
    ),
)
