"""Due dates: months as calendars count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

from rules import Instant


def months_after(at: Instant, months: int) -> Instant:
    """The same day and hour so many months later, in UTC; the last day of a month that has no such day."""
    start = datetime.fromtimestamp(at, UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day).timestamp()
