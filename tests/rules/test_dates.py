"""Named zones: what clocks show, and over a span of time no more and no less than what they show in it."""

import struct
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Facts, Outcome, RuleError, Vocabulary, check, parse
from rules.clock.course import ANYTHING, Range
from rules.clock.date_courses import add_over, diff_over, part_over
from rules.javascript import ABSENT
from rules.operators.calendar import PARTS, UNITS
from rules.operators.dates import date_add, date_diff, date_part
from rules.operators.zones import WIDEST, instant, wall, walls, zone_names, zone_of

ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "UTC")
CHANGES = (1_743_296_400, 1_761_440_400, 1_289_097_060, 1_743_865_200, 1_325_239_200, 1_571_626_800, 1_709_161_200)
"""Instants at which clocks are put, or a month ends, in one of these zones."""

NEAR = st.builds(lambda at, minutes: at + minutes * 60, st.sampled_from(CHANGES), st.integers(-60 * 30, 60 * 30))
WIDTH = st.sampled_from([60, 3_600, 86_400]).flatmap(lambda unit: st.integers(1, 40).map(lambda n: n * unit))


def changes(name: str) -> Iterator[tuple[int, int]]:
    """When the clocks of a zone are put, and by how many seconds: read from the file itself (RFC 8536)."""
    data = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    counts = struct.unpack(">6l", data[20:44])
    start = 44 + counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]
    times, types = struct.unpack(">2l", data[start + 32 : start + 40])
    start += 44
    moments = struct.unpack(f">{times}q", data[start : start + 8 * times])
    kinds = data[start + 8 * times : start + 9 * times]
    start += 9 * times
    offsets = [struct.unpack(">l", data[start + 6 * n : start + 6 * n + 4])[0] for n in range(types)]
    before = offsets[0]
    for moment, kind in zip(moments, kinds, strict=True):
        if offsets[kind] != before:
            yield moment, offsets[kind] - before
        before = offsets[kind]


def test_no_clock_is_put_twice_within_a_day_or_by_more_than_one() -> None:
    """What is said of the time to come rests on it."""
    for name in zone_names():
        found = list(changes(name))
        assert all(later - sooner > WIDEST for (sooner, _), (later, _) in pairwise(found)), name
        assert all(abs(by) < WIDEST for _, by in found), name


def test_the_changes_of_a_year_are_far_apart_in_the_rule_for_all_further_years_too() -> None:
    for name in zone_names():
        zone = zone_of(name)
        assert zone is not None
        year = [wall(4_102_444_800 + 86_400 * day, zone) - timedelta(seconds=86_400 * day) for day in range(367)]
        found = [day for day, (before, after) in enumerate(pairwise(year)) if before != after]
        assert all(later - sooner > 2 for sooner, later in pairwise(found)), name


@settings(max_examples=300)
@given(NEAR, WIDTH, st.sampled_from(ZONES))
def test_a_clock_shows_nothing_else_between_two_instants(low: int, width: int, name: str) -> None:
    zone = zone_of(name)
    assert zone is not None
    first, last = walls(low, low + width, zone)
    shown = [wall(at, zone) for at in range(low, low + width + 1, 60)]
    assert first == min(shown)
    assert max(shown) <= last <= max(shown) + timedelta(minutes=1)


