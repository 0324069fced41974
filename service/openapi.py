"""The OpenAPI document: what a hot route says of itself without a parser running on each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, TypeVar, cast
from zoneinfo import available_timezones

import orjson
from apispec import BasePlugin
from flask import Flask, Response, redirect, request, send_from_directory, url_for
from flask_smorest import Api, Blueprint

import admin
from accounts import Scope
from service import answer_schemas, call_schemas, schemas
from service.exact import exact
from service.previewing import ARGUMENT
from service.problems import MEDIA_TYPE
from service.telling import TellingPlugin

Ways = list[dict[str, list[str]]]
View = TypeVar("View", bound=Callable[..., Any])

SCHEMES = {
    "key": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "intarsia", "description": "over https: `__Host-intarsia`"},
    "preview": {"type": "apiKey", "in": "query", "name": ARGUMENT, "description": "the token of a preview link"},
}
"""Ways to say who is asking."""

EITHER: Final[Ways] = [{"key": []}, {"session": []}]
KEY: Final[Ways] = [{"key": []}]
SHOWN: Final[Ways] = [*KEY, {"preview": []}]
WAYS: Final[Mapping[str, Ways]] = {
    admin.PUBLIC: [],
    admin.PERSON: [{"session": []}],
    Scope.TRACK: KEY,
    Scope.DELIVER: SHOWN,
    Scope.RENDER: SHOWN,
}
"""What a route takes -> who may come in, where it is not whoever is known by a key or a session."""

MANAGE: Final = "/v1/manage/"

UNSEEN: Final = frozenset({"/v1/version", "/v1/live/tickets"})
"""Routes that show nothing: a preview link does not open them."""

BODIES = {
    "Assemble": schemas.AssembleSchema,
    "Email": schemas.EmailSchema,
    "Chat": schemas.ChatSchema,
    "Track": call_schemas.TrackSchema,
    "Identify": call_schemas.IdentifySchema,
    "Page": call_schemas.PageSchema,
    "Screen": call_schemas.ScreenSchema,
    "Group": call_schemas.GroupSchema,
    "Alias": call_schemas.AliasSchema,
    "Batch": call_schemas.BatchSchema,
    "Tracked": call_schemas.TrackedSchema,
    "Assembled": answer_schemas.AssembledSchema,
    "Mail": answer_schemas.MailSchema,
    "Slack": answer_schemas.SlackSchema,
    "TicketFor": schemas.TicketForSchema,
    "Ticket": answer_schemas.TicketSchema,
}

VERSION: Final = {"X-Content-Version": {"description": "The release that was served", "schema": {"type": "string"}}}
"""The header that every answer of delivery has."""

CONFIG = {
    "API_TITLE": "Intarsia",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "openapi.json",
}


def described(
    blueprint: Blueprint,
    summary: str,
    *,
    body: str = "",
    query: Mapping[str, Any] | None = None,
    answer: Mapping[str, Any],
    headers: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Document a route whose body is read by hand: the schemas describe it, the fast path checks it. `headers` are
    those of its answer."""
    told = {"description": "The answer", "content": answer, **({"headers": headers} if headers else {})}
    doc: dict[str, Any] = {"summary": summary, "responses": {"200": told}}
    if body:
        doc["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body)}}}
    if query:
        doc["parameters"] = [{"in": "query", "name": name, "schema": schema} for name, schema in query.items()]
    document: Callable[[View], View] = blueprint.doc(**doc)
    return document


def json_of(*names: str) -> dict[str, Any]:
    """Content in JSON that is one of these components."""
    refs = [_ref(name) for name in names]
    return {"application/json": {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}}


def header(words: str, example: str = "") -> dict[str, Any]:
    """What the document says of a header of an answer."""
    return {"description": words, "schema": {"type": "string"}, **({"example": example} if example else {})}


class Asked(BasePlugin):
    """Says of each route who may come in, as the table of permissions has it, and what all POSTs of management take."""

    def operation_helper(self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any) -> None:
        """Add the ways in, and the header."""
        for method, operation in (operations or {}).items():
            action = admin.needed(method.upper(), path or "")
            operation["security"] = KEY if path in UNSEEN else WAYS.get(action or "", EITHER)
            operation["parameters"] = [*operation.get("parameters", ()), *admin.headers_of(method, path or "")]
            if method == "get" and (path or "").startswith(MANAGE):
                _conditional(operation)


def _conditional(operation: dict[str, Any]) -> None:
    """Say that an answer in JSON is not sent again to who has it."""
    answer = operation.get("responses", {}).get(200)
    if isinstance(answer, Mapping) and "application/json" in answer.get("content", {}):
        words = "the ETag of an answer that one has: 304 if it is still the same"
        header = {"in": "header", "name": "If-None-Match", "schema": {"type": "string"}, "description": words}
        operation["parameters"] = [*operation.get("parameters", ()), header]
        operation["responses"][304] = {"description": "Nothing has changed"}


class Told(Api):  # type: ignore[misc]
    """An API whose errors are told, and documented, as problems."""

    ERROR_SCHEMA = schemas.ProblemSchema

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document as everybody may see it; complete once every blueprint is registered."""
        return exact(self.spec.to_dict())

    def _openapi_json(self) -> Response:
        told = orjson.dumps(self.document)
        response = Response(told, content_type="application/json", headers={"Cache-Control": "no-cache"})
        response.set_etag(sha256(told).hexdigest())
        return cast("Response", response.make_conditional(request))

    def _register_responses(self) -> None:
        self.DEFAULT_RESPONSE_CONTENT_TYPE, usual = MEDIA_TYPE, self.DEFAULT_RESPONSE_CONTENT_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


def create_api(app: Flask) -> Told:
    """The document at /openapi.json and a page to try it at /docs/, both without anything from outside."""
    app.config.update(CONFIG)
    api = Told(app, spec_kwargs={"marshmallow_plugin": TellingPlugin(), "extra_plugins": [Asked()]})
    for name, schema in {**BODIES, **admin.content_schemas()}.items():
        api.spec.components.schema(name, schema=schema)
    api.spec.components.schema("Zone", {"type": "string", "enum": sorted(available_timezones())})
    for name, scheme in SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    _serve_docs(app)
    return api


def _serve_docs(app: Flask) -> None:
    from flask_swagger_ui import __file__ as bundle

    folder = f"{bundle.rsplit('/', 1)[0]}/dist"

    @app.get("/docs")
    def docs_home() -> Any:
        return redirect(url_for("docs", path="index.html"))

    @app.get("/docs/", defaults={"path": "index.html"})
    @app.get("/docs/<path:path>")
    def docs(path: str) -> Response:
        if path == "index.html":
            return Response(PAGE, content_type="text/html; charset=utf-8")
        if path == "start.js":
            return Response(START, content_type="text/javascript")
        return send_from_directory(folder, path, max_age=86_400)


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Intarsia API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>"""

START = """SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null});"""


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
