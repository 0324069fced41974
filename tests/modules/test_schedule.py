"""Local times become moments, on the days when clocks are changed too."""

from __future__ import annotations

from datetime import datetime

import pytest

from modules import to_instant


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
