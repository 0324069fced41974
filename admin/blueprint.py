"""The management API as one blueprint."""

from __future__ import annotations

from flask import request
from flask_smorest import Blueprint

from admin.assets import add_asset_routes
from admin.audit import add_audit_routes
from admin.bulk.routes import add_bulk_route
from admin.comments import add_comment_routes
from admin.content.history import add_history_routes
from admin.content.listing import add_listing_routes
from admin.content.routes import add_content_routes
from admin.content.usage import add_usage_routes
from admin.deps import Deps
from admin.errors import BadText
from admin.explaining.routes import add_explain_route
from admin.explaining.seeing import add_seeing_route
from admin.guard import guard
from admin.people.routes import add_people_routes
from admin.previews import add_preview_routes
from admin.quarantine import add_quarantine_routes
from admin.releasing.routes import add_release_routes
from admin.requests.conditions import answer_conditionally
from admin.types.migrations import add_migration_routes
from admin.types.routes import add_type_routes
from admin.webhooks import add_webhook_routes
from modules import nul_findings, read_json


def create_blueprint(deps: Deps) -> Blueprint:
    """Everything an editor can do, under `/v1/manage`; what each route takes stands in `permissions`."""
    blueprint = Blueprint("manage", __name__, url_prefix="/v1/manage", description="Content, releases, publishing")
    add_bulk_route(blueprint, deps)
    add_audit_routes(blueprint, deps)
    add_webhook_routes(blueprint, deps)
    add_quarantine_routes(blueprint, deps)
    add_people_routes(blueprint, deps)
    add_comment_routes(blueprint, deps)
    add_preview_routes(blueprint, deps)
    add_release_routes(blueprint, deps)
    add_explain_route(blueprint, deps)
    add_seeing_route(blueprint, deps)
    add_usage_routes(blueprint, deps)
    add_type_routes(blueprint, deps)
    add_asset_routes(blueprint, deps)
    add_migration_routes(blueprint, deps)
    add_history_routes(blueprint, deps)
    add_listing_routes(blueprint, deps)
    add_content_routes(blueprint, deps)

    blueprint.before_request(guard(deps))
    blueprint.after_request(answer_conditionally)
    blueprint.before_request(deps.idempotency.begin)  # who may not ask is told nothing of earlier answers
    blueprint.after_request(deps.idempotency.end)
    blueprint.teardown_request(deps.idempotency.give_up)

    @blueprint.before_request
    def read_strictly() -> None:
        # Content itself is read as strictly where it is saved, and refused with findings.
        content = request.method == "PUT" and "kind" in (request.view_args or {})
        if request.method in {"POST", "PUT", "PATCH"} and not content and request.is_json and request.content_length:
            body = request.get_data(cache=True)
            # As strict as content: depth, encoding, numbers, characters.
            if found := nul_findings(body, read_json(body)):
                raise BadText(found)

    return blueprint
