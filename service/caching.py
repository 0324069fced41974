"""What caches are told: how long an answer may be kept, what it is filed under, whether it is the one they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from math import floor
from typing import Final

from flask import Response, request

from rules import Instant
from service.settings import Settings
from storage import UNTOLD

PRIVATE: Final = "private, no-store"
"""Of what is one person's, or not public yet."""

ASK_AGAIN: Final = "no-cache"
"""Of what is asked for to learn whether something is new: kept with its ETag, and never used unasked."""

FELL_SHORT: Final = 5
"""Seconds for which an answer is kept that is less than usual, because something failed."""


def lifetime(settings: Settings, now: Instant, until: Instant | None, *, whole: bool = True) -> str:
    """The Cache-Control of an answer for everybody that time alone changes at `until` (None: never). Neither is it kept
    nor used while it is asked for anew beyond that; where we cannot be reached, for as long as is chosen.

    RFC 9111 (`s-maxage`), RFC 5861 (`stale-while-revalidate`, `stale-if-error`).
    """
    left = None if until is None else max(0, floor(until - now))
    fresh = settings.cache_seconds if whole else min(settings.cache_seconds, FELL_SHORT)
    stale = settings.cache_stale
    if left is not None:
        fresh = min(fresh, left)
        stale = min(stale, left - fresh)
    told = ["public", "max-age=0", f"s-maxage={fresh}"]
    told += [f"stale-while-revalidate={stale}", f"stale-if-error={settings.cache_error}"]
    return ", ".join(told)


def filed_under(always: Sequence[str], shown: Collection[str], most: int) -> list[str]:
    """The keys of an answer, within `most` bytes; where not all that it shows can be named, it goes with any change."""
    keys = [*always, *shown]
    return keys if len(" ".join(keys)) <= most else [*always, UNTOLD]


def key_headers(keys: Sequence[str]) -> dict[str, str]:
    """The keys as Fastly and Varnish (xkey) read them, and as Cloudflare and its like do."""
    return {"Surrogate-Key": " ".join(keys), "Cache-Tag": ",".join(keys)}


def tagged(answer: Response, body: bytes) -> Response:
    """The answer with a digest of its bytes as its ETag, or 304 without a body for who has these bytes."""
    answer.set_etag(sha256(body).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
