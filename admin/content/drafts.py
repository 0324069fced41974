"""What every route about one piece of content begins with."""

from __future__ import annotations

from admin.deps import Deps
from modules import KINDS, Draft, UnknownContent, check_key

KIND = {"in": "path", "name": "kind", "required": True, "schema": {"type": "string", "enum": list(KINDS)}}
"""The part of an address that names a kind, for the OpenAPI document."""

CONDITIONS = [
    {"in": "header", "name": name, "required": False, "schema": {"type": "string"}, "description": words}
    for name, words in (
        ("If-Match", "save only if the content still has this ETag"),
        ("If-None-Match", "`*`: save only if nothing is there"),
    )
]
"""The headers of a conditional write, for the OpenAPI document."""


IF_MATCH = [{**CONDITIONS[0], "description": "write only over what was read: the ETag of that answer"}]
"""The same for what is no content."""


def draft_of(deps: Deps, kind: str, key: str) -> Draft:
    """The draft under this name. Raises `UnknownContent` with what is near."""
    check_key(kind, key)
    draft = deps.store.get(kind, key)
    if draft is None:
        raise UnknownContent(kind, key, deps.store.known(kind))
    return draft


def bytes_of(deps: Deps, draft: Draft | None) -> bytes | None:
    """The bytes of a draft, None where there is none."""
    return deps.store.content([draft.digest])[draft.digest] if draft else None
