"""Delivery: one person's layout in every form, with reasons, and a clear answer to whatever is wrong."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.service.conftest import Shop


def test_a_stranger_gets_a_page_with_a_reason_for_every_slot(shop: Shop) -> None:
    page = shop.home("stranger")
    assert [slot["slot"] for slot in page["slots"]] == ["message", "hero"]
    hero = page["slots"][1]
    assert hero["modules"][0]["key"] == "hero"
    assert hero["modules"][0]["reason"]
    stopped = {stop["module"]: stop["gate"] for stop in hero["why"]["stopped"]}
    assert stopped == {"wine": "policy", "phone": "targeting"}
    assert page["release"].startswith("r1-")


def test_an_event_changes_the_next_answer_and_the_clock_alone_changes_it_back(shop: Shop) -> None:
    shop.consent()
    assert shop.shown()["message"] == []
    assert shop.track("Product Added", product_id="1").status_code == 200
    assert shop.shown()["message"] == ["reminder"]
    assert shop.home()["valid_until"] == shop.clock() + 600
    shop.clock.forward(599.9)
    assert shop.shown()["message"] == ["reminder"]
    shop.clock.forward(0.1)
    assert shop.shown()["message"] == []


def test_buying_ends_the_reminder_at_once(shop: Shop) -> None:
    shop.consent()
    shop.track("Product Added", product_id="1")
    shop.clock.forward(5)
    shop.track("Order Completed", products=[{"product_id": "1"}], total=3)
    assert shop.shown()["message"] == ["thanks"]


def test_without_consent_what_somebody_did_is_no_fact_and_withdrawal_acts_at_once(shop: Shop) -> None:
    shop.track("Product Added", product_id="1")
    assert shop.shown()["message"] == []
    shop.consent()
    assert shop.shown()["message"] == ["reminder"]
    shop.consent(yes=False)
    assert shop.shown()["message"] == []


def test_policies_open_for_those_whose_age_is_known(shop: Shop) -> None:
    traits = {"age_band": "35-44", "first_name": "Ada"}
    stamp = {"consent": {"categoryPreferences": {"personalization": True}}}
    body = {"messageId": "i1", "anonymousId": "ada", "userId": "42", "traits": traits, "context": stamp}
    assert shop.post("/v1/identify", body).status_code == 200
    assert shop.shown()["hero"] == ["wine"]
    by_user = shop.post("/v1/assemble", {"layout": "home", "person": {"user_id": "42"}}).get_json()
    assert by_user["slots"][1]["modules"][0]["key"] == "wine"


def test_the_device_is_read_from_the_browser_or_taken_as_told(shop: Shop) -> None:
    phone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148"}
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", **phone}
    body = {"layout": "home", "person": {"anonymous_id": "x"}}
    told = shop.client.post("/v1/assemble", json=body, headers=headers).get_json()
    assert told["slots"][1]["modules"][0]["key"] == "phone"
    assert shop.shown("x", context={"device": "mobile"})["hero"] == ["phone"]
    assert shop.shown("x", context={"device": "desktop"})["hero"] == ["hero"]


def test_both_variations_of_the_test_are_shown_and_each_person_keeps_theirs(shop: Shop) -> None:
    def variation(who: str) -> str:
        return str(shop.home(who)["slots"][1]["modules"][0]["assigned"][0]["variation"])

    first = {who: variation(who) for who in map(str, range(40))}
    assert set(first.values()) == {"control", "bold"}
    assert all(variation(who) == known for who, known in first.items())


def test_an_exposure_counts_once(shop: Shop) -> None:
    for message in ("e1", "e1", "e2"):
        shop.track("Experiment Viewed", message_id=message, experiment="words", variation="bold")
    assert shop.house.exposures.counts("words") == {"bold": 1}


def test_all_channels_show_the_same_modules(shop: Shop) -> None:
    person = {"anonymous_id": "ada"}
    web = shop.get("/v1/pages/mail?anonymous_id=ada").text
    mail = shop.post("/v1/render/email", {"layout": "mail", "person": person}).get_json()
    slack = shop.post("/v1/chat/slack", {"layout": "mail", "person": person}).get_json()
    chat = shop.post("/v1/assemble", {"layout": "mail", "person": person, "channel": "chat"}).get_json()
    mobile = shop.post("/v1/assemble", {"layout": "mail", "person": person, "channel": "mobile"}).get_json()
    heading = "WELCOME!" if "WELCOME!" in web else "Welcome there"
    for told in (mail["html"], mail["text"], json.dumps(slack), json.dumps(chat), json.dumps(mobile)):
        assert heading in told
    assert mail["subject"] == "News for you"


def test_a_mail_comes_as_mime_when_a_recipient_is_named(shop: Shop) -> None:
    body = {"layout": "mail", "person": {"anonymous_id": "ada"}, "to": "ada@example.com"}
    mime = shop.post("/v1/render/email", body).get_json()["mime"]
    assert "To: ada@example.com" in mime
    assert "multipart/alternative" in mime


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x/\r\nFoo: bar", "http://x", "https://x/ü", "https://x/>"]
)
def test_a_mail_is_left_by_a_sound_https_address_only(shop: Shop, url: str) -> None:
    body = {"layout": "mail", "person": {"anonymous_id": "ada"}, "to": "ada@example.com", "unsubscribe_url": url}
    assert shop.post("/v1/render/email", body).status_code == 422


@pytest.mark.parametrize("channel", ["headless", "web", "mobile", "chat"])
def test_the_express_lane_answers_as_flask_does(shop: Shop, channel: str) -> None:
    body = {"layout": "home", "person": PERSON, "channel": channel}
    shop.home("x")  # the lane takes keys that were seen before
    express = shop.post("/v1/assemble", body)
    # A compressed body is no usual ask, so it is Flask's.
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", "Content-Encoding": "gzip"}
    flask = shop.client.post("/v1/assemble", data=gzip.compress(json.dumps(body).encode()), headers=headers)
    assert (express.data, express.content_type) == (flask.data, flask.content_type)


def test_fragments_for_a_page_of_ones_own(shop: Shop) -> None:
    told = shop.home("x", channel="web")
    assert "Welcome there" in told["html"]["hero"] or "WELCOME!" in told["html"]["hero"]
    assert told["slots"][1]["modules"][0]["key"] == "hero"


def test_another_moment_needs_the_scope_preview(shop: Shop) -> None:
    body = {"layout": "home", "person": {"anonymous_id": "x"}, "at": "2030-01-01T00:00:00Z"}
    assert shop.post("/v1/assemble", body).status_code == 200
    refused = shop.post("/v1/assemble", body, key="browser")
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "/at")


PERSON = {"anonymous_id": "x"}
GOOD = {"layout": "home", "person": PERSON}


@pytest.mark.parametrize(
    ("body", "status", "field", "words"),
    [
        ({"layout": "hme", "person": PERSON}, 404, None, "did you mean 'home'"),
        ({"person": PERSON}, 422, "/layout", "required"),
        ({"layout": "home"}, 422, "/person", "required"),
        ({"layout": "home", "person": {}}, 422, "/person", "user_id or an anonymous_id"),
        ({"layout": "home", "person": {"user_id": 7}}, 422, "/user_id", "text"),
        ({**GOOD, "chanel": "web"}, 422, "/chanel", "did you mean 'channel'"),
        ({**GOOD, "channel": "fax"}, 422, "/channel", "known: "),
        ({**GOOD, "locale": "../../etc"}, 422, "/locale", "not a locale"),
        ({**GOOD, "context": {"device": "fridge"}}, 422, "/context/device", "known: "),
        ({**GOOD, "context": {"zone": "Mars/Olympus"}}, 422, "/context/zone", "Europe/Berlin"),
        ({**GOOD, "context": {"moon": 1}}, 422, "/context/moon", "known: "),
        ({**GOOD, "context": {"temperature": "hot"}}, 422, "/context/temperature", "type"),
        ({"layout": "home", "person": {"user_id": "a\0b"}}, 422, "/person/user_id", "printable"),
        ({**GOOD, "at": "0001-01-01T00:00:00+23:59"}, 422, "/at", "1971"),
        ({**GOOD, "at": "9999-12-31T23:59:59-23:59"}, 422, "/at", "2199"),
        ([GOOD], 422, None, "JSON object"),
    ],
)
def test_whatever_is_wrong_is_named(shop: Shop, body: Any, status: int, field: str | None, words: str) -> None:
    answer = shop.post("/v1/assemble", body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    told = answer.get_json()
    assert words in json.dumps(told), told
    if field:
        assert told["errors"][0]["field"] == field


def test_an_answer_is_nobody_elses(shop: Shop) -> None:
    answer = shop.post("/v1/assemble", GOOD)
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("key", "status"), [("none", 403), ("browser", 200)])
def test_a_key_needs_the_scope(shop: Shop, key: str, status: int) -> None:
    assert shop.post("/v1/assemble", GOOD, key=key).status_code == status


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic !!!", "Bearer", "Token x"])
def test_a_wrong_key_is_401(shop: Shop, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = shop.client.post("/v1/assemble", json=GOOD, headers=headers)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_a_revoked_key_stops(shop: Shop) -> None:
    assert shop.post("/v1/assemble", GOOD, key="browser").status_code == 200
    assert shop.house.keys.revoke("browser") == 1
    shop.house.keys.refresh()
    assert shop.post("/v1/assemble", GOOD, key="browser").status_code == 401
