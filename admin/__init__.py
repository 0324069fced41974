"""The management API: everything that editors, CI and the admin UI do with content and releases."""

from admin.blueprint import SCOPE, create_blueprint
from admin.checks import check_draft
from admin.deps import Deps
from admin.errors import PROBLEMS, AdminError, ContentRefused, StaleEdit, WrongMediaType

__all__ = [
    "PROBLEMS",
    "SCOPE",
    "AdminError",
    "ContentRefused",
    "Deps",
    "StaleEdit",
    "WrongMediaType",
    "check_draft",
    "create_blueprint",
]
