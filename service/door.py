"""The door of the management API: who is asking, by a key or by the cookie of a session, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from flask import g, request

import admin
from accounts import Principal, Scope, Sessions, is_csrf_token
from service.keys import Keys
from service.problems import Problem
from service.settings import Settings

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER: Final = "X-CSRF-Token"


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in whoever is known. A cookie goes with every request that a browser makes, also for a stranger's page:
    who has one must show that the request is their own."""

    settings: Settings
    keys: Keys
    sessions: Sessions

    def principal(self) -> Principal:
        """Who is asking. Raises a 401 or 403 `Problem`."""
        if "Authorization" in request.headers:
            if request.authorization and request.authorization.type == "basic" and request.method not in SAFE:
                self.check_origin()  # a browser that was given one keeps it, and sends it along as it does a cookie
            return self.keys.require(Scope.MANAGE).principal
        token = admin.session_token(request, self.settings.admin_url)
        found = self.sessions.find(token, self.keys.clock()) if token else None
        if found is None:
            raise Problem(
                401,
                "Nobody is signed in",
                "sign in with `POST /v1/manage/session`, or send `Authorization: Bearer <key>`",
                WWW_Authenticate='Bearer realm="intarsia"',
            )
        if request.method not in SAFE:
            self.check_origin()
            if not is_csrf_token(request.headers.get(CSRF_HEADER, ""), token):
                raise _forged(f"send the `csrf_token` of your session as `{CSRF_HEADER}`")
        g.session, g.session_token = found[0], token
        return found[1]

    def check_origin(self) -> None:
        """Raise a 403 `Problem` for a request that the page of another origin makes, as far as the browser tells."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise _forged("the browser says that another site made it")
        origin = request.headers.get("Origin")
        if origin is not None and origin not in {_origin(self.settings.admin_url), _origin(request.host_url)}:
            raise _forged("its origin is not this one; INTARSIA_ADMIN_URL says where management is served")

    def address(self) -> str:
        """Where the request comes from, as a number that attempts are counted by: of IPv6 the network of a household.

        Each proxy in front adds one entry to X-Forwarded-For; what stands before them anybody can write.
        """
        told = request.headers.get("X-Forwarded-For", "").split(",")
        hops = self.settings.proxies
        found = told[-hops].strip() if 0 < hops <= len(told) else (request.remote_addr or "")
        try:
            address = ip_address(found)
        except ValueError:
            return (request.remote_addr or "unknown")[:45]
        return str(address) if address.version == 4 else str(ip_network(f"{address}/64", strict=False))


def _forged(detail: str) -> Problem:
    return Problem(403, "Not your own request", detail)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
