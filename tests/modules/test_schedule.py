"""Local times become moments, on the days when clocks are changed too; a module is open just when it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from modules import ContentError, ModuleType, expiry_of, parse_module, to_instant

from .schedules import Case, cases

CASES = list(cases())
LOCALES = {"en": {"heading": "Hello"}}


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        ("2026-01-01T00:00", "UTC", "2026-01-01T00:00:00+00:00"),
        ("2026-01-01", "UTC", "2026-01-01T00:00:00+00:00"),
        ("2026-07-01T09:00", "Europe/Vienna", "2026-07-01T07:00:00+00:00"),
        ("2026-07-01T09:00+05:30", "Europe/Vienna", "2026-07-01T03:30:00+00:00"),
        # New York skips from 02:00 to 03:00 on 8 March 2026: the moment after the gap is 07:00 UTC.
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:00:00+00:00"),
        ("2026-03-08T02:17:23", "America/New_York", "2026-03-08T07:00:00+00:00"),
        ("2026-03-08T02:00", "America/New_York", "2026-03-08T07:00:00+00:00"),
        ("2026-03-08T01:59:59", "America/New_York", "2026-03-08T06:59:59+00:00"),
        ("2026-03-08T03:00", "America/New_York", "2026-03-08T07:00:00+00:00"),
        # and shows 01:30 twice on 1 November 2026: the first one is still summer time.
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00+00:00"),
        # Lord Howe Island changes by half an hour.
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:30:00+00:00"),
        # Samoa skipped the whole of 30 December 2011.
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_local_time_is_one_moment(local: str, zone: str, moment: str) -> None:
    assert to_instant(local, zone) == datetime.fromisoformat(moment).timestamp()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_schedule_means_the_golden_moments(types: dict[str, ModuleType], case: Case) -> None:
    body = {"type": "hero", "locales": LOCALES, **case.body}
    if case.refused:
        with pytest.raises(ContentError) as error:
            parse_module("m", body, types)
        assert [finding.pointer for finding in error.value.findings] == [case.refused]
        return
    made = parse_module("m", body, types)
    assert (made.opens, made.closes, made.pauses) == (case.opens, case.closes, case.pauses)
    assert made.expires == expiry_of(body) == case.expires


@pytest.mark.parametrize(
    ("times", "pointer", "words"),
    [
        ({"expires": "soon"}, "/expires", "not a date"),
        ({"expires": "2026-01-01", "schedule": {"from": "2026-01-02"}}, "/expires", "before it is ever shown"),
        (
            {"expires": "2026-01-01", "schedule": {"windows": [{"from": "2026-02-01"}, {"from": "2026-01-01"}]}},
            "/expires",
            "before it is ever shown",
        ),
        ({"schedule": {"windows": []}}, "/schedule/windows", ""),
        ({"schedule": {"windows": [{"form": "2026-01-01"}]}}, "/schedule/windows/0/form", "did you mean 'from'"),
        ({"schedule": {"windows": [{}, {"from": "soon"}]}}, "/schedule/windows/1/from", "not a date"),
        (
            {"schedule": {"windows": [{"from": "2026-02-01", "until": "2026-01-01"}]}},
            "/schedule/windows/0/until",
            "ends before it begins",
        ),
        ({"schedule": {"from": "2026-01-01", "windows": [{}]}}, "/schedule/windows", "take out `from`"),
    ],
)
def test_times_that_cannot_be_meant_are_refused(
    types: dict[str, ModuleType], times: dict[str, Any], pointer: str, words: str
) -> None:
    with pytest.raises(ContentError) as error:
        parse_module("m", {"type": "hero", "locales": LOCALES, **times}, types)
    assert words in {finding.pointer: finding.message for finding in error.value.findings}[pointer]


@pytest.mark.parametrize("body", [{}, {"expires": None}, {"expires": 3}, {"expires": "soon"}, {"expires": "2026-01-01",
    "schedule": {"zone": "Nowhere"}}, {"expires": "2026-01-01", "schedule": {"zone": 3}}])  # fmt: skip
def test_what_says_no_moment_expires_never(body: dict[str, Any]) -> None:
    assert expiry_of(body) is None
