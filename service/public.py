"""Delivery for nobody in particular: what caches may keep for everybody, and which release is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final

import orjson
from flask import Response, g, request
from flask_smorest import Blueprint

from accounts import Scope
from engine import Level, keys_of
from service.asking import DEVICES, LOCALE, refused, zone_of
from service.caching import ASK_AGAIN, PRIVATE, filed_under, key_headers, lifetime, tagged
from service.delivery import PREVIEWED, moment_of, preview_headers
from service.house import House, Wanted
from service.previewing import ARGUMENT, bound, token_of
from service.problems import Problem, of_arguments
from service.public_docs import LONGEST, layout_doc, version_doc


def add_public_routes(blueprint: Blueprint, house: House) -> None:
    """Add the routes whose answers are the same for everybody."""
    channels = [name for name, channel in house.channels.items() if channel.shared]

    @blueprint.route("/layouts/<key>", methods=["GET"])
    @blueprint.doc(**layout_doc(channels))
    def layout(key: str) -> Response:
        try:
            wanted = _wanted(house, key, channels)
        except Problem as problem:
            raise of_arguments(problem, {}) from None
        ask, page, rendered = house.decided(wanted)
        answer = Response(rendered.body, content_type=rendered.media_type)
        answer.headers.extend(rendered.headers)
        if g.preview is not None or "at" in request.args:
            answer.headers.update({"Cache-Control": PRIVATE, **preview_headers()})
            return answer
        broken = house.broken_in(ask.catalogue, wanted)
        keys = filed_under(*keys_of(page, ask.catalogue, broken), house.settings.cache_key_bytes)
        whole = not broken and not page.notes and page.level is not Level.DEGRADED
        answer.headers["Cache-Control"] = lifetime(house.settings, wanted.now, page.valid_until, whole=whole)
        answer.headers.update(key_headers(keys))
        return tagged(answer, rendered.body)

    @blueprint.route("/version", methods=["GET"])
    @blueprint.doc(**version_doc())
    def version() -> Response:
        house.keys.require(Scope.DELIVER)  # a preview link opens what is not served, and tells nothing of what is
        release, moved = house.published.current().release, house.published.moved
        assert moved is not None, "whatever is served came to be served"
        body = orjson.dumps({"release": release, "number": moved.seq, "published_at": moved.at})
        answer = Response(body, content_type="application/json")
        answer.headers.update({"Cache-Control": ASK_AGAIN, "X-Content-Version": release})
        return tagged(answer, body)


def _wanted(house: House, key: str, channels: list[str]) -> Wanted:
    """What the address asks for: nothing else has a say, so that one address is one answer. Raises a `Problem` that
    names the wrong argument."""
    told = {name: _once(name) for name in request.args}
    scopes = PREVIEWED if g.preview is not None else house.keys.require(Scope.DELIVER).scopes
    channel, locale = told.get("channel", "headless"), told.get("locale")
    if channel not in channels:
        raise refused("channel", f"{channel[:60]!r} is none that caches may keep", f"known: {', '.join(channels)}")
    if locale is not None and not LOCALE.match(locale):
        raise refused("locale", f"{locale[:40]!r} is not a locale", 'write one such as "en" or "de-AT"')
    context = {name: read(told[name]) for name, read in CONTEXT.items() if name in told}
    wanted = Wanted(key, None, channel, 0.0, locale=locale, context=context, why=False)
    at = told.get("at")
    if g.preview is not None:
        at = _bound(key, at)
        wanted.catalogue, wanted.token = house.previewing.catalogue(g.preview), token_of(request)
    wanted.now = moment_of(house, at, scopes)
    return wanted


def _bound(key: str, at: str | None) -> str | None:
    filled = bound(g.preview, {"layout": key, "at": at})
    if filled.get("person") is not None:
        instead = "use `GET /v1/pages/{layout}` or `POST /v1/assemble`"
        raise Problem(403, "Not in this preview", f"the link is of one person, and this shows nobody's: {instead}")
    moment: str | None = filled["at"]
    return moment


def _once(name: str) -> str:
    """The value of an argument. Of two, caches and we might each take another one."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise refused(name, "is there more than once", "name it once")
    if name != ARGUMENT and not 1 <= len(values[0]) <= LONGEST:
        raise refused(name, f"has {len(values[0])} characters", f"write 1 to {LONGEST}, or leave it out")
    return values[0]


def _device(text: str) -> str:
    if text not in DEVICES:
        raise refused("device", f"{text[:40]!r} is not known", f"known: {', '.join(sorted(DEVICES))}")
    return text


def _temperature(text: str) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = float("nan")
    if not isfinite(degrees):
        raise refused("temperature", f"{text[:40]!r} is not a number", "write degrees Celsius such as 21.5")
    return degrees


def _zone(text: str) -> str:
    try:
        zone_of(text)
    except Problem:
        raise refused("zone", f"{text[:60]!r} is not a time zone", "write one such as Europe/Berlin") from None
    return text


CONTEXT: Final[Mapping[str, Callable[[str], Any]]] = {
    "device": _device,
    "place": str,
    "country": str,
    "referrer": str,
    "temperature": _temperature,
    "zone": _zone,
}
"""What the address may tell of a visit -> how it is read."""
