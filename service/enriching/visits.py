"""From a request to a visit: what its headers tell, and the address that may be believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from profiles import HINTS, Visit

HEADERS = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in HINTS}


def visit_of(environ: Mapping[str, Any], proxies: int) -> Visit:
    """The visit that a WSGI request is. Of one that no browser made, neither address nor headers are the visitor's."""
    if not from_browser(environ):
        return Visit(user_agent=environ.get("HTTP_USER_AGENT", ""))
    hints = {name: environ[header] for name, header in HEADERS.items() if header in environ}
    return Visit(
        environ.get("HTTP_USER_AGENT", ""),
        hints,
        address_of(environ, proxies),
        referrer=environ.get("HTTP_REFERER", ""),
    )


def from_browser(environ: Mapping[str, Any]) -> bool:
    """Whether a browser says that it made the request, rather than a server for one."""
    return "HTTP_ORIGIN" in environ or "HTTP_SEC_FETCH_MODE" in environ


def address_of(environ: Mapping[str, Any], proxies: int) -> str:
    """The address that the outermost of our own proxies saw; what stands before it anybody can write."""
    told = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return told[-proxies].strip() if 0 < proxies <= len(told) else str(environ.get("REMOTE_ADDR", ""))
