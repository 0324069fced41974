"""The OpenAPI document as it is served: every status that a route can answer with, every hole of an address, each kind
of content by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

import admin
from accounts import ACCOUNT_NAME, KEY_NAME, ROLE_NAME
from modules import KINDS, LONGEST_KEY, key_pattern

Operation = dict[str, Any]

PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

MORE: Final[Mapping[str, tuple[int, ...]]] = {
    "POST /v1/manage/session": (401, 429),
    "POST /v1/manage/session/link": (410, 429),
    "PUT /v1/manage/session/password": (429,),
    "POST /v1/manage/session/totp": (429,),
    "POST /v1/manage/session/totp/confirm": (429,),
    "POST /v1/manage/session/totp/off": (429,),
    "GET /v1/manage/signin/oidc": (403, 404),
    "GET /v1/manage/signin/oidc/callback": (401, 403, 404),
}
"""Refusals that a route has beside those that its form brings along."""

HEADERS: Final = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
"""Refusals that come with a header which says what next."""

CONDITIONS: Final = {"If-Match", "If-None-Match"}

VERBATIM: Final = ("get", "post", "put", "patch", "delete")


def exact(document: Mapping[str, Any]) -> dict[str, Any]:
    """What flask-smorest has gathered, made exact: no `default`, but the refusals that there are."""
    components = document["components"]
    responses = {name: told for name, told in components.get("responses", {}).items() if name != "DEFAULT_ERROR"}
    told = {**document, "components": {**components, "responses": {**responses, **_responses()}}}
    paths = {path: _operations(path, operations) for path, operations in document["paths"].items()}
    told["paths"] = admin.by_kind(paths)
    return told


def _operations(path: str, operations: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        method: _operation(path, method, told) if method in VERBATIM else told for method, told in operations.items()
    }
    if "parameters" in made:
        made["parameters"] = [_hole(path, one) for one in operations["parameters"]]
    return made


def _operation(path: str, method: str, operation: Operation) -> Operation:
    answers = {status: told for status, told in operation["responses"].items() if status != "default"}
    for status in sorted({*refusals(path, method, operation), *MORE.get(f"{method.upper()} {path}", ())}):
        answers.setdefault(str(status), {"$ref": f"#/components/responses/{HTTPStatus(status).name}"})
    return {**operation, "responses": dict(sorted(answers.items()))}


def refusals(path: str, method: str, operation: Operation) -> Iterator[int]:
    """The refusals that the form of a route brings along."""
    yield from (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
    if operation["security"]:
        yield from (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    has_body = "requestBody" in operation
    if operation.get("tags") == ["tracking"]:
        yield HTTPStatus.TOO_MANY_REQUESTS
    if has_body:
        yield from (
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    if operation["security"] and (has_body or "{" in path or operation.get("parameters")):
        yield HTTPStatus.NOT_FOUND
    if path.startswith("/v1/manage/") and method != "get":
        yield HTTPStatus.CONFLICT
    conditional = method != "get" and CONDITIONS & {one.get("name") for one in operation.get("parameters", ())}
    if conditional or (method, path) in admin.CONDITIONAL or path.startswith("/v1/manage/releases/{release}/"):
        yield HTTPStatus.PRECONDITION_FAILED


def _responses() -> dict[str, Any]:
    return {status.name: _refusal(status) for status in HTTPStatus if status >= 400}


def _refusal(status: HTTPStatus) -> dict[str, Any]:
    told: dict[str, Any] = {"description": status.phrase, "content": PROBLEM}
    name = HEADERS.get(status)
    if name:
        told["headers"] = {name: {"schema": {"type": "string"}}}
    return told


ROW: Final = {"type": "integer", "minimum": 0, "maximum": 2**63 - 2}
HOLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "key": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9]+)?$", "maxLength": LONGEST_KEY},
    "seq": ROW,
    "migration": ROW,
}
"""The hole of an address -> what fills it, where it is not any name."""
NAMES: Final = {"accounts": ACCOUNT_NAME, "roles": ROLE_NAME, "keys": KEY_NAME}
"""What is called how, by the first word of its address."""


def _hole(path: str, parameter: Mapping[str, Any]) -> dict[str, Any]:
    if parameter["in"] != "path":
        return dict(parameter)
    name, first = parameter["name"], path.removeprefix("/v1/manage/").partition("/")[0]
    schema = HOLES.get(name, parameter["schema"])
    if name == "key" and first in KINDS:
        schema = {**schema, "pattern": key_pattern(first)}
    elif name == "name":
        schema = {"type": "string", "pattern": f"^{NAMES[first]}$"}
    return {**parameter, "schema": dict(schema)}
