"""The gate of the whole application: a route whose permission is not listed answers nobody."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Request, g, request

import admin
from accounts import Preview, Principal, Scope
from service.keys import Keys
from service.problems import Problem
from service.writekeys import write_key


def close_what_is_not_listed(
    app: Flask, keys: Keys, authorise: Callable[[], Principal], preview_of: Callable[[Request], Preview | None]
) -> None:
    """Look up what each request takes before its route runs; the management API has a guard of its own.

    Who has a preview link needs no key where pages, mails and replies are made: `preview_of` says what it opens.
    """

    @app.before_request
    def allowed() -> None:
        rule = request.url_rule
        if rule is None or request.blueprint == "manage" or request.method == "OPTIONS":
            return
        action = admin.needed(request.method, rule.rule)
        if action is None:
            raise Problem(403, "Not listed", "this route says nowhere what it takes; it is closed to everybody")
        g.preview = preview_of(request) if action in SHOWN else None
        if g.preview is not None:
            return
        if action == Scope.TRACK:
            g.source = keys.require(Scope.TRACK, write_key).name
        elif action in SCOPES:
            keys.require(SCOPES[action])
        elif action != admin.PUBLIC:
            g.principal = authorise()
            if action != admin.ANYBODY:
                g.principal.require(action)


SHOWN = frozenset({Scope.DELIVER.value, Scope.RENDER.value})
"""What a preview link opens."""

SCOPES = {scope.value: scope for scope in Scope}
