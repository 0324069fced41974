"""Routes for signing in by OpenID Connect: to the provider, and back."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from flask_smorest import Blueprint

from accounts import NoProvider, OpenId, ProviderRefused, let_in, note_refusal
from admin.access.cookies import keep_session, keep_state, state_token
from admin.access.desk import Desk
from admin.access.session import open_session


def add_openid_routes(blueprint: Blueprint, desk: Desk) -> None:
    """Add the way to the provider and back; without a provider they are not there."""

    @blueprint.route("/signin/oidc", methods=["GET"])
    @blueprint.response(302, description="To the provider")
    def to_provider() -> Any:
        """Go to the provider to sign in; the browser comes back to `/v1/manage/signin/oidc/callback`"""
        url, state = _provider(desk).begin(desk.clock())
        keep_state(state, desk.url)
        return redirect(url)

    @blueprint.route("/signin/oidc/callback", methods=["GET"])
    @blueprint.response(302, description="Signed in: to the front page of management")
    def from_provider() -> Any:
        """Come back from the provider, signed in"""
        openid = _provider(desk)
        keep_state("", desk.url)
        try:
            claims = openid.finish(request.args, state_token(request, desk.url), desk.clock())
            account = let_in(desk.accounts, openid.provider, claims, address=desk.address(), now=desk.clock())
        except ProviderRefused as error:
            note_refusal(desk.accounts, error, address=desk.address(), now=desk.clock())
            keep_session("", desk.url)
            raise
        open_session(desk, account.name)
        answer: Response = redirect(f"{desk.url.rstrip('/')}/")  # type: ignore[assignment]
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def _provider(desk: Desk) -> OpenId:
    if desk.openid is None:
        raise NoProvider
    return desk.openid
