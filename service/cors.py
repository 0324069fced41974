"""Pages of other origins may ask delivery and tracking (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol).

No cookie says who asks there but a key that the page has itself, so letting every origin ask gives nobody anything
that they could not have by a program. Management is for pages of its own origin alone. This stands before the express
lane: what knows Flask alone would miss most answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EVERYBODY: Final = "*"

OPEN: Final = "/v1/"
CLOSED: Final = "/v1/manage"
KEPT: Final = ("/v1/layouts/", "/v1/version")
"""Where shared caches may keep an answer, and hand it to pages and programs alike."""

ALLOW: Final = "Access-Control-Allow-Origin"

ASKED: Final = [
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Content-Encoding, If-None-Match, AnonymousId"),
    ("Access-Control-Max-Age", "7200"),
]
"""What is answered to a browser that asks before it asks."""

TOLD: Final = (
    "Access-Control-Expose-Headers",
    "ETag, Retry-After, Intarsia-Decision, Intarsia-Release, Intarsia-Level, X-Content-Version",
)


class Cors:
    """A WSGI application before another one, which lets pages of these origins read what it answers."""

    def __init__(self, behind: WSGIApplication, origins: Iterable[str]) -> None:
        self._behind = behind
        self._origins = frozenset(origins)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer what a browser asks beforehand, or let the application behind answer."""
        path = environ["PATH_INFO"]
        if "HTTP_ORIGIN" not in environ and not path.startswith(KEPT):
            return self._behind(environ, start_response)  # no browser's page, and no cache that hands it to one
        if not self._origins or not path.startswith(OPEN) or path.startswith(CLOSED):
            return self._behind(environ, start_response)
        told = allowed(self._origins, environ.get("HTTP_ORIGIN", ""))
        if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            start_response("204 No Content", [*told, *(ASKED if ALLOW in dict(told) else [])])
            return []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, *told, TOLD], *more)

        return self._behind(environ, start)


def allowed(origins: Collection[str], origin: str) -> list[tuple[str, str]]:
    """The headers that let a page of this origin read an answer, where it is one of those that may."""
    if EVERYBODY in origins:
        return [(ALLOW, EVERYBODY)]
    return [("Vary", "Origin"), *([(ALLOW, origin)] if origin in origins else [])]
