"""Search by effect: editors ask which modules a segment could see in a slot, and what keeps the others from it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from accounts import Grant, parse_grants
from storage import Database

from .conftest import Editor, build

ORDERS = {"var": "profile.orders"}
HOUR = {"var": "context.channel"}


def words(**more: Any) -> dict[str, Any]:
    return {"type": "hero", "tags": ["top"], "locales": {"en": {"heading": "Hi"}}, **more}


CONTENT: list[tuple[str, Any]] = [
    ("attributes/visit", {"attributes": [{"path": "context.channel", "type": "string", "purpose": "necessary"}]}),
    ("segments/regulars", {"title": "Regulars", "logic": {">": [ORDERS, 2]}}),
    ("types/note", {"title": "Note", "fields": {"heading": {"kind": "text", "required": True}}}),
    ("policies/adult", {"title": "Adult", "tags": ["adult"], "logic": {">": [ORDERS, 9]}}),
    ("modules/all", words(tier=2)),
    ("modules/buyers", words(targeting="buyers")),
    ("modules/newcomers", words(targeting={"<": [ORDERS, 1]})),
    ("modules/wine", words(tags=["top", "adult"])),
    ("modules/web", words(targeting={"==": [HOUR, "web"]})),
    ("modules/german", words(locales={"de": {"heading": "Hallo"}})),
    ("modules/note", words(type="note")),
    ("layouts/home", {"title": "Home", "channels": ["web", "email"], "slots": [{"key": "top", "tags": ["top"]}]}),
]
ASKED = {"layout": "home", "slot": "top", "segment": "regulars"}


@pytest.fixture
def shop(world: Editor) -> Editor:
    for name, body in CONTENT:
        assert world("PUT", f"/{name}", body).status_code == 201, name
    assert world("POST", "/releases/rollback").status_code == 409
    made = world("POST", "/releases", {"name": "first", "changes": [
        {"kind": name.split("/")[0], "key": name.split("/")[1]}
        for name in ("attributes/shop", "types/hero", "rules/buyers", *(one for one, _ in CONTENT))
    ]})  # fmt: skip
    assert world("POST", f"/releases/{made.json['id']}/publish").status_code == 200, made.json
    return world


def could(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {one["module"]: one["could"] for one in answer.json["items"]}


def test_each_module_of_the_slot_is_told_with_what_keeps_it_out_or_would_tell(shop: Editor) -> None:
    answer = shop("POST", "/could-see", ASKED)
    assert could(answer) == {
        "all": "yes", "buyers": "yes", "german": "yes", "newcomers": "no", "note": "yes", "web": "unknown",
        "wine": "unknown",
    }  # fmt: skip
    told = {one["module"]: one for one in answer.json["items"]}
    assert (told["newcomers"]["gate"], told["newcomers"]["name"]) == ("targeting", "its own rule")
    assert "profile.orders" in told["newcomers"]["proof"]
    assert told["wine"]["asks"] == [{"gate": "policy", "name": "adult"}]
    assert (told["all"]["tier"], told["all"]["type"]) == (2, "hero")


def test_channel_and_locale_are_known_of_the_visit(shop: Editor) -> None:
    web = could(shop("POST", "/could-see", {**ASKED, "channel": "web", "locale": "en"}))
    assert (web["web"], web["german"]) == ("yes", "yes")  # nothing is declared: a module's first locale stands in
    assert could(shop("POST", "/could-see", {**ASKED, "channel": "email"}))["web"] == "no"


def test_any_logic_may_stand_in_for_a_segment(shop: Editor) -> None:
    asked = {"layout": "home", "slot": "top", "logic": {"==": [ORDERS, 0]}}
    found = could(shop("POST", "/could-see", asked))
    assert (found["newcomers"], found["buyers"], found["wine"]) == ("yes", "no", "no")


def test_pages_hold_only_the_answers_that_are_wanted(shop: Editor) -> None:
    found: list[str] = []
    after = ""
    while after is not None:
        answer = shop("POST", "/could-see", {**ASKED, "could": ["yes"], "limit": 2, "after": after})
        found += could(answer)
        after = answer.json["next"]
    assert found == ["all", "buyers", "german", "note"]


def test_a_release_that_waits_is_looked_at_as_it_would_be_served(shop: Editor) -> None:
    assert shop("PUT", "/modules/newcomers", words()).status_code == 200
    made = shop("POST", "/releases", {"name": "next", "changes": [{"kind": "modules", "key": "newcomers"}]}).json["id"]
    assert could(shop("POST", "/could-see", ASKED))["newcomers"] == "no"
    assert could(shop("POST", "/could-see", {**ASKED, "release": made}))["newcomers"] == "yes"


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"layout": "hme"}, 404, "did you mean 'home'?"),
        ({"slot": "tpo"}, 404, "did you mean 'top'?"),
        ({"segment": "regular"}, 404, "did you mean 'regulars'?"),
        ({"segment": None, "logic": {">": [{"var": "profile.order"}, 1]}}, 422, "did you mean 'profile.orders'?"),
        ({"channel": "slack"}, 422, "shown in email, web"),
        ({"release": "none-such"}, 404, "none-such"),
        ({"after": "nonsense"}, 422, "no place in this list"),
    ],
)
def test_what_is_not_there_is_refused_with_what_was_meant(
    shop: Editor, more: dict[str, Any], status: int, said: str
) -> None:
    asked = {name: value for name, value in {**ASKED, **more}.items() if value is not None}
    answer = shop("POST", "/could-see", asked)
    assert (answer.status_code, said in answer.json["detail"]) == (status, True), answer.json


@pytest.mark.parametrize("more", [{"logic": True}, {"segment": None}, {"could": ["perhaps"]}, {"channel": "wen"}])
def test_one_thing_is_asked_in_words_that_there_are(shop: Editor, more: dict[str, Any]) -> None:
    asked = {name: value for name, value in {**ASKED, **more}.items() if value is not None}
    assert shop("POST", "/could-see", asked).status_code == 422


def test_who_may_not_read_what_it_tells_of_is_not_told(shop: Editor, database: Database) -> None:
    roles: dict[str, tuple[Grant, ...]] = {
        "modules": parse_grants([{"actions": ["content.read"], "kinds": ["modules", "layouts"]}]),
        "no-notes": parse_grants([
            {"actions": ["content.read"], "kinds": ["modules"], "types": ["hero"]},
            {"actions": ["content.read"], "kinds": ["layouts", "rules", "segments", "policies", "experiments"]},
        ]),
    }  # fmt: skip
    app: Flask = build(database, roles)
    assert Editor(app.test_client(), "modules")("POST", "/could-see", ASKED).status_code == 403
    seen = could(Editor(app.test_client(), "no-notes")("POST", "/could-see", ASKED))
    assert "note" not in seen and "all" in seen
