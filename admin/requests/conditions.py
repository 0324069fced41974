"""Conditions of requests: reading again only what has changed, writing only over what was read.

The ETag of content is its digest. That of any other answer is a digest of the answer; where it can be edited, what an
edit acts on stands before it, with a dot between: what else is told there may change without making an edit stale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeVar

import orjson
from flask import Request, Response, g, request
from werkzeug.datastructures import ETags

from admin.errors import StaleEdit
from modules import ANY, Conflict, Draft

T = TypeVar("T")

DOT: Final = "."
JSON: Final = "application/json"


def answer_conditionally(response: Response) -> Response:
    """Give an answer its ETag unless it has one, and none of its body to who has it already. It is for one reader."""
    if request.method not in {"GET", "HEAD"} or response.status_code != 200:
        return response
    response.vary.update(["Authorization", "Cookie"])
    if "ETag" in response.headers or response.mimetype != JSON or response.is_streamed or _is_secret(response):
        return response
    edit = g.get("edit")
    digest = sha256(response.get_data()).hexdigest()
    response.set_etag(f"{edit}{DOT}{digest}" if edit else digest)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _is_secret(response: Response) -> bool:
    return bool(response.cache_control.no_store)


def editable(edit: str) -> None:
    """Say what an edit of what this request reads acts on: it stands in the ETag."""
    g.edit = edit


def written(edit: str) -> dict[str, str]:
    """The headers of an answer to a write: what the next edit acts on, without reading again."""
    return {"ETag": f'"{edit}"'}


def edit_of(chosen: Mapping[str, Any]) -> str:
    """The name of exactly these choices."""
    return sha256(orjson.dumps(chosen, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def edits(tags: ETags) -> frozenset[str]:
    """What the tags of a condition act on."""
    return frozenset(tag.partition(DOT)[0] for tag in tags.as_set())


def unchanged(request: Request, kind: str, key: str, edit: Callable[[T], str]) -> Callable[[T | None], None]:
    """A check to be made when nobody else can write: it raises `StaleEdit` unless what is there (None: nothing) is as
    the request expects it, if it does."""

    def check(found: T | None) -> None:
        now = None if found is None else edit(found)
        there, other = request.if_match, request.if_none_match
        if "If-Match" in request.headers and (now is None or not (there.star_tag or now in edits(there))):
            raise StaleEdit(kind, key, now)
        if "If-None-Match" in request.headers and now is not None and (other.star_tag or now in edits(other)):
            raise StaleEdit(kind, key, now)

    return check


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
