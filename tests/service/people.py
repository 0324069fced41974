"""People and keys who ask the management API, each in their own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from accounts import Accounts, csrf_token
from service.house import House
from tests.service.conftest import Shop

GOOD = "under seven purple bridges"
SESSION = "/v1/manage/session"


@dataclass(frozen=True)
class Caller:
    """Whoever asks: the headers that say who they are, with any request and with one that changes something."""

    app: Flask
    headers: dict[str, str]

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One request; a body is sent as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        client = self.app.test_client(use_cookies=False)
        return client.open(path, method=method, json=body, headers={**self.headers, **named})


def nobody(app: Flask) -> Caller:
    """Somebody who is not known."""
    return Caller(app, {})


def holder(app: Flask, secret: str) -> Caller:
    """Whoever has this key."""
    return Caller(app, {"Authorization": f"Bearer {secret}"})


def signed_in(app: Flask, name: str, now: float) -> Caller:
    """Somebody in a browser, with a session of their own."""
    house: House = app.extensions["intarsia"]
    token = house.door.sessions.open(name, address="192.0.2.1", agent="test", now=now).token
    return Caller(app, {"Cookie": f"intarsia={token}", "X-CSRF-Token": csrf_token(token)})


def join(app: Flask, name: str, *roles: str, now: float = 1.0) -> str:
    """A new account; its name."""
    house: House = app.extensions["intarsia"]
    return Accounts(house.database).add(name, roles, by="test", now=now).name


def with_password(shop: Shop) -> str:
    shop.house.passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    kept = shop.house.passwords.hash("ann", GOOD)
    return Accounts(shop.house.database).add("ann", ["editor"], by="test", now=1.0, password=kept).name


def enter(shop: Shop, password: str = GOOD, name: str = "ann", **more: str) -> TestResponse:
    return nobody(shop.app)("POST", SESSION, {"name": name, "password": password, **more})


def cookie_of(answer: TestResponse) -> dict[str, str]:
    """The parts of the cookie that an answer sets."""
    first, *rest = answer.headers["Set-Cookie"].split("; ")
    name, _, value = first.partition("=")
    return {"name": name, "value": value, **{k.lower(): v for k, _, v in (part.partition("=") for part in rest)}}


def browser(shop: Shop, answer: TestResponse) -> Caller:
    """Whoever got this answer."""
    cookie = cookie_of(answer)
    return Caller(
        shop.app, {"Cookie": f"{cookie['name']}={cookie['value']}", "X-CSRF-Token": answer.get_json()["csrf_token"]}
    )
