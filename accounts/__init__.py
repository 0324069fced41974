"""Who may do what: people's accounts, API keys, and the roles that allow them something."""

from accounts.actions import ACTIONS, SCOPES, Action
from accounts.errors import AccountError, BadGrant, NotAllowed
from accounts.grants import Grant, parse_grants, write_grants
from accounts.principal import Principal, Who
from accounts.roles import ROLES, Role

__all__ = [
    "ACTIONS",
    "ROLES",
    "SCOPES",
    "AccountError",
    "Action",
    "BadGrant",
    "Grant",
    "NotAllowed",
    "Principal",
    "Role",
    "Who",
    "parse_grants",
    "write_grants",
]
