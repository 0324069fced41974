"""Routes of sessions: see where one is signed in, and end what should not be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import Session
from admin.access.cookies import keep_session
from admin.access.desk import Desk, check_over, own_session, person
from admin.access.schemas import SessionsQuerySchema, SessionsSchema

MANAGE = "account.manage"


def add_sessions_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add the routes for one's own sessions; those of others take `account.manage`."""

    @blueprint.route("/sessions")
    class SessionList(MethodView):
        @blueprint.arguments(SessionsQuerySchema, location="query")
        @blueprint.response(200, SessionsSchema)
        def get(self, query: Mapping[str, str]) -> dict[str, Any]:
            """One's own sessions, newest first; with `account` those of another"""
            name = query.get("account") or person().name
            if name != g.principal.name:
                g.principal.require(MANAGE)
                desk.accounts.get(name)
            return {"items": [_told(one) for one in desk.sessions.of(name, desk.clock())]}

        @blueprint.response(204)
        def delete(self) -> None:
            """End every session of one's own but this one"""
            mine = own_session()
            desk.sessions.end_others(mine.account, mine.id, by=g.author, now=desk.clock())

    @blueprint.route("/sessions/<session_id>")
    class OneSession(MethodView):
        @blueprint.response(204)
        def delete(self, session_id: str) -> None:
            """End a session, one's own or another's; it ends at once"""
            session = desk.sessions.get(session_id)
            if session.account != g.principal.name:
                g.principal.require(MANAGE)
                check_over(desk, desk.accounts.get(session.account))
            desk.sessions.end(session, by=g.author, now=desk.clock())
            if _is_mine(session):
                keep_session("", desk.url)


def _told(session: Session) -> dict[str, Any]:
    return {**{name: getattr(session, name) for name in Session.__slots__}, "current": _is_mine(session)}


def _is_mine(session: Session) -> bool:
    mine: Session | None = g.get("session")
    return mine is not None and mine.id == session.id
