"""The script for pages (docs/browser.md): its source, what is built of it, and the route that serves it.

It stands in `service` because it is a client of what `service` alone speaks: the tracking and delivery APIs over HTTP.
"""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

SCRIPT: Final = "intarsia-1.js"
"""The file and its address. The number grows when pages would have to change."""

FOR_AN_HOUR: Final = "public, max-age=3600, stale-while-revalidate=86400"


def create_blueprint() -> Blueprint:
    """The route of the script, read and packed once."""
    blueprint = Blueprint("browser", __name__)
    plain = (Path(__file__).parent / SCRIPT).read_bytes()
    packed = gzip.compress(plain, mtime=0)
    tag = sha256(plain).hexdigest()[:32]

    @blueprint.get(f"/{SCRIPT}")
    def script() -> Response:
        zipped = request.accept_encodings["gzip"] > 0
        answer = Response(packed if zipped else plain, content_type="text/javascript; charset=utf-8")
        answer.headers["Cache-Control"] = FOR_AN_HOUR
        answer.headers["Vary"] = "Accept-Encoding"
        # Pages of every origin load it, and compare its digest if they name one (`integrity`).
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        if zipped:
            answer.headers["Content-Encoding"] = "gzip"
        answer.set_etag(f"{tag}-gzip" if zipped else tag)
        answer.make_conditional(request)
        return answer

    return blueprint


__all__ = ["SCRIPT", "create_blueprint"]
