"""The management API on a real database, with an application that tells errors as the service does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from flask_smorest import Api
from sqlalchemy import Connection

from accounts import ROLES, Grant, Principal, Who
from admin import PROBLEMS, Deps, Idempotency, Judge, Publishing, Served, Trial, create_blueprint
from channels import create_channels
from connectors import Guard, Sender, Transport
from engine import Catalogue, compile_catalogue, validate
from layouts import Move, OpenReleases, Releases
from modules import ContentStore
from rules import Facts
from storage import Answers, Database
from tests.admin.people import about_people

PEOPLE: dict[str, Any] = {"ann": {"orders": 2}, "bob": {"orders": 0}, "nobody": {}}

Contents = Mapping[tuple[str, str], bytes]


class Unknown(Exception):
    """Nobody knows who is asking."""


SECRETS = (b"a secret of this house",)


def build(
    database: Database,
    roles: Mapping[str, tuple[Grant, ...]] | None = None,
    clock: Callable[[], float] = lambda: 4.0,
    secrets: Sequence[bytes] = SECRETS,
) -> Flask:
    """An application with nothing but the management API, in which a token is the name of a role; behind a colon may
    stand the name of who has it, and whether that is a person or a key."""
    store = ContentStore(database)

    def note(connection: Connection, move: Move) -> None:
        store.published(connection, {name: after for name, (_, after) in move.changes.items()}, at=move.at)

    releases, waiting = Releases(database, on_publish=[note]), OpenReleases(database)
    judge = Judge(store, Trial(create_channels(), "https://shop.example"))
    publishing = Publishing(store, releases, waiting, judge, Served(releases), lambda: 5.0)

    def authorise() -> Principal:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        role, name, kind = [*token.split(":"), "ann", "person"][:3] if ":" in token else (token, "ann", "person")
        if role not in {**ROLES, **(roles or {})}:
            raise Unknown
        return Principal(name, Who(kind), (roles or {}).get(role) or ROLES[role].grants)

    def catalogue_of(asked: Mapping[str, Any]) -> tuple[Catalogue, float]:
        served = releases.published()
        assert served is not None
        release = asked.get("release") or served.id
        return compile_catalogue(release, publishing.manifest(release), store.content), 7.0

    def known(asked: Mapping[str, Any]) -> tuple[Catalogue, Facts]:
        values = {"profile": PEOPLE[asked["person"]["user_id"]], "context": asked["context"]}
        return catalogue_of({})[0], Facts(7.0, values)

    app = Flask("test")
    app.config.update(API_TITLE="Test", API_VERSION="v1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX="/")
    app.config["OPENAPI_JSON_PATH"] = "openapi.json"
    sender = Sender(database, Transport(Guard(private=True)), lambda: 4.0)
    deps = Deps(
        store=store,
        releases=releases,
        waiting=waiting,
        publishing=publishing,
        validate=partial(validate, notes=True),
        authorise=authorise,
        clock=clock,
        known=known,
        catalogue=catalogue_of,
        database=database,
        webhooks=sender,
        idempotency=Idempotency(Answers(database), secrets, clock),
        **about_people(database),
    )
    app.extensions |= {"sender": sender, "database": database, "idempotency": deps.idempotency}
    Api(app).register_blueprint(create_blueprint(deps))
    for error, status in PROBLEMS.items():
        app.register_error_handler(error, lambda e, status=status: _problem(e, status))
    app.register_error_handler(Unknown, lambda _: Response(status=401))
    return app


def _problem(error: Exception, status: int) -> Response:
    findings = [
        {"pointer": f.pointer, "message": f.message, "remedy": f.remedy} for f in getattr(error, "findings", ())
    ]
    body = json.dumps({"detail": str(error), "errors": findings, **getattr(error, "told", {})})
    return Response(body, status=status, content_type="application/problem+json")


class Editor:
    """A client that has a role and speaks JSON."""

    def __init__(self, client: FlaskClient, role: str = "admin") -> None:
        self._client = client
        self._role = role

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; a body of bytes goes as it is, any other as JSON."""
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self._role}", "Content-Type": "application/json", **named}
        return self._client.open(f"/v1/manage{path}", method=method, data=raw, headers=given)


@pytest.fixture
def app(database: Database) -> Flask:
    return build(database)


@pytest.fixture
def editor(app: Flask) -> Editor:
    return Editor(app.test_client())


HERO = {"title": "Hero", "fields": {"heading": {"kind": "text", "role": "heading", "required": True}}}
ATTRIBUTES = {"attributes": [{"path": "profile.orders", "type": "number"}]}


@pytest.fixture
def world(editor: Editor) -> Editor:
    """An editor who has registered an attribute and made a type and a rule."""
    for path, body in (
        ("/attributes/shop", ATTRIBUTES),
        ("/types/hero", HERO),
        ("/rules/buyers", {"title": "Buyers", "logic": {">": [{"var": "profile.orders"}, 0]}}),
    ):
        assert editor("PUT", path, body).status_code == 201
    return editor
