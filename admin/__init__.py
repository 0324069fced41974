"""The management API: everything that editors, CI and the admin UI do with content and releases."""

from admin.access import Desk, add_access_routes, link_of, session_token
from admin.blueprint import create_blueprint
from admin.content.checks import check_draft
from admin.deps import Deps, InForce
from admin.documenting import CONDITIONAL, add_document_route, by_kind, content_schemas
from admin.errors import PROBLEMS, ContentRefused, ReleaseRefused, StaleEdit, WrongMediaType
from admin.permissions import ANYBODY, HERE, PERSON, PUBLIC, needed, path_of
from admin.previews import AS_OF, DRAFTS
from admin.refusals import AdminError, StillRunning
from admin.releasing.judging import Judge
from admin.releasing.overlay import Overlay, Served
from admin.releasing.publishing import Publishing
from admin.releasing.rendering import Trial
from admin.requests.idempotency import RENEWED_EVERY, Idempotency, headers_of
from admin.sight.visible import Visible
from admin.sight.writing import admitted

__all__ = [
    "ANYBODY",
    "AS_OF",
    "CONDITIONAL",
    "DRAFTS",
    "HERE",
    "PERSON",
    "PROBLEMS",
    "PUBLIC",
    "RENEWED_EVERY",
    "AdminError",
    "ContentRefused",
    "Deps",
    "Desk",
    "Idempotency",
    "InForce",
    "Judge",
    "Overlay",
    "Publishing",
    "ReleaseRefused",
    "Served",
    "StaleEdit",
    "StillRunning",
    "Trial",
    "Visible",
    "WrongMediaType",
    "add_access_routes",
    "add_document_route",
    "admitted",
    "by_kind",
    "check_draft",
    "content_schemas",
    "create_blueprint",
    "headers_of",
    "link_of",
    "needed",
    "path_of",
    "session_token",
]
