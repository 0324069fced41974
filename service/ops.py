"""Routes for operators: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, redirect
from sqlalchemy import text

from engine import NothingPublished
from service.house import House
from service.problems import Problem


def create_blueprint(house: House) -> Blueprint:
    """/healthz, /readyz, /metrics and the front door."""
    blueprint = Blueprint("ops", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "alive"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        try:
            with house.database.read() as connection:
                connection.execute(text("SELECT 1"))
            release = house.published.current().release
        except NothingPublished as error:
            raise Problem(503, "Not ready", str(error), Retry_After="1") from None
        # Hot copies may be away: answers are slower then, not wrong.
        hot = "ok" if house.hot.available else "away"
        late = round(house.timers.backlog(house.clock()).late, 3)
        told = {"hot_copies": hot, "model": house.published.model_version, "timers_late": late}
        return _json({"status": "ready", "release": release, **told})

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(house.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    @blueprint.get("/")
    def front_door() -> Any:
        return redirect("/shop/" if house.settings.storefront else "/docs/")

    return blueprint


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), content_type="application/json")
