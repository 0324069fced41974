"""Conditional writes: the ETag of content is its digest."""

from __future__ import annotations

from flask import Request

from admin.errors import StaleEdit
from modules import ANY, Draft


def expectation(request: Request, kind: str, key: str, draft: Draft | None) -> str | None:
    """What a write expects to find: a digest, None for nothing, `ANY` where the request sets no condition.

    Raises `StaleEdit` where the condition fails already.
    """
    found = draft.digest if draft else None
    if "If-None-Match" in request.headers:
        if found is not None and (request.if_none_match.star_tag or request.if_none_match.contains(found)):
            raise StaleEdit(kind, key, found)
        return found
    if "If-Match" not in request.headers:
        return ANY
    if found is None or not request.if_match.contains(found):
        raise StaleEdit(kind, key, found)
    return found
