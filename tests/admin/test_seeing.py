"""Down to type, locale and field: what somebody may not see is not there, and is not lost when they save the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from accounts import Grant, parse_grants
from modules import ContentStore
from storage import Database

from .conftest import Editor, build

TYPE = {
    "title": "Offer",
    "fields": {
        "heading": {"kind": "text", "required": True},
        "cost": {"kind": "text", "localised": True},
        "margin": {"kind": "number"},
    },
    "sample": {"heading": "Coffee", "cost": "hush-hush"},
}
OFFER = {
    "type": "offer",
    "tags": ["top"],
    "locales": {
        "de": {"cost": "zwei", "heading": "Kaffee", "margin": 1},
        "en": {"heading": "Coffee", "cost": "two"},
    },
    "variants": [{"key": "bold", "locales": {"de": {"heading": "KAFFEE", "cost": "drei"}}}],
}
EVERYTHING = ["content.read", "content.write", "release.publish"]
ROLES: Mapping[str, list[dict[str, Any]]] = {
    "no-cost": [{"actions": EVERYTHING, "denied_fields": ["offer/cost"]}],
    "german": [
        {"actions": ["content.read"]},
        {"actions": ["content.write", "release.write", "release.publish"], "locales": ["de"]},
    ],
    "sees-german": [{"actions": EVERYTHING, "locales": ["de"]}],
    "heading": [{"actions": ["content.read"]}, {"actions": ["content.write"], "fields": ["heading"]}],
    "notes": [{"actions": [*EVERYTHING, "explain"], "kinds": ["modules"], "types": ["note"]}],
}


@pytest.fixture
def as_role(database: Database) -> Callable[[str], Editor]:
    """A client with one of the roles above, over a world with an offer in two languages."""
    grants: dict[str, tuple[Grant, ...]] = {name: parse_grants(body) for name, body in ROLES.items()}
    app = build(database, grants)

    def client(role: str) -> Editor:
        return Editor(app.test_client(), role)

    admin = client("admin")
    assert admin("PUT", "/types/offer", TYPE).status_code == 201
    assert admin("PUT", "/modules/coffee", OFFER).status_code == 201
    return client


def changed(**more: Any) -> dict[str, Any]:
    return {**OFFER, **more}


def test_a_denied_field_is_in_no_answer(as_role: Callable[[str], Editor]) -> None:
    editor = as_role("no-cost")
    read = editor("GET", "/modules/coffee")
    assert read.json == {
        "type": "offer",
        "tags": ["top"],
        "locales": {"de": {"heading": "Kaffee", "margin": 1}, "en": {"heading": "Coffee"}},
        "variants": [{"key": "bold", "locales": {"de": {"heading": "KAFFEE"}}}],
    }
    assert "hush" not in editor("GET", "/types/offer").text
    assert "cost" not in editor("GET", "/types/offer").text
    assert as_role("admin")("GET", "/modules/coffee").json == OFFER


def test_what_was_not_seen_is_kept_as_it_was_and_where_it_was(as_role: Callable[[str], Editor]) -> None:
    editor = as_role("no-cost")
    seen = editor("GET", "/modules/coffee").json
    seen["locales"]["de"]["heading"] = "Espresso"
    seen["variants"][0]["locales"]["de"]["heading"] = "ESPRESSO"
    assert editor("PUT", "/modules/coffee", seen).status_code == 200
    now = as_role("admin")("GET", "/modules/coffee").json
    assert now["locales"]["de"] == {"cost": "zwei", "heading": "Espresso", "margin": 1}
    assert now["variants"][0]["locales"]["de"] == {"heading": "ESPRESSO", "cost": "drei"}
    assert list(now["locales"]) == ["de", "en"]


def test_a_hidden_locale_stays_the_first(as_role: Callable[[str], Editor]) -> None:
    """The first locale stands in for those that a module lacks."""
    admin = as_role("admin")
    turned = {"en": OFFER["locales"]["en"], "de": {**OFFER["locales"]["de"], "margin": None}}
    del turned["de"]["margin"]
    assert admin("PUT", "/modules/coffee", changed(locales=turned)).status_code == 200
    editor = as_role("sees-german")
    seen = editor("GET", "/modules/coffee").json
    assert list(seen["locales"]) == ["de"]
    seen["locales"]["de"]["heading"] = "Espresso"
    assert editor("PUT", "/modules/coffee", seen).status_code == 200
    now = admin("GET", "/modules/coffee").json
    assert list(now["locales"]) == ["en", "de"]
    assert now["locales"]["en"] == OFFER["locales"]["en"]


@pytest.mark.parametrize("cost", ["two", "forged"])
def test_a_hidden_field_is_neither_forged_nor_guessed(as_role: Callable[[str], Editor], cost: str) -> None:
    """The right value is refused as the wrong one is: else one could try them all."""
    editor = as_role("no-cost")
    seen = editor("GET", "/modules/coffee").json
    seen["locales"]["en"]["cost"] = cost
    answer = editor("PUT", "/modules/coffee", seen)
    assert answer.status_code == 403
    assert "modules/coffee" in answer.json["detail"]
    assert editor("PUT", "/modules/other", seen).status_code == 403


@pytest.mark.parametrize("lost", ["locale", "variant", "module"])
def test_nobody_takes_away_what_they_do_not_see(as_role: Callable[[str], Editor], lost: str) -> None:
    editor = as_role("no-cost")
    seen = editor("GET", "/modules/coffee").json
    if lost == "locale":
        del seen["locales"]["en"]
    elif lost == "variant":
        seen["variants"] = []
    answer = editor("DELETE", "/modules/coffee") if lost == "module" else editor("PUT", "/modules/coffee", seen)
    assert answer.status_code == 403
    assert "'cost'" in answer.json["detail"]
    assert as_role("admin")("GET", "/modules/coffee").json == OFFER


@pytest.mark.parametrize(
    ("role", "body", "named"),
    [
        ("german", changed(locales={**OFFER["locales"], "de": {"heading": "Tee"}}), None),
        ("german", changed(locales={**OFFER["locales"], "en": {"heading": "Tea"}}), "locale 'en'"),
        ("german", changed(locales={**OFFER["locales"], "fr": {"heading": "Thé"}}), "locale 'fr'"),
        ("german", changed(locales={**OFFER["locales"], "de-AT": {"heading": "Verlängerter"}}), None),
        ("german", changed(tags=["other"]), "beyond single locales"),
        ("german", changed(variants=[]), "beyond single locales"),
        ("german", changed(targeting={"==": [{"var": "context.hour"}, 9]}), "beyond single locales"),
        ("heading", changed(locales={**OFFER["locales"], "en": {"heading": "Tea", "cost": "two"}}), None),
        ("heading", changed(locales={**OFFER["locales"], "en": {"heading": "Coffee", "cost": "one"}}), "field 'cost'"),
        ("heading", changed(locales={**OFFER["locales"], "en": {"heading": "Coffee"}}), "field 'cost'"),
        ("notes", OFFER, "type 'offer'"),
        ("viewer", OFFER, "content.write"),
    ],
)
def test_only_what_changes_takes_a_permission(
    as_role: Callable[[str], Editor], role: str, body: Any, named: str | None
) -> None:
    answer = as_role(role)("PUT", "/modules/coffee", body)
    assert answer.status_code == (403 if named else 200), answer.text
    if named:
        assert named in answer.json["detail"]
        assert as_role("admin")("GET", "/modules/coffee").json == OFFER


def test_content_of_another_type_is_not_there(as_role: Callable[[str], Editor]) -> None:
    editor = as_role("notes")
    assert editor("GET", "/modules").json["items"] == []
    for path in ("/modules/coffee", "/modules/coffee/history", "/types/offer", "/types"):
        assert editor("GET", path).status_code == 403, path
    assert len(as_role("viewer")("GET", "/modules").json["items"]) == 1
    assert as_role("admin")("POST", "/releases", {"name": "first", "publish": True}).status_code == 201
    asked = {"module": "coffee", "person": {"user_id": "ann"}}
    assert as_role("notes")("POST", "/explain", asked).status_code == 403
    assert as_role("viewer")("POST", "/explain", asked).status_code == 403
    assert as_role("editor")("POST", "/explain", asked).status_code == 200


def test_whoever_publishes_german_publishes_nothing_else(as_role: Callable[[str], Editor]) -> None:
    admin, editor = as_role("admin"), as_role("german")
    assert admin("POST", "/releases", {"name": "first", "publish": True}).status_code == 201
    german = {**OFFER["locales"], "de": {"heading": "Tee", "cost": "zwei", "margin": 1}}
    admin("PUT", "/modules/coffee", changed(locales=german))
    assert editor("POST", "/releases", {"name": "German", "publish": True}).status_code == 201
    admin("PUT", "/modules/coffee", changed(locales={**german, "en": {"heading": "Tea"}}))
    answer = editor("POST", "/releases", {"name": "English", "publish": True})
    assert answer.status_code == 403
    assert "locale 'en'" in answer.json["detail"]
    assert editor("POST", "/releases/rollback").status_code == 403
    admin("PUT", "/modules/coffee", changed(locales={**german, "en": {"heading": "Tea"}, "de": {"heading": "Chai"}}))
    assert editor("POST", "/modules/coffee/publish", {"locales": ["de"]}).status_code == 201
    for body in ({"locales": ["en"]}, {}):
        assert editor("POST", "/modules/coffee/publish", body).status_code == 403
    wish = {"kind": "modules", "key": "coffee", "locales": ["en"]}
    assert editor("POST", "/releases", {"name": "English", "changes": [wish]}).status_code == 403


def test_a_finding_about_something_hidden_says_no_more_than_where(
    as_role: Callable[[str], Editor], database: Database
) -> None:
    """A type that changed under a module makes its fields wrong; the words of the finding would tell the value."""
    admin = as_role("admin")
    choice = {"kind": "choice", "choices": ["one"]}
    stricter = {"title": "Offer", "fields": {**TYPE["fields"], "cost": choice}}
    ContentStore(database).put("types", "offer", json.dumps(stricter).encode(), author="cli", now=3.0)
    assert "zwei" in admin("POST", "/validate").text
    told = as_role("no-cost")("POST", "/validate")
    assert "zwei" not in told.text
    assert "kept from you" in told.text
    seen = as_role("no-cost")("GET", "/modules/coffee").json
    refused = as_role("no-cost")("PUT", "/modules/coffee", {**seen, "tags": []})
    assert refused.status_code == 422
    assert "zwei" not in refused.text
