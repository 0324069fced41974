"""Routes for module types beyond their content: a sample of one, and its JSON Schema."""

from __future__ import annotations

from typing import Any, cast

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from admin.deps import Deps
from admin.sight.visible import Visible
from admin.types.schemas import SampleQuerySchema
from modules import ModuleType, UnknownContent, check_key, parse_locales, parse_type, read_json, sample_of, schema_of


def add_type_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes of one type."""

    @blueprint.route("/types/<key>/sample")
    class Sample(MethodView):
        @blueprint.arguments(SampleQuerySchema, location="query")
        @blueprint.response(200, description="A module as it would be saved")
        def get(self, query: dict[str, Any], key: str) -> dict[str, Any]:
            """A whole module of a type that passes its checks, for forms and previews"""
            asset = next((draft.key for draft in deps.store.list("assets", limit=1)), None)
            locale = query.get("locale") or _default_locale(deps)
            return sample_of(_seen(deps, key), locale=locale, asset=asset, blank=query["blank"])

    @blueprint.route("/types/<key>/schema")
    class TypeSchema(MethodView):
        @blueprint.response(200, description="JSON Schema 2020-12")
        def get(self, key: str) -> dict[str, Any]:
            """What a module of a type looks like, as JSON Schema"""
            return schema_of(_seen(deps, key))


def draft_bytes(deps: Deps, key: str) -> bytes:
    """The bytes of a type's draft. Raises `UnknownContent`."""
    check_key("types", key)
    draft = deps.store.get("types", key)
    if draft is None:
        raise UnknownContent("types", key, deps.store.known("types"))
    return deps.store.content([draft.digest])[draft.digest]


def _default_locale(deps: Deps) -> str:
    drafts = deps.store.list("locales")
    bodies = deps.store.content([draft.digest for draft in drafts])
    files = {draft.key: cast("dict[str, Any]", read_json(bodies[draft.digest])) for draft in drafts}
    return parse_locales(files, trusted=True).default or "en"


def _seen(deps: Deps, key: str) -> ModuleType:
    """The type as the one who asks sees it."""
    body = Visible(g.principal).body("types", key, read_json(draft_bytes(deps, key)))
    return parse_type(key, cast("dict[str, Any]", body), trusted=True)
