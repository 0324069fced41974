"""The guard at the door of the management API: who is asking, and may they, before anything else is looked at."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, request

from accounts import NotAllowed, Who
from admin.deps import Deps
from admin.permissions import ANYBODY, HERE, PERSON, PUBLIC, needed
from modules import KINDS


def guard(deps: Deps) -> Callable[[], None]:
    """Let a request in if its route is listed, and whoever asks may do what it takes."""

    def check() -> None:
        rule = request.url_rule.rule if request.url_rule else ""
        action = needed(request.method, rule)
        if action is None:
            raise NotAllowed(f"{request.method} {rule}", "a route that is not listed")
        if action == PUBLIC:
            return
        g.principal = deps.authorise()
        g.author = g.principal.name
        if action == PERSON and g.principal.kind is not Who.PERSON:
            raise NotAllowed(PERSON, "a route about oneself")
        if action not in {ANYBODY, PERSON}:
            g.principal.require(action, _kind(rule))

    return check


def _kind(rule: str) -> str | None:
    """The kind of content that the request is about, by its address."""
    named = (request.view_args or {}).get("kind") or rule.removeprefix(HERE).partition("/")[0]
    return named if named in KINDS else None
