"""What is documented nowhere is refused by name, and what is said twice: no argument is quietly ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from flask import request
from flask_smorest import Api

import admin
from service.problems import Problem, field_error, remedy_of_unknown

STRANGERS: Final = frozenset({"/v1/manage/signin/oidc/callback"})
"""Addresses that others write: a provider adds arguments of its own."""

Arguments = Mapping[tuple[str, str], Mapping[str, bool]]


class Strict:
    """Knows the arguments of every documented route, from the document itself."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @cached_property
    def arguments(self) -> Arguments:
        """(method, path) -> the arguments that its address may have, and whether each may stand there repeatedly."""
        document: Mapping[str, Any] = self._api.spec.to_dict()
        return {
            (method.upper(), path): _taken(operation.get("parameters", ()), operations.get("parameters", ()))
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
            if method != "parameters"
        }

    def check(self) -> None:
        """Raise a 422 `Problem` that names each argument which the route of this request does not know, or takes once
        and was given several times."""
        if not request.args or request.url_rule is None:
            return
        path = admin.path_of(request.url_rule.rule)
        known = self.arguments.get(("GET" if request.method == "HEAD" else request.method, path))
        if known is None or path in STRANGERS:
            return
        unknown = [name for name in request.args if name not in known]
        if unknown:
            told = [field_error(name, "is not known", remedy_of_unknown(name, known)) for name in unknown]
            raise _refused("unknown argument", unknown, told)
        twice = [name for name, repeatable in known.items() if not repeatable and len(request.args.getlist(name)) > 1]
        if twice:
            told = [field_error(name, "is given more than once", "give it once") for name in twice]
            raise _refused("argument given more than once", twice, told)


def _refused(what: str, names: Iterable[str], told: Sequence[Mapping[str, str]]) -> Problem:
    return Problem(422, "Request refused", f"{what}: {', '.join(map(repr, names))[:200]}", errors=told)


def _taken(*lists: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    return {one["name"]: _repeatable(one) for some in lists for one in some if one.get("in") == "query"}


def _repeatable(argument: Mapping[str, Any]) -> bool:
    """Whether several values are written as `name=a&name=b`; those of others stand in one, with commas."""
    return argument.get("schema", {}).get("type") == "array" and argument.get("explode") is not False
