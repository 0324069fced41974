"""The express lane: the two routes that most requests ask for, answered before Flask.

Flask's routing, contexts and objects cost such a request as much again as deciding it (270 of 620 µs measured in
process). So a sound request is answered here; whatever is unusual in any way is left to Flask, which says what is
wrong. Both lanes share all that decides: the same keys, checks and `House.assemble`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from accounts import Scope
from channels import Rendered
from service.delivery import ASSEMBLE, PAGE_ARGUMENTS, headers_of, wanted_of, wanted_page
from service.house import House

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASSEMBLE_PATH = "/v1/assemble"
PAGES = "/v1/pages/"
MOST = 65_536
"""Bytes of a body that is read here; larger ones are no usual ask."""


class Express:
    """A WSGI application before another one."""

    def __init__(self, house: House, behind: WSGIApplication) -> None:
        self._house = house
        self._behind = behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or let the application behind do it."""
        path = environ["PATH_INFO"]
        if "preview=" in environ.get("QUERY_STRING", ""):
            return self._behind(environ, start_response)
        if path == ASSEMBLE_PATH:
            rendered = self._try(environ, self._assemble) if environ["REQUEST_METHOD"] == "POST" else None
        elif path.startswith(PAGES):
            rendered = self._try(environ, self._page) if environ["REQUEST_METHOD"] == "GET" else None
        else:
            rendered = None
        if rendered is None:
            return self._behind(environ, start_response)
        start_response("200 OK", headers_of(rendered))
        return [rendered.body]  # a list: the server hands it over in one step

    def _try(self, environ: WSGIEnvironment, answer: Callable[[WSGIEnvironment], Rendered | None]) -> Rendered | None:
        try:
            return answer(environ)
        except Exception:  # noqa: BLE001 -- told by the application behind, which meets the same
            return None

    def _assemble(self, environ: WSGIEnvironment) -> Rendered | None:
        scopes = self._scopes(environ)
        size = environ.get("CONTENT_LENGTH") or ""
        if not size.isdigit() or int(size) > MOST or "HTTP_CONTENT_ENCODING" in environ or Scope.DELIVER not in scopes:
            return None
        data = environ["wsgi.input"].read(int(size))
        environ["wsgi.input"] = BytesIO(data)  # for the application behind, should it come to that
        body: Any = orjson.loads(data)
        return self._house.assemble(wanted_of(self._house, body, ASSEMBLE, scopes, environ))

    def _page(self, environ: WSGIEnvironment) -> Rendered | None:
        layout = environ["PATH_INFO"].removeprefix(PAGES)
        scopes = self._scopes(environ)
        if "/" in layout or Scope.DELIVER not in scopes:
            return None
        given = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        arguments = dict(given)
        if len(arguments) < len(given) or not arguments.keys() <= PAGE_ARGUMENTS.keys():
            return None
        return self._house.assemble(wanted_page(self._house, layout, arguments, scopes, environ))

    def _scopes(self, environ: WSGIEnvironment) -> frozenset[str]:
        """What the key of this request may do, if it is one that was seen before."""
        key = self._house.keys.headers.get(environ.get("HTTP_AUTHORIZATION", ""))
        return key.scopes if key is not None else frozenset()
