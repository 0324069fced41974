"""The drafts are judged as a whole, made a release, and a release can be taken back."""

from __future__ import annotations

from .conftest import HERO, Editor

WELCOME = {"type": "hero", "locales": {"en": {"heading": "Hello"}}}


def test_validation_tells_what_publishing_would_change(world: Editor) -> None:
    judged = world("POST", "/validate").json
    assert judged["ok"] is True
    assert judged["difference"] == {
        "added": ["attributes/shop", "rules/buyers", "types/hero"],
        "removed": [],
        "changed": [],
    }
    world("POST", "/releases", {"name": "first", "publish": True})
    world("PUT", "/types/hero", {**HERO, "title": "Big hero"})
    assert world("DELETE", "/rules/buyers?override=test").status_code == 204
    world("PUT", "/modules/welcome", WELCOME)
    assert world("POST", "/validate").json["difference"] == {
        "added": ["modules/welcome"],
        "removed": ["rules/buyers"],
        "changed": ["types/hero"],
    }


def test_validation_names_what_does_not_fit_together(world: Editor) -> None:
    world("PUT", "/modules/welcome", {**WELCOME, "targeting": "buyers"})
    assert world("DELETE", "/rules/buyers?override=test").status_code == 204
    judged = world("POST", "/validate").json
    assert judged["ok"] is False
    assert judged["findings"][0]["pointer"].startswith("/modules/welcome")
    assert judged["findings"][0]["message"]


def test_publishing_serves_the_drafts_and_lists_the_release(world: Editor) -> None:
    assert world("GET", "/releases").json == {"published": None, "items": [], "next": None}
    made = world("POST", "/releases", {"name": "Spring", "publish": True})
    assert made.status_code == 201
    assert (made.json["name"], made.json["author"]) == ("Spring", "ann")
    listed = world("GET", "/releases").json
    assert listed["published"] == made.json["id"]
    assert [r["name"] for r in listed["items"]] == ["Spring"]


def test_a_release_needs_a_name(world: Editor) -> None:
    assert world("POST", "/releases", {}).status_code == 422
    assert world("POST", "/releases", {"name": ""}).status_code == 422
    assert world("GET", "/releases").json["items"] == []


def test_rolling_back_serves_the_release_before(world: Editor) -> None:
    first = world("POST", "/releases", {"name": "first", "publish": True}).json
    second = world("POST", "/releases", {"name": "second", "publish": True}).json
    assert world("POST", "/releases/rollback").json == first
    assert world("POST", "/releases/rollback", {"to": second["id"]}).json == second
    assert world("GET", "/releases").json["published"] == second["id"]


def test_there_must_be_something_to_go_back_to(world: Editor) -> None:
    assert world("POST", "/releases/rollback").status_code == 409
    assert world("POST", "/releases/rollback", {"to": "nonsense"}).status_code == 404
    wrong = world("POST", "/releases/rollback", {"release": "nonsense"})
    assert wrong.status_code == 422
    assert "`to`" in wrong.text


def test_a_module_that_is_never_shown_is_told_and_published_all_the_same(world: Editor) -> None:
    wide, narrow = ({">": [{"var": "profile.orders"}, least]} for least in (1, 3))
    world("PUT", "/modules/first", {**WELCOME, "tier": 2, "targeting": wide})
    world("PUT", "/modules/last", {**WELCOME, "tier": 1, "targeting": narrow})
    world("PUT", "/layouts/home", {"title": "Home", "slots": [{"key": "top"}]})
    judged = world("POST", "/validate").json
    assert judged["ok"] is True
    (finding,) = judged["findings"]
    assert (finding["code"], finding["pointer"]) == ("shadowed", "/modules/last/targeting")
    assert finding["related"] == ["/modules/first/targeting"]
    assert world("POST", "/releases", {"name": "first", "publish": True}).status_code == 201
