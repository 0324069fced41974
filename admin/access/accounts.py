"""Routes of accounts, for those who manage them."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import Account, NoProvider
from admin.access.desk import Desk, check_covers, check_over
from admin.access.page import link_of
from admin.access.schemas import (
    AccountChangeSchema,
    AccountsSchema,
    NewAccountSchema,
    NewLinkSchema,
    PasswordLinkSchema,
    PersonalAccountSchema,
)
from admin.access.session import open_session


def add_account_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add the routes for accounts. Nobody makes or changes one that may more than they may."""

    @blueprint.route("/accounts")
    class AccountList(MethodView):
        @blueprint.response(200, AccountsSchema)
        def get(self) -> dict[str, Any]:
            """Every account, by name"""
            return {"items": desk.accounts.all()}

        @blueprint.arguments(NewAccountSchema)
        @blueprint.response(201, NewLinkSchema)
        def post(self, body: dict[str, Any]) -> dict[str, Any]:
            """Make an account. The answer holds a one-time link with which a password is chosen, shown this once"""
            check_covers(desk.roles.check(body["roles"]), "the roles of the account")
            identity = (_issuer(desk), body["subject"]) if "subject" in body else None
            account = desk.accounts.add(body["name"], body["roles"], by=g.author, now=desk.clock(), identity=identity)
            return {"account": account, **({} if identity else _link(desk, account.name))}

    @blueprint.route("/accounts/<name>")
    class OneAccount(MethodView):
        @blueprint.response(200, PersonalAccountSchema)
        def get(self, name: str) -> Account:
            """One account"""
            return desk.accounts.get(name)

        @blueprint.arguments(AccountChangeSchema, required=False)
        @blueprint.response(200, PersonalAccountSchema)
        def patch(self, body: dict[str, Any], name: str) -> Account:
            """Give an account other roles, or let it in no more; its sessions end at once"""
            account = desk.accounts.get(name)
            check_over(desk, account)
            if "roles" in body:
                check_covers(desk.roles.check(body["roles"]), "the roles of the account")
                account = desk.accounts.set_roles(name, body["roles"], by=g.author, now=desk.clock())
            if "active" in body:
                account = desk.accounts.set_active(name, body["active"], by=g.author, now=desk.clock())
            if account.active and g.get("session") and g.session.account == name:
                open_session(desk, name)
            return account

    @blueprint.route("/accounts/<name>/link", methods=["POST"])
    @blueprint.response(201, PasswordLinkSchema)
    def new_link(name: str) -> dict[str, Any]:
        """A one-time link with which another password is chosen; an older link ends. Shown this once"""
        check_over(desk, desk.accounts.get(name))
        return _link(desk, name)

    @blueprint.route("/accounts/<name>/totp", methods=["DELETE"])
    @blueprint.response(200, PersonalAccountSchema)
    def drop_totp(name: str) -> Account:
        """Take the second factor off somebody who lost it; their sessions end"""
        check_over(desk, desk.accounts.get(name))
        return desk.accounts.drop_second_factor(name, by=g.author, now=desk.clock())


def _link(desk: Desk, name: str) -> dict[str, Any]:
    token = desk.accounts.new_link(name, by=g.author, now=desk.clock())
    return {"token": token, "link": link_of(desk.url, token)}


def _issuer(desk: Desk) -> str:
    if desk.openid is None:
        raise NoProvider
    return desk.openid.provider.issuer
