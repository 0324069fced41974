"""The shapes of accounts, sessions, roles and keys over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from accounts import ACCOUNT_NAME, KEY_NAME, SCOPES, Scope
from admin.schemas import Flag, printable


def called(example: str, **more: str) -> fields.String:
    """What something is to be called; `pattern` says what names there can be."""
    return fields.String(
        required=True, validate=[validate.Length(min=1, max=200), printable], metadata={"example": example, **more}
    )


def secret(**more: Any) -> fields.String:
    """A password, a code or a token: never in an answer."""
    return fields.String(load_only=True, validate=validate.Length(max=1000), **more)


def names(**more: Any) -> fields.List[Any]:
    """A list of names."""
    return fields.List(fields.String(validate=printable), **more)


class SignInSchema(Schema):
    """Who wants in. `code` only where the account has a second factor."""

    name = called("ann@example.com")
    password = secret(required=True)
    code = secret(load_default="")


class PasswordAgainSchema(Schema):
    """The password of whoever is signed in, asked again."""

    password = secret(required=True)


class CodeSchema(Schema):
    """A code of an authenticator."""

    code = secret(required=True)


class PasswordAndCodeSchema(PasswordAgainSchema, CodeSchema):
    """The password, and a code of an authenticator or a recovery code."""


class ChoosePasswordSchema(PasswordAgainSchema):
    """Another password, and the one that it replaces."""

    old = secret(required=True)


class RedeemSchema(PasswordAgainSchema):
    """A password, by a one-time link."""

    token = secret(required=True)


class GrantSchema(Schema):
    """A permission; what it is silent about is not limited."""

    actions = names()
    kinds = names()
    types = names()
    locales = names()
    fields_ = names(data_key="fields", attribute="fields")
    denied_fields = names()
    purposes = names()


class SessionSchema(Schema):
    """One sign-in that lasts."""

    id = fields.String()
    account = fields.String()
    created_at = fields.Float()
    seen_at = fields.Float()
    ends_at = fields.Float()
    address = fields.String()
    agent = fields.String()


class ListedSessionSchema(SessionSchema):
    """One sign-in among others."""

    current = fields.Boolean(metadata={"description": "whether it is the one that asks"})


class SessionsQuerySchema(Schema):
    """Whose sessions."""

    account = fields.String(validate=printable)


class SessionsSchema(Schema):
    """Sessions, newest first."""

    items = fields.List(fields.Nested(ListedSessionSchema))


class WhoSchema(Schema):
    """Whoever asks."""

    name = fields.String()
    kind = fields.String(metadata={"enum": ["person", "key"]})
    roles = names()
    actions = names(metadata={"description": "everything that some grant gives, on something"})
    grants = fields.List(fields.Nested(GrantSchema))
    csrf_token = fields.String(
        allow_none=True, metadata={"description": "send it as X-CSRF-Token with whatever changes something"}
    )
    session = fields.Nested(SessionSchema, allow_none=True)
    second_factor = fields.Boolean()


class EnrolmentSchema(Schema):
    """What an authenticator has to be told: `qr` is a picture of `uri` as a data address."""

    secret = fields.String()
    uri = fields.String()
    qr = fields.String()


class RecoverySchema(WhoSchema):
    """Whoever asks, with codes for the day when the authenticator is lost."""

    recovery_codes = names()


class PersonalAccountSchema(Schema):
    """A person who may sign in."""

    name = fields.String()
    roles = names()
    active = fields.Boolean()
    password = fields.Boolean(metadata={"description": "whether there is one"})
    second_factor = fields.Boolean()
    subject = fields.String(allow_none=True, metadata={"description": "what the OpenID Connect provider knows them by"})
    created_at = fields.Float()
    created_by = fields.String()
    signed_in_at = fields.Float(allow_none=True)


class AccountsSchema(Schema):
    """Accounts by name."""

    items = fields.List(fields.Nested(PersonalAccountSchema))


class NewAccountSchema(Schema):
    """An account to make; with `subject` it signs in by the OpenID Connect provider alone."""

    name = called("bob@example.com", pattern=f"^{ACCOUNT_NAME}$")
    roles = names(required=True)
    subject = fields.String(validate=[validate.Length(min=1, max=255), printable])


class AccountChangeSchema(Schema):
    """What is to be other of an account."""

    roles = names()
    active = Flag()


class PasswordLinkSchema(Schema):
    """A one-time link, and the token in it."""

    link = fields.String()
    token = fields.String()


class NewLinkSchema(PasswordLinkSchema):
    """An account, with a one-time link unless it signs in elsewhere."""

    account = fields.Nested(PersonalAccountSchema)


class WrittenGrant(fields.Raw):
    """A grant as it is written; `accounts` judges it."""

    json_schema: ClassVar = {
        "type": "object",
        "required": ["actions"],
        "properties": {
            name: {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1, "maxLength": 200}}
            for name in ("actions", "kinds", "types", "locales", "fields", "denied_fields", "purposes")
        },
        "additionalProperties": False,
    }


class RoleChangeSchema(Schema):
    """What a role is for and what it gives."""

    summary = fields.String(load_default="", validate=[validate.Length(max=500), printable])
    grants = fields.List(
        WrittenGrant(),
        required=True,
        metadata={"description": "what it gives, see docs/accounts.md", "minItems": 1},
    )


class RoleSchema(Schema):
    """A named set of grants."""

    name = fields.String()
    summary = fields.String()
    built_in = fields.Boolean()
    grants = fields.List(fields.Nested(GrantSchema))


class RolesSchema(Schema):
    """Roles, the built-in ones first."""

    items = fields.List(fields.Nested(RoleSchema))


class SecretSchema(Schema):
    """A secret of a key, without itself."""

    hint = fields.String(metadata={"description": "its last characters"})
    created_at = fields.Float()
    ends_at = fields.Float(allow_none=True)
    used_at = fields.Float(allow_none=True, metadata={"description": "to a minute"})


class KeySchema(Schema):
    """A key as its keeper sees it."""

    name = fields.String()
    scopes = names()
    roles = names()
    created_at = fields.Float()
    created_by = fields.String()
    ends_at = fields.Float(allow_none=True)
    secrets = fields.List(fields.Nested(SecretSchema))


class KeysSchema(Schema):
    """Keys by name."""

    items = fields.List(fields.Nested(KeySchema))


class NewKeySchema(Schema):
    """A key to issue. `roles` count with the scope `manage`; without any it has the role `editor`."""

    name = called("storefront", pattern=f"^{KEY_NAME}$")
    scopes = fields.List(
        fields.String(validate=validate.OneOf([*SCOPES, Scope.MANAGE.value])),
        required=True,
        validate=validate.Length(min=1),
    )
    roles = names(load_default=list)
    ends_at = fields.AwareDateTime(metadata={"example": "2027-01-01T00:00:00Z"})


class RotateSchema(Schema):
    """When the first secret ends; without it when `DELETE …/old` is called."""

    old_ends_at = fields.AwareDateTime(metadata={"example": "2027-01-01T00:00:00Z"})


class NewSecretSchema(Schema):
    """A key with a new secret."""

    key = fields.Nested(KeySchema)
    secret = fields.String()
