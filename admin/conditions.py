"""Conditional writes: the ETag of content is its digest."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request
from werkzeug.datastructures import ETags

from admin.errors import StaleEdit
from modules import ANY, Conflict, Draft


@dataclass(frozen=True, slots=True)
class Condition:
    """What a write wants: that one of the ETags `match` is there, or none of `none_match`; None asks nothing."""

    match: ETags | None = None
    none_match: ETags | None = None

    def expectation(self, kind: str, key: str, draft: Draft | None) -> str | None:
        """What the write expects to find: a digest, None for nothing, `ANY` where no condition is set.

        Raises `StaleEdit` where the condition fails already.
        """
        found = draft.digest if draft else None
        if self.none_match is not None:
            if found is not None and (self.none_match.star_tag or self.none_match.contains(found)):
                raise StaleEdit(kind, key, found)
            return found
        if self.match is None:
            return ANY
        if found is None or not self.match.contains(found):
            raise StaleEdit(kind, key, found)
        return found

    def lost(self, error: Conflict, expect: str | None) -> Exception:
        """A lost race is a failed condition to who set one, a conflict to who did not."""
        conditional = expect != ANY and (self.match is not None or self.none_match is not None)
        return StaleEdit(error.kind, error.key, error.found) if conditional else error


def condition_of(request: Request) -> Condition:
    """What the headers of a request want."""
    return Condition(
        request.if_match if "If-Match" in request.headers else None,
        request.if_none_match if "If-None-Match" in request.headers else None,
    )
