"""What is documented nowhere is refused by name: no argument of an address is quietly ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from flask import request
from flask_smorest import Api

import admin
from service.problems import Problem, field_error, remedy_of_unknown

STRANGERS: Final = frozenset({"/v1/manage/signin/oidc/callback"})
"""Addresses that others write: a provider adds arguments of its own."""

Arguments = Mapping[tuple[str, str], frozenset[str]]


class Strict:
    """Knows the arguments of every documented route, from the document itself."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @cached_property
    def arguments(self) -> Arguments:
        """(method, path) -> the names of the arguments that its address may have."""
        document: Mapping[str, Any] = self._api.spec.to_dict()
        return {
            (method.upper(), path): _names(operation.get("parameters", ()), operations.get("parameters", ()))
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
            if method != "parameters"
        }

    def check(self) -> None:
        """Raise a 422 `Problem` that names each argument which the route of this request does not know."""
        if not request.args or request.url_rule is None:
            return
        path = admin.path_of(request.url_rule.rule)
        known = self.arguments.get(("GET" if request.method == "HEAD" else request.method, path))
        if known is None or path in STRANGERS:
            return
        unknown = [name for name in request.args if name not in known]
        if unknown:
            told = [field_error(name, "is not known", remedy_of_unknown(name, known)) for name in unknown]
            raise Problem(
                422, "Request refused", f"unknown argument: {', '.join(map(repr, unknown))[:200]}", errors=told
            )


def _names(*lists: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(one["name"] for some in lists for one in some if one.get("in") == "query")
