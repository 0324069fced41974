"""A static storefront beside the APIs: plain files, and the keys a browser may have."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, redirect, send_from_directory

from service.house import House
from service.problems import Problem

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The storefront needs nothing but its own files."""


def create_blueprint(house: House) -> Blueprint:
    """/shop/ from `settings.storefront`; its `config.json` comes from the data folder, written by the demo."""
    blueprint = Blueprint("storefront", __name__)
    folder = house.settings.storefront

    @blueprint.get("/shop")
    def shop_home() -> Any:
        return redirect("/shop/")

    @blueprint.get("/shop/config.json")
    def config() -> Response:
        path = house.settings.data_dir / "storefront.json"
        if not path.is_file():
            raise Problem(404, "No storefront", "no storefront is configured; `./intarsia demo` sets one up")
        return Response(path.read_bytes(), content_type="application/json", headers={"Cache-Control": "no-store"})

    @blueprint.get("/shop/", defaults={"path": "index.html"})
    @blueprint.get("/shop/<path:path>")
    def shop(path: str) -> Response:
        if folder is None:
            raise Problem(404, "No storefront", "set INTARSIA_STOREFRONT to a folder of static files")
        response = send_from_directory(folder.resolve(), path, max_age=0)
        streams = f"connect-src 'self' {_origin(house.settings.live_url)}"
        response.headers["Content-Security-Policy"] = POLICY.replace("connect-src 'self'", streams)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return blueprint


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def write_config(data_dir: Path, config: dict[str, Any]) -> None:
    """Leave the storefront's configuration where the service finds it."""
    path = data_dir / "storefront.json"
    path.write_bytes(orjson.dumps(config, option=orjson.OPT_INDENT_2))
    path.chmod(0o600)
