"""Editors ask where content is used, and put it away unless it is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from accounts import Grant

from .conftest import Editor, build

WELCOME = {"type": "hero", "targeting": "buyers", "locales": {"en": {"heading": "Hello"}}}
HOME = {"title": "Home", "slots": [{"key": "a", "pinned": ["welcome", "second"]}]}


@pytest.fixture
def shop(world: Editor) -> Editor:
    """A layout that pins two modules for buyers."""
    world("PUT", "/modules/welcome", WELCOME)
    world("PUT", "/modules/second", WELCOME)
    assert world("PUT", "/layouts/home", {**HOME, "slots": [{**HOME["slots"][0], "max": 2}]}).status_code == 201
    return world


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json["errors"]]


def test_usage_tells_every_place_a_page_at_a_time(shop: Editor) -> None:
    first = shop("GET", "/rules/buyers/usage?limit=1").json
    assert first["items"] == [{"kind": "modules", "key": "second", "pointer": "/targeting"}]
    rest = shop("GET", f"/rules/buyers/usage?limit=1&after={first['next']}").json
    assert (rest["items"][0]["key"], rest["next"]) == ("welcome", None)
    assert shop("GET", "/attributes/shop/usage").json["items"] == [
        {"kind": "rules", "key": "buyers", "pointer": "/logic"}
    ]
    assert shop("GET", "/rules/nothing/usage").status_code == 404
    assert shop("GET", "/rules/buyers/usage?after=nonsense").status_code == 422


def test_usage_within_a_release_stays_when_drafts_move_on(shop: Editor) -> None:
    release = shop("POST", "/releases", {"name": "First", "publish": True}).json["id"]
    shop("PUT", "/layouts/home", {"title": "Home", "slots": [{"key": "a"}]})
    assert shop("GET", "/modules/welcome/usage").json["items"] == []
    within = shop("GET", f"/modules/welcome/usage?within={release}").json["items"]
    assert within == [{"kind": "layouts", "key": "home", "pointer": "/slots/0/pinned/0"}]
    assert shop("GET", "/modules/welcome/usage?within=r9").status_code == 404


def test_references_tell_what_a_draft_names(shop: Editor) -> None:
    items = shop("GET", "/modules/welcome/references").json["items"]
    assert [(one["pointer"], one["kind"], one["key"]) for one in items] == [
        ("/targeting", "rules", "buyers"),
        ("/type", "types", "hero"),
    ]


def test_what_is_used_is_not_deleted_and_the_places_are_told(shop: Editor) -> None:
    refused = shop("DELETE", "/rules/buyers")
    assert refused.status_code == 409
    assert pointers(refused) == ["/modules/second/targeting", "/modules/welcome/targeting"]
    assert "modules/second" in refused.json["detail"]
    assert shop("POST", "/rules/buyers/archive").status_code == 409
    assert shop("GET", "/rules/buyers").status_code == 200


def test_a_reason_overrides_for_those_who_may(database: Any) -> None:
    author = Grant(frozenset({"content.read", "content.write"}))
    app = build(database, {"writer": (author,)})
    admin, writer = Editor(app.test_client()), Editor(app.test_client(), "writer")
    admin("PUT", "/segments/all", {"title": "All", "logic": True})
    admin("PUT", "/rules/all", {"title": "All", "logic": {"in_segment": "all"}})
    assert writer("DELETE", "/segments/all").status_code == 409
    assert writer("DELETE", "/segments/all?override=legal").status_code == 403
    assert admin("DELETE", "/segments/all?override=legal").status_code == 204


def test_what_uses_one_another_goes_together(shop: Editor) -> None:
    names = ["modules/welcome", "rules/buyers", "layouts/home"]
    assert shop("POST", "/delete", {"names": names}).status_code == 409, "another module needs the rule"
    assert shop("GET", "/layouts/home").status_code == 200
    assert shop("POST", "/archive", {"names": [*names, "modules/second"]}).status_code == 204
    assert shop("GET", "/modules").json["items"] == []
    assert shop("PUT", "/modules/welcome", {**WELCOME, "tier": 1}).status_code == 422, "its rule is put away too"
    assert shop("POST", "/unarchive", {"names": ["rules/buyers"]}).status_code == 204
    assert shop("PUT", "/modules/welcome", {**WELCOME, "tier": 1}).status_code == 409
    assert shop("POST", "/modules/welcome/unarchive").status_code == 204
    assert shop("PUT", "/modules/welcome", {**WELCOME, "tier": 1}).status_code == 200
    assert shop("POST", "/delete", {"names": ["modules/second", "layouts/home", "modules/second"]}).status_code == 204


@pytest.mark.parametrize("names", [[], ["welcome"], ["modules/"], "modules/welcome", ["modules/Big"], ["module/a"]])
def test_names_that_are_none_are_refused(shop: Editor, names: Any) -> None:
    assert shop("POST", "/delete", {"names": names}).status_code in {404, 422}


def test_users_that_one_may_not_see_are_counted_and_not_named(shop: Editor, app: Flask, database: Any) -> None:
    kinds = frozenset({"rules", "layouts"})
    eyes = Grant(frozenset({"content.read", "content.write", "content.override"}), kinds=kinds)
    reader = Editor(build(database, {"rules only": (eyes,)}).test_client(), "rules only")
    refused = reader("DELETE", "/rules/buyers")
    assert refused.status_code == 409
    assert (pointers(refused), "2 place(s)" in refused.json["detail"]) == ([], True)
    assert "welcome" not in refused.text
    assert reader("GET", "/rules/buyers/usage").json["items"] == []
