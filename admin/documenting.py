"""What the OpenAPI document says of content: every kind its own shape, every module type its own module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, TypeAlias, cast

import orjson
from flask import Response, g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from accounts import Principal
from admin.content.drafts import CONDITIONS
from admin.deps import Deps
from admin.sight.visible import Visible
from experiments import ExperimentSchema
from layouts import LayoutSchema
from modules import KINDS, LONGEST_KEY, ModuleType, key_pattern, parse_type, read_json, schema_of, shape_of

Document: TypeAlias = Mapping[str, Any]

MODULE: Final = "Module"
"""The component that stands for a module of any type."""

COMPONENTS: Final[Mapping[str, str]] = {
    "locales": "Locales",
    "attributes": "Attributes",
    "segments": "Segment",
    "rules": "Rule",
    "types": "ModuleType",
    "asset-details": "AssetDetails",
    "modules": MODULE,
    "policies": "Policy",
    "layouts": "Layout",
    "experiments": "Experiment",
    "triggers": "Trigger",
    "model-pins": "ModelPin",
}
"""Kind -> what its shape is called among the components; pictures have none."""

ONE: Final = "/v1/manage/{kind}/{key}"
CONDITIONAL: Final = (("put", ONE), ("delete", ONE), ("post", f"{ONE}/restore"))
"""Writes that take an ETag."""

JSON: Final = "application/json"
ENVELOPE: Final = {"$ref": "#/components/schemas/ReadPiece"}

DIGEST: Final = {
    "ETag": {
        "required": True,
        "description": "the digest of the bytes",
        "schema": {"type": "string", "pattern": '^"[0-9a-f]{64}"$'},
    }
}


def content_schemas() -> Mapping[str, Schema]:
    """Component -> the schema that content of its kind is checked with."""
    return {COMPONENTS[kind]: shape for kind, shape in _shapes().items()}


def _shapes() -> Mapping[str, Schema]:
    known = {kind: shape for kind in KINDS if (shape := shape_of(kind)) is not None}
    return {**known, "layouts": LayoutSchema(), "experiments": ExperimentSchema()}


def by_kind(paths: Document) -> dict[str, Any]:
    """The paths of a document with the route of one piece of content told apart by kind: each has its keys, its media
    types, its shape."""
    told: dict[str, Any] = {}
    for path, of_path in paths.items():
        operations = {method: _conditional(path, method, one) for method, one in of_path.items()}
        if path == ONE:
            told |= {ONE.replace("{kind}", kind): _of_kind(kind, operations) for kind in KINDS}
        else:
            told[path] = operations
    return told


def _conditional(path: str, method: str, operation: Any) -> Any:
    if (method, path) not in CONDITIONAL:
        return operation
    return {**operation, "parameters": [*operation.get("parameters", ()), *CONDITIONS]}


def _of_kind(kind: str, operations: Document) -> dict[str, Any]:
    content = {media: _shape(kind) for media in KINDS[kind].media.values()}
    get, put, delete = (operations[method] for method in ("get", "put", "delete"))
    read = {**get["responses"]["200"], "headers": DIGEST, "content": _read(content)}
    saved = {**put["responses"]["200"], "headers": DIGEST}
    return {
        "parameters": [key_parameter(kind)],
        "get": {**get, "responses": {**get["responses"], "200": read, "304": {"description": "It is as you have it"}}},
        "put": {
            **put,
            "requestBody": {"required": True, "content": content},
            "responses": {**put["responses"], "200": saved, "201": {**saved, "description": "It is new"}},
        },
        "delete": delete,
    }


def _read(content: Document) -> dict[str, Any]:
    """What is read: content as it is, or with `fields` and `include` an envelope."""
    whole = content.get(JSON, {}).get("schema")
    return {**content, JSON: {"schema": {"anyOf": [whole, ENVELOPE]} if whole else ENVELOPE}}


def key_parameter(kind: str) -> dict[str, Any]:
    """The hole of an address that is a key of this kind."""
    shape = {"type": "string", "pattern": key_pattern(kind), "maxLength": LONGEST_KEY}
    return {"in": "path", "name": "key", "required": True, "schema": shape}


def _shape(kind: str) -> dict[str, Any]:
    if kind not in COMPONENTS:
        return {}
    return {"schema": {"$ref": f"#/components/schemas/{COMPONENTS[kind]}"}}


def with_types(document: Document, types: Iterable[ModuleType]) -> dict[str, Any]:
    """The document with modules told apart by their `type`, of which these are all. The one given stays as it is."""
    made = {f"{MODULE}_{one.key}": _module(one) for one in types}
    if not made:
        return dict(document)
    refs = {name: f"#/components/schemas/{name}" for name in made}
    any_of_them = {
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {
            "propertyName": "type",
            "mapping": {name.removeprefix(f"{MODULE}_"): ref for name, ref in refs.items()},
        },
    }
    components = document["components"]
    schemas = {**components["schemas"], **made, MODULE: any_of_them}
    return {**document, "components": {**components, "schemas": schemas}}


def _module(made: ModuleType) -> dict[str, Any]:
    return {name: told for name, told in schema_of(made).items() if name != "$schema"}


def add_document_route(blueprint: Blueprint, deps: Deps, document: Callable[[], Document]) -> None:
    """Add the whole document: what `document` says of every route, with the types that whoever asks may see."""

    @blueprint.route("/openapi.json", methods=["GET"])
    @blueprint.response(200, description="The OpenAPI document, with each module type that you may see")
    def whole() -> Response:
        """This document as it is for you: modules are told apart by the types that there are now"""
        return _whole(deps, g.principal, document())


def _whole(deps: Deps, principal: Principal, document: Document) -> Response:
    drafts = deps.store.list("types")
    bodies = deps.store.content([draft.digest for draft in drafts])
    seen = [_seen(principal, draft.key, bodies[draft.digest]) for draft in drafts]
    told = orjson.dumps(with_types(document, [one for one in seen if one]))
    response = Response(told, content_type="application/json", headers={"Cache-Control": "private, no-cache"})
    response.set_etag(sha256(told).hexdigest())
    return cast("Response", response.make_conditional(request))


def _seen(principal: Principal, key: str, content: bytes) -> ModuleType | None:
    """The type as they see it; None where they see nothing of it."""
    visible = Visible(principal)
    if not visible.sees("types", key, content):
        return None
    body = visible.body("types", key, read_json(content))
    return parse_type(key, cast("dict[str, Any]", body), trusted=True)
