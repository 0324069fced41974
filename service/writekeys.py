"""The write key of a tracking call that has no header for it, and the call itself: read once, whoever asks first."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, g, request

from service.bodies import read_object
from service.problems import Problem

KIB: Final = 1024
EVENT_BYTES: Final = 32 * KIB
"""Largest call: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#max-request-size"""
BATCH_BYTES: Final = 500 * KIB
"""Largest batch, from the same page; also of what a gzip body comes to."""

WRITE_KEY: Final = "writeKey"


def tracked_body() -> dict[str, Any]:
    """The JSON object of this request, within Segment's limits and our own. Raises a `Problem` otherwise."""
    if "tracked_body" not in g:
        single = "kind" in (request.view_args or {})
        most = EVENT_BYTES if single else BATCH_BYTES
        g.tracked_body = read_object(min(most, current_app.extensions["intarsia"].settings.max_body))
    body: dict[str, Any] = g.tracked_body
    return body


def write_key() -> str:
    """The key that the body of this request names, as Segment's browser SDKs send it, or its address, as beacons do."""
    try:
        told = request.args.get(WRITE_KEY) or tracked_body().get(WRITE_KEY)
    except Problem:
        return ""  # who is not known is not told what is wrong with what they sent
    return told if isinstance(told, str) else ""
