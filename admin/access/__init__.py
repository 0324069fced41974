"""Who may do what, over HTTP: signing in, sessions, accounts, roles, keys."""

from flask_smorest import Blueprint

from admin.access.accounts import add_account_routes
from admin.access.cookies import session_token
from admin.access.desk import Desk
from admin.access.keys import add_key_routes
from admin.access.openid import add_openid_routes
from admin.access.page import add_link_page, link_of
from admin.access.roles import add_role_routes
from admin.access.second_factor import add_second_factor_routes
from admin.access.session import add_session_routes
from admin.access.sessions import add_sessions_routes


def add_access_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add everything about who may do what to the management API."""
    add_session_routes(blueprint, desk)
    add_second_factor_routes(blueprint, desk)
    add_sessions_routes(blueprint, desk)
    add_openid_routes(blueprint, desk)
    add_link_page(blueprint)
    add_account_routes(blueprint, desk)
    add_role_routes(blueprint, desk)
    add_key_routes(blueprint, desk)


__all__ = ["Desk", "add_access_routes", "link_of", "session_token"]
