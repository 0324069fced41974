"""An address that has a meaning of its own is never read as the name of something."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from flask import Flask, request
from werkzeug.exceptions import MethodNotAllowed

from modules import KINDS


def keep_fixed_addresses(app: Flask) -> None:
    """Answer 405 to methods that an address without holes does not have.

    Else `GET /v1/manage/releases/rollback` would ask for a release of that name, and a `PUT` for a kind of content.
    """

    @cache
    def fixed() -> dict[str, set[str]]:
        methods: defaultdict[str, set[str]] = defaultdict(set)
        for rule in app.url_map.iter_rules():
            if not rule.arguments:
                methods[rule.rule] |= rule.methods or set()
        return methods

    @app.before_request
    def allowed() -> None:
        names = request.view_args or {}
        if not names or names.get("kind") in KINDS:
            return
        methods = fixed().get(request.path)
        if methods is not None:
            raise MethodNotAllowed(valid_methods=sorted(methods))
