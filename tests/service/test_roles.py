"""Route × role: whoever is to be let in is let in, and nobody else, on every route that there is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from accounts import ROLES, Scope
from admin.permissions import path_of
from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, nobody, signed_in

TABLE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cases/roles.json").read_text(encoding="utf-8"))
GROUPS: Mapping[str, list[str]] = TABLE["groups"]
EVERYBODY = set(GROUPS["everybody"])


def cases() -> Iterator[tuple[str, str, set[str]]]:
    """Method, path and who is to be let in; a route that tells kinds apart is several."""
    for route, group in TABLE["routes"].items():
        method, path = route.split(" ")
        for kind, named in group.items() if isinstance(group, dict) else [("modules", group)]:
            yield method, path.replace("{kind}", kind), set(GROUPS[named])


@pytest.fixture
def callers(shop: Shop) -> Mapping[str, Callable[[], Caller]]:
    """Everybody whom the table names. People get a session for each request: signing out is a route too."""
    app, keys, now = shop.app, shop.house.keys, shop.clock()
    secrets = {f"key: {scope}": keys.issue(f"key {scope}", [scope], now) for scope in Scope}
    secrets["expired key"] = keys.issue("expired", list(Scope), now, roles=["admin"], ends_at=now)
    secrets["revoked key"] = keys.issue("revoked", list(Scope), now, roles=["admin"])
    keys.revoke("revoked")
    for role in ROLES:
        join(app, role, role)
    return {
        "anonymous": lambda: nobody(app),
        **{name: (lambda secret=secret: holder(app, secret)) for name, secret in secrets.items()},
        **{role: (lambda role=role: signed_in(app, role, now)) for role in ROLES},
    }


def test_the_table_knows_everybody(callers: Mapping[str, Callable[[], Caller]]) -> None:
    assert set(callers) == EVERYBODY
    assert {name for group in GROUPS.values() for name in group} <= EVERYBODY


def test_every_route_lets_in_whom_it_should_and_nobody_else(
    shop: Shop, callers: Mapping[str, Callable[[], Caller]]
) -> None:
    """What an answer says of the request itself (404, 422 …) is none of this test's business."""
    wrong = []
    for method, path, allowed in cases():
        key = "nothing.svg" if "/assets/" in path else "nothing"
        holes = {"{seq}": "1", "{migration}": "1"}
        address = "/".join(holes.get(part, key) if part.startswith("{") else part for part in path.split("/"))
        body = {} if method in {"POST", "PUT", "PATCH"} else None
        for who, caller in callers.items():
            answer = caller()(method, address, body)
            let_in = answer.status_code not in {401, 403}
            if let_in != (who in allowed):
                wrong.append(f"{method} {path}: {who} got {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_route_that_is_not_listed_is_closed_to_everybody(shop: Shop) -> None:
    """Whoever forgets the line notices at once."""
    from flask import Blueprint

    for blueprint, path in (
        (Blueprint("other", __name__), "/forgotten"),
        (Blueprint("more", __name__), "/v1/forgotten"),
    ):
        blueprint.add_url_rule(path, view_func=lambda: "hello", endpoint="hello")
        shop.app._got_first_request = False
        shop.app.register_blueprint(blueprint)
        for caller in (nobody(shop.app), holder(shop.app, shop.secrets["all"])):
            assert caller("GET", path).status_code == 403


def test_every_rule_of_the_url_map_is_tried(shop: Shop) -> None:
    tried = set(TABLE["routes"])
    rules = shop.app.url_map.iter_rules()
    there = {f"{m} {path_of(r.rule)}" for r in rules for m in (r.methods or set()) - {"HEAD", "OPTIONS"}}
    assert there == tried
