"""Who may do what: people's accounts, their sessions, API keys, and the roles that allow them something."""

from accounts.actions import ACTIONS, SCOPES, Action
from accounts.elsewhere import let_in, note_refusal
from accounts.errors import (
    AccountError,
    BadGrant,
    BadName,
    CodeNeeded,
    LastAdmin,
    LinkSpent,
    Locked,
    NameTaken,
    NoProvider,
    NotAllowed,
    ProviderRefused,
    RoleInUse,
    SignInFailed,
    TwoSecrets,
    UnknownName,
    WeakPassword,
)
from accounts.grants import Grant, parse_grants, write_grants
from accounts.keys import Issued, Key, KeyRing, Scope, Secret, person_behind
from accounts.naming import ACCOUNT_NAME, KEY_NAME, ROLE_NAME
from accounts.openid import OpenId, Provider
from accounts.passwords import Passwords
from accounts.previews import LONGEST_PREVIEW, Preview, PreviewLinks, PreviewRefused, new_preview_id
from accounts.principal import Principal, Who
from accounts.register import Account, Accounts
from accounts.role_book import RoleBook
from accounts.roles import ROLES, Role
from accounts.second_factor import Enrolment, SecondFactor
from accounts.sessions import Opened, Session, Sessions, csrf_token, is_csrf_token
from accounts.signin import SignIn
from accounts.throttle import Throttle
from accounts.tokens import could_be_key, digest_of

__all__ = [
    "ACCOUNT_NAME",
    "ACTIONS",
    "KEY_NAME",
    "LONGEST_PREVIEW",
    "ROLES",
    "ROLE_NAME",
    "SCOPES",
    "Account",
    "AccountError",
    "Accounts",
    "Action",
    "BadGrant",
    "BadName",
    "CodeNeeded",
    "Enrolment",
    "Grant",
    "Issued",
    "Key",
    "KeyRing",
    "LastAdmin",
    "LinkSpent",
    "Locked",
    "NameTaken",
    "NoProvider",
    "NotAllowed",
    "OpenId",
    "Opened",
    "Passwords",
    "Preview",
    "PreviewLinks",
    "PreviewRefused",
    "Principal",
    "Provider",
    "ProviderRefused",
    "Role",
    "RoleBook",
    "RoleInUse",
    "Scope",
    "SecondFactor",
    "Secret",
    "Session",
    "Sessions",
    "SignIn",
    "SignInFailed",
    "Throttle",
    "TwoSecrets",
    "UnknownName",
    "WeakPassword",
    "Who",
    "could_be_key",
    "csrf_token",
    "digest_of",
    "is_csrf_token",
    "let_in",
    "new_preview_id",
    "note_refusal",
    "parse_grants",
    "person_behind",
    "write_grants",
]
