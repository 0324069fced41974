"""The delivery API: a layout assembled for one person, as JSON, as a page, as a mail, as a chat reply."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, g, request
from flask_smorest import Blueprint
from werkzeug.datastructures import Headers

from accounts import Preview, Scope
from channels import Rendered, to_mime
from modules import EARLIEST, LATEST, MOMENT
from rules import Instant
from service.asking import DEVICES, Visitor, refused
from service.bodies import check_fields, read_object
from service.caching import PRIVATE
from service.consenting import has_gpc
from service.enriching import visit_of
from service.house import House, Wanted
from service.openapi import VERSION, described, json_of
from service.previewing import ARGUMENT, bound, token_of
from service.problems import Problem, of_arguments
from service.schemas import LOCALE, PERSON_ID
from service.telling import portable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PERSON = {"user_id": str, "anonymous_id": str}
COMMON = {"layout": str, "person": dict, "locale": str, "context": dict, "at": str, "why": bool}
PERSONAL = {"/person": "anonymous_id"}
"""What an address calls otherwise than by the last step of its place in a body."""

PREVIEWED = frozenset({Scope.DELIVER, Scope.RENDER, Scope.PREVIEW})
"""What a preview link opens."""

STRANGER = {"anonymous_id": "preview"}
"""Whom a page is previewed for if nobody is named."""

TEXT = {"type": "string"}
PREVIEW = {ARGUMENT: TEXT}
PAGE_ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys(PERSON, TEXT | PERSON_ID),
    "locale": {**TEXT, "pattern": LOCALE},
    "device": {**TEXT, "enum": sorted(DEVICES)},
    "why": TEXT,
    "at": {**TEXT, "pattern": portable(MOMENT)},
    **PREVIEW,
}
"""What the address of a page may say."""

HTML: dict[str, Any] = {"text/html": {}}

ASSEMBLE = {**COMMON, "channel": str}
EMAIL = {**COMMON, "to": str, "unsubscribe_url": str}


class Complete(Response):
    """A response whose headers are as they are sent: nothing is looked for to be added."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers that it was made with."""
        return self.headers


def create_blueprint(house: House) -> Blueprint:
    """Routes that assemble, page and render."""
    blueprint = Blueprint("delivery", __name__, url_prefix="/v1", description="Layouts assembled for one person")

    @blueprint.route("/assemble", methods=["POST"])
    @described(
        blueprint,
        "A layout for one person, with reasons",
        body="Assemble",
        query=PREVIEW,
        answer=json_of("Assembled", "Slack") | HTML,
        headers=VERSION,
    )
    def assemble() -> Response:
        body, scopes = _asked(house, Scope.DELIVER)
        return answer_of(_assembled(house, wanted_of(house, body, ASSEMBLE, scopes, request.environ)))

    @blueprint.route("/pages/<layout>", methods=["GET"])
    @described(blueprint, "A whole page as HTML", query=PAGE_ARGUMENTS, answer=HTML, headers=VERSION)
    def page(layout: str) -> Response:
        try:
            return _page(house, layout)
        except Problem as problem:
            raise of_arguments(problem, PERSONAL) from None

    @blueprint.route("/render/email", methods=["POST"])
    @described(
        blueprint,
        "A mail for one person: subject, HTML, text",
        body="Email",
        query=PREVIEW,
        answer=json_of("Mail"),
        headers=VERSION,
    )
    def email() -> Response:
        body, scopes = _asked(house, Scope.RENDER)
        to = body.get("to")
        rendered = _assembled(house, wanted_of(house, body, EMAIL, scopes, request.environ, channel="email"))
        answer = dict(rendered.extra)
        if to:
            leave = body.get("unsubscribe_url") or ""
            answer["mime"] = to_mime(rendered, house.settings.mail_from, to, leave).decode()
        return answer_of(replace(rendered, body=orjson.dumps(answer), media_type="application/json"))

    @blueprint.route("/chat/slack", methods=["POST"])
    @described(
        blueprint, "A reply as Slack Block Kit", body="Chat", query=PREVIEW, answer=json_of("Slack"), headers=VERSION
    )
    def slack() -> Response:
        body, scopes = _asked(house, Scope.RENDER)
        return answer_of(_assembled(house, wanted_of(house, body, COMMON, scopes, request.environ, channel="slack")))

    return blueprint


def _page(house: House, layout: str) -> Response:
    preview: Preview | None = g.preview
    if preview is None:
        scopes = house.keys.require(Scope.DELIVER).scopes
        return answer_of(house.assemble(wanted_page(house, layout, request.args, scopes, request.environ)))
    return answer_of(_assembled(house, _previewed_page(house, preview, layout)))


