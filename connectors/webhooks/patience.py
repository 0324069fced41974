"""How long to wait before the next try."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Final

FIRST: Final = 2.0
"""Seconds within which the second try comes."""

LONGEST: Final = 6 * 3600.0
"""Seconds between two tries at the most: twenty tries span a weekend."""

LONGEST_PAUSE: Final = 60.0
"""Seconds that a receiver which cannot be reached is left alone, all of its messages together."""

LONGEST_ASKED: Final = 24 * 3600.0
"""Seconds that a receiver may ask for."""


def backoff(tries: int, dice: float, *, longest: float = LONGEST) -> float:
    """Seconds to wait after so many tries: exponential with full jitter, for `dice` from 0 to 1.

    Full jitter spreads those who failed together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter.
    """
    return dice * min(longest, FIRST * 2.0 ** min(tries - 1, 40))


def asked_for(header: str | None, now: float) -> float | None:
    """The pause that a Retry-After header asks for, in seconds: a number, or a date (RFC 9110, 10.2.3)."""
    if not header:
        return None
    text = header.strip()
    if text.isdecimal():
        return min(float(text[:12]), LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return min(max(moment.timestamp() - now, 0.0), LONGEST_ASKED)
