"""An address that has a meaning of its own is never read as the name of something."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from flask import Flask, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

import admin
from modules import KINDS


def keep_fixed_addresses(app: Flask) -> None:
    """Answer 404 to names that nothing can have, and 405 to methods that an address without holes does not have.

    Else `GET /v1/manage/releases/rollback` would ask for a release of that name, and a `PUT` for a kind of content; so
    would a `PUT` of `/v1/manage/people/{profile_id}`.
    """

    @cache
    def fixed() -> dict[str, set[str]]:
        methods: defaultdict[str, set[str]] = defaultdict(set)
        for rule in app.url_map.iter_rules():
            if not rule.arguments:
                methods[rule.rule] |= rule.methods or set()
        return methods

    @cache
    def shaped(first: str, parts: int) -> frozenset[str]:
        """The methods of addresses of so many parts that begin with a word of their own."""
        rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(f"{admin.HERE}{first}/")]
        return frozenset(m for rule in rules if rule.rule.count("/") == parts for m in rule.methods or ())

    @app.before_request
    def allowed() -> None:
        names = request.view_args or {}
        if any(isinstance(name, str) and "\x00" in name for name in names.values()):
            raise NotFound("nothing is called so: the address holds U+0000")
        methods = fixed().get(request.path)
        if methods is not None and names and names.get("kind") not in KINDS:
            raise MethodNotAllowed(valid_methods=sorted(methods))
        kind = names.get("kind")
        others = shaped(kind, request.path.count("/")) if kind is not None and kind not in KINDS else frozenset[str]()
        # With one of its methods it is an address of nothing that is there, such as the number of no row.
        if others and request.method not in others:
            raise MethodNotAllowed(valid_methods=sorted(others))
