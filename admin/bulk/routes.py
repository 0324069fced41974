"""The route for many operations at once."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from admin.bulk.each import do_each
from admin.bulk.operations import operations_of
from admin.bulk.schemas import BulkSchema, ResultsSchema
from admin.bulk.whole import Whole
from admin.deps import Deps
from modules import MadeBy


def add_bulk_route(blueprint: Blueprint, deps: Deps) -> None:
    """Add `POST /bulk`."""

    @blueprint.route("/bulk", methods=["POST"])
    @blueprint.arguments(BulkSchema)
    @blueprint.response(200, ResultsSchema)
    def bulk(body: dict[str, Any]) -> dict[str, Any]:
        """Save, delete, archive and publish many pieces of content, each with a result of its own"""
        operations, made_by = operations_of(body), MadeBy(body["made_by"])
        if body["atomic"]:
            return {"results": Whole(deps, operations, made_by).do()}
        return {"results": do_each(deps, operations, made_by)}