def _asked(house: House, scope: Scope) -> tuple[dict[str, Any], Collection[str]]:
    """The body of a request, and the scopes it was made with; a preview link fills in what it binds."""
    preview: Preview | None = g.preview
    if preview is None:
        key = house.keys.require(scope)
        return read_object(house.settings.max_body), key.scopes
    return bound(preview, read_object(house.settings.max_body)), PREVIEWED


def _previewed_page(house: House, preview: Preview, layout: str) -> Wanted:
    arguments = {name: value for name, value in request.args.items() if name != ARGUMENT}
    person = {name: arguments[name] for name in PERSON if name in arguments}
    asked = {"layout": layout, "person": person or None, "at": arguments.get("at")}
    filled = bound(preview, asked)
    told = {**arguments, **(filled["person"] or STRANGER)} | ({"at": filled["at"]} if filled["at"] else {})
    return wanted_page(house, layout, told, PREVIEWED, request.environ)


def _assembled(house: House, wanted: Wanted) -> Rendered:
    preview: Preview | None = g.preview
    if preview is not None:
        wanted.catalogue, wanted.token = house.previewing.catalogue(preview), token_of(request)
    return house.assemble(wanted)


def preview_headers() -> dict[str, str]:
    """What tells a preview from a page that everybody may see: no search engine may keep it, and no cache."""
    if g.preview is None:
        return {}
    return {"Cache-Control": PRIVATE, "X-Robots-Tag": "noindex", "X-Intarsia-Preview": g.preview.release}


def wanted_of(
    house: House,
    body: dict[str, Any],
    types: Mapping[str, Any],
    scopes: Collection[str],
    environ: Mapping[str, Any],
    channel: str | None = None,
) -> Wanted:
    """What a body asks for. Raises a `Problem` that names the wrong field."""
    check_fields(body, types, required=("layout", "person"))
    check_fields(body["person"], PERSON)
    named = channel or body.get("channel") or "headless"
    if named not in house.channels:
        raise refused("/channel", f"{named[:60]!r} is not known", f"known: {', '.join(house.channels)}")
    return Wanted(
        layout=body["layout"],
        visitor=Visitor.of(body["person"]),
        channel=named,
        locale=body.get("locale"),
        context=body.get("context") or {},
        now=moment_of(house, body.get("at"), scopes),
        why=body.get("why") is not False,
        user_agent=environ.get("HTTP_USER_AGENT", ""),
        visit=partial(visit_of, environ, house.settings.proxies),
        gpc=has_gpc(environ),
    )


def wanted_page(
    house: House, layout: str, arguments: Mapping[str, str], scopes: Collection[str], environ: Mapping[str, Any]
) -> Wanted:
    """What the address of a page asks for. Raises a `Problem` that names the wrong argument."""
    person = {name: arguments[name] for name in PERSON if name in arguments}
    context = {"device": arguments["device"]} if "device" in arguments else {}
    return Wanted(
        layout=layout,
        visitor=Visitor.of(person),
        channel="web",
        now=moment_of(house, arguments.get("at"), scopes),
        locale=arguments.get("locale"),
        context=context,
        why=arguments.get("why") != "0",
        user_agent=environ.get("HTTP_USER_AGENT", ""),
        visit=partial(visit_of, environ, house.settings.proxies),
        gpc=has_gpc(environ),
        whole_page=True,
    )


def moment_of(house: House, at: str | None, scopes: Collection[str]) -> Instant:
    """The moment that is asked for; another than now needs the scope `preview`. Raises a 422 `Problem`."""
    if at is None:
        return house.clock()
    if Scope.PREVIEW not in scopes:
        raise refused("/at", "needs a key with the scope 'preview'", "leave it out, or use another key")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise refused("/at", f"{at[:60]!r} is not a moment", "write ISO 8601 such as 2026-03-01T09:00:00Z") from None
    if not EARLIEST <= moment.year <= LATEST:
        raise refused("/at", f"lies outside {EARLIEST} to {LATEST}", "ask for a moment that can matter")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def headers_of(rendered: Rendered) -> list[tuple[str, str]]:
    """The headers of an answer. It is one person's: no shared cache may keep it."""
    return [
        ("Content-Type", rendered.media_type),
        ("Content-Length", str(len(rendered.body))),
        ("Cache-Control", PRIVATE),
        *rendered.headers,
    ]


def answer_of(rendered: Rendered) -> Response:
    return Complete([rendered.body], headers={**dict(headers_of(rendered)), **preview_headers()})
