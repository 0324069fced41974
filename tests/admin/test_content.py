"""Editors save, read and delete content; what is wrong is refused with every finding, what is stale with a 412."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask

from modules import KINDS, ContentStore
from storage import Database

from .conftest import HERO, Editor

WELCOME = {"type": "hero", "locales": {"en": {"heading": "Hello"}}}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>\n'


def errors(answer: Any) -> dict[str, str]:
    assert answer.content_type == "application/problem+json"
    return {e["pointer"]: e["message"] for e in answer.json["errors"]}


def test_content_comes_back_as_the_exact_bytes_with_its_digest_as_etag(world: Editor) -> None:
    body = b'{\n  "type": "hero",   "locales": {"en": {"heading": "Hi"}}}\n'
    saved = world("PUT", "/modules/welcome", body)
    assert saved.status_code == 201
    assert saved.json["digest"] == sha256(body).hexdigest()
    assert (saved.json["author"], saved.json["created_at"]) == ("ann", 4.0)
    read = world("GET", "/modules/welcome")
    assert read.data == body
    assert read.headers["ETag"] == saved.headers["ETag"] == f'"{sha256(body).hexdigest()}"'
    assert read.content_type == "application/json"


def test_saving_again_answers_200_and_keeps_history(world: Editor) -> None:
    first = world("PUT", "/modules/welcome", WELCOME).json["digest"]
    again = world("PUT", "/modules/welcome", {**WELCOME, "tier": 3})
    assert again.status_code == 200
    history = world("GET", "/modules/welcome/history").json["items"]
    assert {r["digest"] for r in history} == {first, again.json["digest"]}
    assert world("GET", f"/modules/welcome?revision={first}").json == WELCOME
    assert world("GET", "/modules/welcome?revision=0000").status_code == 404


def test_a_reader_who_has_it_gets_304(world: Editor) -> None:
    tag = world("PUT", "/modules/welcome", WELCOME).headers["ETag"]
    assert world("GET", "/modules/welcome", If_None_Match=tag).status_code == 304


def test_a_stale_edit_is_refused_and_changes_nothing(world: Editor) -> None:
    old = world("PUT", "/modules/welcome", WELCOME).headers["ETag"]
    new = world("PUT", "/modules/welcome", {**WELCOME, "tier": 1}, If_Match=old)
    assert new.status_code == 200
    assert world("PUT", "/modules/welcome", {**WELCOME, "tier": 2}, If_Match=old).status_code == 409
    stale = world("DELETE", "/modules/welcome", If_Match=old)
    assert stale.status_code == 412
    assert "read it again" in stale.json["detail"]
    assert world("GET", "/modules/welcome").headers["ETag"] == new.headers["ETag"]


def test_a_condition_on_what_is_not_there_fails(world: Editor) -> None:
    assert world("PUT", "/modules/welcome", WELCOME, If_Match='"abc"').status_code == 412
    assert world("PUT", "/modules/welcome", WELCOME, If_Match="*").status_code == 412
    assert world("PUT", "/modules/welcome", WELCOME, If_None_Match="*").status_code == 201
    assert world("PUT", "/modules/welcome", WELCOME, If_None_Match="*").status_code == 412
    assert world("PUT", "/modules/welcome", {**WELCOME, "tier": 1}, If_Match="*").status_code == 200


def test_deleting_takes_the_draft_and_keeps_the_history(world: Editor) -> None:
    tag = world("PUT", "/modules/welcome", WELCOME).headers["ETag"]
    assert world("DELETE", "/modules/welcome", If_Match=tag).status_code == 204
    assert world("GET", "/modules/welcome").status_code == 404
    assert len(world("GET", "/modules/welcome/history").json["items"]) == 1
    assert world("DELETE", "/modules/welcome").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "pointer", "words"),
    [
        ("/modules/m", {"type": "herro", "locales": {"en": {}}}, "/type", "did you mean 'hero'"),
        (
            "/modules/m",
            {"type": "hero", "locales": {"en": {"headin": "x", "heading": "y"}}},
            "/locales/en/headin",
            "mean",
        ),
        ("/modules/m", {**WELCOME, "targeting": "buyer"}, "/targeting", "no rule"),
        ("/modules/m", {**WELCOME, "targeting": {">": [{"var": "profile.order"}, 1]}}, "/targeting/>/0/var", ""),
        ("/modules/m", b"{", "", "line 1"),
        ("/modules/m", b'{"type": "\xff"}', "", "UTF-8"),
        ("/modules/m", b"[]", "", "object"),
        ("/types/t", {"title": "x", "fields": {"a": {"kind": "txt"}}}, "/fields/a/kind", "did you mean 'text'"),
        ("/layouts/l", {"title": "x", "slots": [{"ky": "a"}]}, "/slots/0/ky", "did you mean 'key'"),
        ("/experiments/e", {"title": "x", "variations": []}, "/variations", ""),
        ("/rules/r", {"title": "x"}, "/logic", "required"),
        ("/segments/s", {"title": "x", "logic": {"var": "profile.order"}}, "/logic/var", ""),
        ("/policies/p", {"title": "x", "logic": False}, "/tags", "required"),
        ("/attributes/a", {"attributes": [{"path": "profile.x"}]}, "/attributes/0/type", "required"),
    ],
)
def test_wrong_content_is_refused_with_the_place(world: Editor, path: str, body: Any, pointer: str, words: str) -> None:
    answer = world("PUT", path, body)
    assert answer.status_code == 422
    assert words in errors(answer)[pointer]
    assert world("GET", path).status_code == 404, "nothing was saved"


def test_a_rule_that_is_not_there_is_told_with_the_one_that_was_meant(world: Editor) -> None:
    """Whatever else the module names: a picture, here."""
    world("PUT", "/assets/dot.svg", SVG, Content_Type="image/svg+xml")
    pictured = {"title": "Card", "fields": {"image": {"kind": "image", "role": "image"}}}
    assert world("PUT", "/types/card", pictured).status_code == 201
    world("PUT", "/rules/regulars", {"title": "Regulars", "logic": {">": [ORDERS, 2]}})
    card = {"type": "card", "targeting": "regular", "locales": {"en": {"image": {"asset": "dot.svg", "alt": "A dot"}}}}
    (error,) = world("PUT", "/modules/m", card).json["errors"]
    assert (error["pointer"], error["remedy"]) == ("/targeting", "did you mean 'regulars'?")
    assert world("PUT", "/modules/m", {**card, "targeting": "regulars"}).status_code == 201


def test_a_segment_that_closes_a_circle_is_refused(world: Editor) -> None:
    assert "circle" in errors(world("PUT", "/segments/one", {"title": "1", "logic": {"in_segment": "one"}}))["/logic"]
    world("PUT", "/segments/one", {"title": "1", "logic": {">": [ORDERS, 2]}})
    world("PUT", "/segments/two", {"title": "2", "logic": {"in_segment": "one"}})
    closing = world("PUT", "/segments/one", {"title": "1", "logic": {"!": {"in_segment": "two"}}})
    assert "in a circle" in errors(closing)["/logic"]
    assert world("PUT", "/segments/three", {"title": "3", "logic": {"in_segment": "two"}}).status_code == 201


def test_a_segment_does_not_read_what_belongs_to_a_visit(world: Editor) -> None:
    device = {"path": "context.device", "type": "string"}
    world("PUT", "/attributes/visit", {"attributes": [device]})
    asked = {"title": "Phones", "logic": {"==": [{"var": "context.device"}, "mobile"]}}
    assert "context.device" in errors(world("PUT", "/segments/phones", asked))["/logic"]
    assert world("PUT", "/rules/phones", asked).status_code == 201


def test_others_mistakes_do_not_stand_in_the_way(world: Editor, database: Database) -> None:
    """A type that files changed under a module is found when a release is made, not when another module is saved."""
    world("PUT", "/modules/welcome", WELCOME)
    changed = {"title": "Hero", "fields": {"title": {"kind": "text", "required": True}}}
    ContentStore(database).put("types", "hero", json.dumps(changed).encode(), author="cli", now=3.0)
    assert world("PUT", "/modules/other", {"type": "hero", "locales": {"en": {"title": "x"}}}).status_code == 201
    findings = world("POST", "/validate").json["findings"]
    assert {f["pointer"].split("/")[2] for f in findings} == {"welcome"}


def test_pictures_are_raw_bytes_of_their_media_type(world: Editor) -> None:
    saved = world("PUT", "/assets/dot.svg", SVG, Content_Type="image/svg+xml")
    assert saved.status_code == 201
    read = world("GET", "/assets/dot.svg")
    assert (read.data, read.mimetype) == (SVG, "image/svg+xml")
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in read.headers["Content-Security-Policy"]


def test_an_active_picture_is_refused(world: Editor) -> None:
    active = SVG.replace(b"<path", b"<script>alert(1)</script><path")
    answer = world("PUT", "/assets/dot.svg", active, Content_Type="image/svg+xml")
    assert answer.status_code == 422
    assert "script" in answer.json["detail"]


def test_a_body_of_another_media_type_is_refused(world: Editor) -> None:
    answer = world("PUT", "/assets/dot.svg", SVG)
    assert answer.status_code == 415
    assert "image/svg+xml" in answer.json["detail"]
    assert world("PUT", "/modules/m", b"x", Content_Type="text/plain").status_code == 415


def test_lists_come_a_page_at_a_time(world: Editor) -> None:
    for number in range(5):
        world("PUT", f"/modules/m{number}", WELCOME)
    first = world("GET", "/modules?limit=2").json
    assert [d["key"] for d in first["items"]] == ["m0", "m1"]
    assert set(first["items"][0]) >= {"kind", "key", "digest", "version", "updated_at", "updated_by"}
    keys, after = [], ""
    while after is not None:
        page = world("GET", f"/modules?limit=2&after={after}").json
        keys += [d["key"] for d in page["items"]]
        after = page["next"]
    assert keys == ["m0", "m1", "m2", "m3", "m4"]
    assert world("GET", "/modules?limit=0").status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/module", 404, "did you mean 'modules'"),
        ("GET", "/modules/nothing", 404, "no key"),
        ("PUT", "/modules/Big", 422, "small letters"),
        ("GET", "/modules/nothing/history", 404, "no key"),
        ("PUT", "/assets/run.exe", 422, "ends in"),
    ],
)
def test_unknown_names_are_refused_with_help(world: Editor, method: str, path: str, status: int, words: str) -> None:
    answer = world(method, path, {} if method == "PUT" else None)
    assert answer.status_code == status
    assert words in answer.json["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/modules"), ("GET", "/modules/a"), ("PUT", "/modules/a"), ("DELETE", "/modules/a"),
     ("GET", "/modules/a/history"), ("POST", "/validate"), ("GET", "/releases"), ("POST", "/releases"),
     ("POST", "/releases/rollback")],
)  # fmt: skip
def test_every_route_needs_somebody_who_is_known(editor: Editor, method: str, path: str) -> None:
    assert editor(method, path, {}, Authorization="Bearer deliver").status_code == 401


def test_the_openapi_document_names_the_routes_of_content_and_every_kind(app: Flask) -> None:
    spec = app.test_client().get("/openapi.json").json
    manage = {path: set(spec["paths"][path]) & {"get", "put", "post", "delete"} for path in spec["paths"]}
    wanted = {
        "/v1/manage/{kind}": {"get"},
        "/v1/manage/{kind}/{key}": {"get", "put", "delete"},
        "/v1/manage/{kind}/{key}/history": {"get"},
        "/v1/manage/explain": {"post"},
        "/v1/manage/validate": {"post"},
        "/v1/manage/releases": {"get", "post"},
        "/v1/manage/releases/rollback": {"post"},
    }
    assert wanted.items() <= manage.items()
    kind = next(p for p in spec["paths"]["/v1/manage/{kind}"]["parameters"] if p["name"] == "kind")
    assert kind["schema"]["enum"] == list(KINDS)


ORDERS = {"var": "profile.orders"}


def test_a_rule_that_contradicts_itself_is_refused_with_both_places_and_why(world: Editor) -> None:
    logic = {"and": [{">": [ORDERS, 5]}, {"<": [ORDERS, 3]}]}
    answer = world("PUT", "/rules/never", {"title": "Never", "logic": logic})
    assert answer.status_code == 422
    assert "never hold together" in errors(answer)["/logic/and/0"]


def test_what_is_only_worth_a_thought_is_saved_and_told(world: Editor) -> None:
    logic = {"or": [{">": [ORDERS, 3]}, {"<=": [ORDERS, 5]}]}
    saved = world("PUT", "/rules/anybody", {"title": "Anybody", "logic": logic})
    assert saved.status_code == 201
    told = {(one["code"], one["severity"], one["pointer"]) for one in saved.json["warnings"]}
    assert told == {("always-true", "warning", "/logic"), ("null-trap", "note", "/logic/or/1")}
    assert saved.json["warnings"][0]["proof"]
    assert world("PUT", "/rules/fine", {"title": "Fine", "logic": {">": [ORDERS, 3]}}).json["warnings"] == []


def test_a_module_s_own_rule_is_judged_too(world: Editor) -> None:
    saved = world("PUT", "/modules/welcome", {**WELCOME, "targeting": {"<=": [ORDERS, 5]}})
    assert [(one["code"], one["pointer"]) for one in saved.json["warnings"]] == [("null-trap", "/targeting")]


def test_of_a_retired_type_no_new_module_is_made_and_the_others_live_on(world: Editor) -> None:
    other = {**HERO, "title": "Other"}
    assert world("PUT", "/types/other", other).status_code == 201
    assert world("PUT", "/modules/old", WELCOME).status_code == 201
    assert world("PUT", "/modules/stray", {**WELCOME, "type": "other"}).status_code == 201
    assert world("PUT", "/types/hero", {**HERO, "retired": True}).status_code == 200
    assert world("PUT", "/modules/old", {**WELCOME, "tier": 2}).status_code == 200
    for key in ("new", "stray"):
        assert "retired" in errors(world("PUT", f"/modules/{key}", WELCOME))["/type"]
    assert world("POST", "/releases", {"name": "with a retired type", "publish": True}).status_code == 201
    assert world("PUT", "/types/hero", HERO).status_code == 200
    assert world("PUT", "/modules/new", WELCOME).status_code == 201
