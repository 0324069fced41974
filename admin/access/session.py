"""Routes of one's own session: sign in, sign out, who am I, another password."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import Opened, csrf_token, write_grants
from admin.access.cookies import keep_session, session_token
from admin.access.desk import Desk, agent, own_session, person
from admin.access.schemas import ChoosePasswordSchema, RedeemSchema, SignInSchema, WhoSchema


def add_session_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add the routes for the session that a browser has, or wants."""

    @blueprint.route("/session")
    class OwnSession(MethodView):
        @blueprint.response(200, WhoSchema)
        def get(self) -> dict[str, Any]:
            """Who am I, and what may I"""
            return who_am_i(desk)

        @blueprint.arguments(SignInSchema)
        @blueprint.response(200, WhoSchema)
        def post(self, body: dict[str, str]) -> dict[str, Any]:
            """Sign in with name and password, and with a code where the account has a second factor"""
            desk.check_origin()
            name = desk.sign_in.with_password(
                body["name"], body["password"], body["code"], address=desk.address(), now=desk.clock()
            )
            open_session(desk, name)
            return who_am_i(desk)

        @blueprint.response(204)
        def delete(self) -> None:
            """Sign out"""
            desk.sessions.end(own_session(), by=g.author, now=desk.clock())
            keep_session("", desk.url)

    @blueprint.route("/session/password")
    class OwnPassword(MethodView):
        @blueprint.arguments(ChoosePasswordSchema)
        @blueprint.response(200, WhoSchema)
        def put(self, body: dict[str, str]) -> dict[str, Any]:
            """Choose another password; every other session ends"""
            name = person().name
            desk.sign_in.confirm(name, body["old"], address=desk.address(), now=desk.clock())
            desk.sign_in.choose(name, body["password"], by=name, now=desk.clock())
            open_session(desk, name)
            return who_am_i(desk)

    @blueprint.route("/session/link", methods=["POST"])
    @blueprint.arguments(RedeemSchema)
    @blueprint.response(204)
    def redeem(body: dict[str, str]) -> None:
        """Choose a password with the token of a one-time link; then sign in with it"""
        desk.check_origin()
        desk.sign_in.redeem(body["token"], body["password"], now=desk.clock())


def open_session(desk: Desk, name: str) -> Opened:
    """A session with a new secret for whoever just proved who they are, instead of the one they had."""
    old = session_token(request, desk.url)
    opened = desk.sessions.open(name, address=desk.address(), agent=agent(), now=desk.clock(), instead_of=old)
    keep_session(opened.token, desk.url)
    g.session, g.session_token = opened.session, opened.token
    found = desk.sessions.find(opened.token, desk.clock())
    if found is not None:
        g.principal = found[1]
    return opened


def who_am_i(desk: Desk) -> dict[str, Any]:
    """Whoever asks, as they may know themselves."""
    principal = g.principal
    session = g.get("session")
    return {
        "name": principal.name,
        "kind": principal.kind,
        "roles": principal.roles,
        "actions": sorted(principal.actions),
        "grants": write_grants(principal.grants),
        "csrf_token": csrf_token(g.session_token) if session else None,
        "session": session,
        "second_factor": desk.accounts.get(principal.name).second_factor if session else False,
    }