@settings(max_examples=500)
@given(NEAR, WIDTH, st.sampled_from(ZONES), st.sampled_from(UNITS), st.integers(-40, 40), NEAR)
def test_what_moves_stays_within_its_range(
    low: int, width: int, name: str, unit: str, amount: int, anchor: int
) -> None:
    """Each value on the way is within; the range of a part and of a difference is no wider than need be."""
    span = Range(low, low + width, whole=True)
    steps = range(low, low + width + 1, max(60, width // 300 // 60 * 60))
    for course, values in (
        (add_over(span, amount, unit, name), [date_add(at, amount, unit, name) for at in steps]),
        (diff_over(anchor, span, unit, name), [date_diff(anchor, at, unit, name) for at in steps]),
        (diff_over(span, anchor, unit, name), [date_diff(at, anchor, unit, name) for at in steps]),
        *((part_over(span, part, name), [date_part(at, part, name) for at in steps]) for part in PARTS),
    ):
        assert all(_is_within(value, course) for value in values), (course, values)


def _is_within(value: Any, course: Any) -> bool:
    if isinstance(course, Range):
        return bool(course.low <= value <= course.high) and (type(value) is int or not course.whole)
    return course is ANYTHING or bool(value == course)


@settings(max_examples=300)
@given(NEAR, st.sampled_from(ZONES), st.integers(-400, 400), st.sampled_from(["day", "week", "month", "year"]))
def test_the_clock_on_the_wall_stays_when_days_are_added(at: int, name: str, amount: int, unit: str) -> None:
    """So it does unless the clocks leave out just that time; then it is as late as they were put forward."""
    zone = zone_of(name)
    later = date_add(at, amount, unit, name)
    assert zone is not None
    before, after = wall(at, zone), wall(later, zone)
    assert after.time() == before.time() or instant(after, zone) - later in {0}
    assert date_diff(at, later, unit, name) in {amount, amount - 1, amount + 1}


REFUSED: list[tuple[Any, str, str, str]] = [
    ({"date_part": [0, "hour", "Europe/Berlinn"]}, "/date_part/2", "no zone", "Europe/Berlin"),
    ({"date_part": [0, "hour", "new york"]}, "/date_part/2", "no zone", "America/New_York"),
    ({"date_part": [0, "hours", "UTC"]}, "/date_part/1", "no part of a date", "'hour'"),
    ({"date_part": ["tomorrow", "hour", "UTC"]}, "/date_part/0", "no instant", "ISO 8601"),
    ({"date_add": [{"now": []}, 1, "days"]}, "/date_add/2", "no unit", "'day'"),
    ({"date_add": [{"now": []}, 1, "fortnight"]}, "/date_add/2", "no unit", "week"),
    ({"date_diff": [0, "2025-02-29", "day"]}, "/date_diff/1", "no instant", "2025-03-30"),
    ({"date_diff": [0, 1, "day", "CEST"]}, "/date_diff/3", "no zone", "Area/City"),
    ({"date": ["2025-03-30", "Europe/Paries"]}, "/date/1", "no zone", "Europe/Paris"),
    ({"date": [2025, 2, 29]}, "", "no day of the calendar", "year, month and day"),
    ({"date": "30.3.2025"}, "/date", "no instant", "ISO 8601"),
    ({"or": [{"before": [{"now": []}, "soon"]}]}, "/or/0/before/1", "no instant", "ISO 8601"),
]


@pytest.mark.parametrize(("logic", "pointer", "message", "remedy"), REFUSED)
def test_a_zone_unit_or_date_that_is_none_is_refused(logic: Any, pointer: str, message: str, remedy: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(logic)
    assert (caught.value.pointer, message in caught.value.message) == (pointer, True), caught.value
    assert remedy in caught.value.remedy
    assert any(finding.pointer == pointer and message in finding.message for finding in check(logic, Vocabulary()))


@pytest.mark.parametrize(
    "logic",
    [
        {"date_part": [{"var": "at"}, "hour", {"var": "zone"}]},
        {"date_part": [{"var": "at"}, {"var": "part"}, "UTC"]},
        {"date_add": [{"var": "at"}, {"var": "amount"}, "day"]},
        {"date_add": [{"var": "at"}, 1, {"var": "unit"}]},
        {"date_diff": [{"var": "at"}, 0, {"var": "unit"}, {"var": "zone"}]},
        {"date": [{"var": "at"}, {"var": "zone"}]},
        {"date": [{"var": "amount"}, 1, 1]},
        {"before": [{"var": "at"}, {"now": []}]},
        {"between": [{"var": "at"}, {"now": []}, "2030-01-01"]},
    ],
)
def test_what_is_no_date_when_the_rule_runs_is_null_or_unknown(logic: Any) -> None:
    wrong = {"at": "soon", "zone": "Mars/Olympus", "part": "aeon", "unit": "aeon", "amount": 1e300}
    odd: list[Any] = [1e300, [[]], {"x": 1}]
    for values in (wrong, {}, *(dict.fromkeys(wrong, value) for value in odd)):
        assert parse(logic).evaluate(values) in (None, False)
        assert parse(logic).decide(Facts(0.0, values)).outcome is Outcome.UNKNOWN


def test_a_range_of_what_is_no_date_is_absent() -> None:
    span = Range(0, 9, whole=True)
    assert part_over(span, "hour", "Mars/Olympus") is ABSENT
    assert diff_over("soon", span, "day", "UTC") is ABSENT
    assert add_over(span, 1, "aeon", "UTC") is ABSENT


def test_the_names_of_zones_are_those_of_the_data() -> None:
    assert "Europe/Berlin" in zone_names()
    assert zone_of("../../etc/passwd") is None
    assert zone_of("europe/berlin") is None
